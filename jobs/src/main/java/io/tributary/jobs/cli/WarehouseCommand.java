package io.tributary.jobs.cli;

import io.tributary.sinks.backup.Relocation;
import io.tributary.sinks.backup.WarehouseBackup;
import io.tributary.sinks.catalog.WarehouseLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code warehouse backup}, {@code relocate}. */
@Command(
    name = "warehouse",
    description = "Copy a local warehouse, or name its files by where they are now.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {WarehouseCommand.Backup.class, WarehouseCommand.Relocate.class})
final class WarehouseCommand {

  private WarehouseCommand() {}

  @Command(
      name = "backup",
      description = {
        "Copy a local warehouse to a new directory, as it is at one instant and with its history,"
            + " while streams write to it.",
        "The copy is a warehouse: every command can open it, and it is restored by copying or"
            + " moving it back."
      })
  static final class Backup implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--to",
        required = true,
        paramLabel = "DIR",
        description = "A directory that is not there yet.")
    private Path to = Path.of("");

    @Override
    public Integer call() throws IOException {
      Path copy = to.toAbsolutePath().normalize();
      refuse(target.localDirectory().toAbsolutePath().normalize(), copy);
      WarehouseBackup.Report report = WarehouseBackup.run(target.settings(), copy);
      PrintWriter out = Console.out(spec);
      out.printf(
          "%,d tables, %,d files, %,d bytes%n", report.tables(), report.files(), report.bytes());
      Snapshot ledger = report.ledger();
      if (ledger != null) {
        out.printf(
            "ledger snapshot %d of %s%n",
            ledger.snapshotId(), Instant.ofEpochMilli(ledger.timestampMillis()));
      }
      return ExitCodes.FINE;
    }

    private static void refuse(Path warehouse, Path copy) {
      if (copy.startsWith(warehouse)) {
        throw CommandException.badInput("--to " + copy + " is in the warehouse that it is to copy");
      }
      for (Path there : new Path[] {copy, WarehouseBackup.partial(copy)}) {
        if (Files.exists(there)) {
          throw CommandException.badInput(
              there
                  + (there.equals(copy)
                      ? " is there already: name a directory that is not"
                      : " is there, of a backup that did not end: remove it"));
        }
      }
    }
  }

  @Command(
      name = "relocate",
      description = {
        "After a local warehouse was moved or copied: name its files by where they are now, so that"
            + " other engines find them; Tributary does without.",
        "Stop whatever has it open. Data files stay as they are."
      })
  static final class Relocate implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--take-outside-files",
        description =
            "Files outside of the directory, as those of a cold tier, are this warehouse's from now"
                + " on: the original is gone, or never used again.")
    private boolean takeOutsideFiles;

    @Override
    public Integer call() throws IOException {
      Path unused = target.localDirectory();
      try (WarehouseLock lock = target.lock()) {
        Optional<Relocation.Report> report = Relocation.run(target.settings(), takeOutsideFiles);
        Console.out(spec)
            .println(
                report
                    .map(
                        done ->
                            "%d tables named by %s are named by %s; %,d files of metadata were rewritten"
                                .formatted(done.tables(), done.from(), done.to(), done.files()))
                    .orElse("its files are named by where they are"));
      }
      return ExitCodes.FINE;
    }
  }
}
