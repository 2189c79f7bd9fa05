package io.tributary.jobs.cli;

import io.tributary.jobs.Owners;
import io.tributary.jobs.Redaction;
import io.tributary.sinks.catalog.Ownership;
import io.tributary.sinks.catalog.TenantOwner;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseLock;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.Erasure;
import io.tributary.sinks.read.WarehouseReader;
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

/** {@code tenant release}, {@code erase}, {@code admit}, {@code redact}. */
@Command(
    name = "tenant",
    description = "What concerns a tenant as a whole.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TenantCommand.Release.class,
      TenantCommand.Erase.class,
      TenantCommand.Admit.class,
      TenantCommand.Redact.class
    })
final class TenantCommand {

  private TenantCommand() {}

  @Command(
      name = "release",
      description = {
        "Take a tenant from the stream that feeds it: when that is started the next time, it drops"
            + " what it keeps of the tenant and refuses its records from then on.",
        "Stop the tenant's producers first. Its ledger stays as it is, to be erased, or fed by"
            + " 'backfill' or another stream."
      })
  static final class Release implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--tenant",
        required = true,
        paramLabel = "T",
        description = "The tenant to release.")
    private String tenant = "";

    @Option(
        names = "--stream-is-gone",
        description = "Wait for no stream: the one that feeds the tenant never runs again.")
    private boolean streamIsGone;

    @Override
    public Integer call() throws IOException {
      try (WarehouseLock lock = target.lock();
          Warehouse warehouse = target.openForChange()) {
        Owners owners = Owners.read(warehouse);
        TenantOwner owner =
            owners
                .of(tenant)
                .orElseThrow(
                    () ->
                        CommandException.badInput(
                            "no stream ever fed tenant '" + tenant + "' here"));
        Console.out(spec).println(release(warehouse, owners, owner));
      }
      return ExitCodes.FINE;
    }

    private String release(Warehouse warehouse, Owners owners, TenantOwner owner) {
      String stream = owner.getStream();
      if (owner.getState() == Ownership.RELEASED) {
        return "tenant '%s' is released: no stream feeds it".formatted(tenant);
      } else if (streamIsGone) {
        owners.write(warehouse, owners.released(tenant, stream), Clock.systemUTC());
        return "tenant '%s' is released; stream '%s' must not run again with the state it has"
            .formatted(tenant, stream);
      } else if (owner.getState() == Ownership.OWNED) {
        owners.write(warehouse, owners.releasing(tenant, stream), Clock.systemUTC());
      }
      return "stream '%s' lets go of tenant '%s' when it starts the next time: start it again"
          .formatted(stream, tenant);
    }
  }

  @Command(
      name = "admit",
      description = {
        "Let a tenant in again that was erased: streams refuse its records until then.",
        "Streams heed it when they are started the next time."
      })
  static final class Admit implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--tenant",
        required = true,
        paramLabel = "T",
        description = "The tenant to let in.")
    private String tenant = "";

    @Override
    public Integer call() throws IOException {
      try (WarehouseLock lock = target.lock();
          Warehouse warehouse = target.openForChange()) {
        boolean wasErased = Owners.read(warehouse).isErased(tenant);
        if (wasErased) {
          Owners.admit(warehouse, tenant);
        }
        Console.out(spec)
            .println(
                wasErased
                    ? "tenant '%s' may come again: start its stream again".formatted(tenant)
                    : "tenant '%s' was not erased".formatted(tenant));
      }
      return ExitCodes.FINE;
    }
  }

  @Command(
      name = "erase",
      description = {
        "Take a tenant out of every table of a warehouse, for good: its rows, the snapshots that had"
            + " them and their files.",
        "Refused until its stream has let go of it ('tenant release'), whose state would write it"
            + " again. What Kafka and savepoints hold ends with their retention."
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
        Owners.read(warehouse).refuseErasure(tenant);
        // The ledger comes last in the commit by which a stream says that it has let go.
        Owners.read(WarehouseReader.sealed(warehouse)).refuseErasure(tenant);
        Erasure erasure = new Erasure(warehouse, tenant);
        Map<String, Long> rows = new LinkedHashMap<>();
        erasure.rows().forEach((table, count) -> rows.put(table.tableName(), count));
        rows.putAll(erasure.rowsOfRollups());
        if (!dryRun) {
          Owners.rememberErased(warehouse, tenant);
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
            + " from the start, put (erased) in place of elements that only the history of the"
            + " ledger has, and let go of the snapshots that had them.",
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
        Redaction.Report report = redaction.runAnew(readers);
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
      Redacted.print(out, rows, become);
      if (rows.isEmpty()) {
        out.println("every row is as the policies leave it");
      }
    }
  }
}
