package io.tributary.jobs.cli;

import io.tributary.jobs.Owners;
import io.tributary.jobs.Redaction;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseLock;
import io.tributary.sinks.WarehouseTable;
import io.tributary.sinks.maintenance.Erasure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tenant erase}, {@code tenant redact}. */
@Command(
    name = "tenant",
    description = "What concerns a tenant as a whole.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {TenantCommand.Erase.class, TenantCommand.Redact.class})
final class TenantCommand {

  private TenantCommand() {}

  @Command(
      name = "erase",
      description = {
        "Take a tenant out of every table of a warehouse, for good: its rows, the snapshots that had"
            + " them and their files.",
        "Refused while a stream owns the tenant, since its state would write it again. What Kafka"
            + " and savepoints hold ends with their retention."
      })
  static final class Erase implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--tenant",
        required = true,
        paramLabel = "T",
        description = "The tenant to erase.")
    private String tenant = "";

    @Option(names = "--dry-run", description = "Only say how many rows there are in which table.")
    private boolean dryRun;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = Console.out(spec);
      try (WarehouseLock lock = dryRun ? null : target.lock();
          Warehouse warehouse = dryRun ? target.openExisting() : target.openForChange()) {
        Owners.read(warehouse).refuseOwned(tenant);
        Erasure erasure = new Erasure(warehouse, tenant);
        Map<String, Long> rows = new LinkedHashMap<>();
        erasure.rows().forEach((table, count) -> rows.put(table.tableName(), count));
        rows.putAll(erasure.rowsOfRollups());
        if (!dryRun) {
          erasure.run();
        }
        rows.forEach(
            (table, count) ->
                out.printf(
                    "%s: %,d rows %s%n", table, count, dryRun ? "would be erased" : "erased"));
        if (rows.isEmpty()) {
          out.println("nothing is there of tenant " + tenant);
        }
      }
      return ExitCodes.FINE;
    }
  }

  @Command(
      name = "redact",
      description = {
        "Make archives and refused records what they would be had every tenant's policy been known"
            + " from the start, and let go of the snapshots that had them.",
        "Safe beside a running stream, which does the same by itself after an hour; readers that"
            + " are at work may lose their files."
      })
  static final class Redact implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--key-file",
        paramLabel = "FILE",
        description = "Encrypt refused records with this key; only their hash is kept otherwise.")
    private @Nullable Path keyFile;

    @Option(
        names = "--readers",
        paramLabel = "DURATION",
        converter = Durations.class,
        defaultValue = "0s",
        description = "Keep what was replaced for so long: 1h; default ${DEFAULT-VALUE}.")
    private Duration readers = Duration.ZERO;

    @Option(names = "--dry-run", description = "Only say how many rows there are in which table.")
    private boolean dryRun;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = Console.out(spec);
      try (Warehouse warehouse = target.openExisting()) {
        Redaction redaction = new Redaction(warehouse, target.privacy(keyFile), Clock.systemUTC());
        if (dryRun) {
          print(out, redaction.due(), "would be rewritten");
          return ExitCodes.FINE;
        }
        Redaction.Report report = redaction.run(readers);
        print(out, report.rows(), "rewritten");
        out.printf("%,d snapshots are gone%n", report.history().gone());
        if (report.history().left() > 0) {
          out.printf("%,d snapshots that had them are left for now%n", report.history().left());
        }
      }
      return ExitCodes.FINE;
    }

    private static void print(
        PrintWriter out, SortedMap<WarehouseTable, Long> rows, String become) {
      rows.forEach(
          (table, count) -> out.printf("%s: %,d rows %s%n", table.tableName(), count, become));
      if (rows.isEmpty()) {
        out.println("every row is as the policies leave it");
      }
    }
  }
}
