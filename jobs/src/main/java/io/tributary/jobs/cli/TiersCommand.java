package io.tributary.jobs.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.events.BillingMonth;
import io.tributary.sinks.catalog.LostTables;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseLock;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.Maintenance;
import io.tributary.sinks.maintenance.Retention;
import io.tributary.sinks.maintenance.RetentionSettings;
import io.tributary.sinks.maintenance.TableTiers;
import io.tributary.sinks.maintenance.TierSettings;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tiers}: how the tables are kept. */
@Command(
    name = "tiers",
    description =
        "Look at the tiers of the ledger, move entries to cold, let go of what is old; rollups, and"
            + " what layout questions would be cheaper with.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TiersCommand.Status.class,
      TiersCommand.Compact.class,
      TiersCommand.Freeze.class,
      TiersCommand.Expire.class,
      TiersCommand.Register.class,
      RollupsCommand.class,
      AdviseCommand.class
    })
final class TiersCommand {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private TiersCommand() {}

  @Command(
      name = "status",
      description = "Files, bytes and entries of each tier that holds something.")
  static final class Status implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        defaultValue = "table",
        description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private ReportFormat format = ReportFormat.TABLE;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = Console.out(spec);
      try (Warehouse warehouse = target.openExisting()) {
        List<TableTiers.Tier> tiers = new TableTiers(warehouse).status();
        if (format == ReportFormat.JSON) {
          out.println(JSON.writeValueAsString(tiers));
        } else {
          out.printf("%-6s %10s %15s %12s%n", "Tier", "Files", "Bytes", "Entries");
          tiers.forEach(
              tier ->
                  out.printf(
                      "%-6s %,10d %,15d %,12d%n",
                      tier.tier(), tier.files(), tier.bytes(), tier.entries()));
        }
      }
      return ExitCodes.FINE;
    }
  }

  @Command(
      name = "compact",
      description = {
        "Net hot entries, sort them and move them to cold, in one commit per billing month; merge"
            + " the small files of all other tables.",
        "Safe beside a running stream and running readers: every state in between says the same."
      })
  static final class Compact implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--older-than",
        paramLabel = "DURATION",
        converter = Durations.class,
        description = "Only files whose entries are all older: 2d, 12h; everything by default.")
    private @Nullable Duration olderThan;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = Console.out(spec);
      Instant before =
          olderThan == null ? Instant.MAX : Clock.systemUTC().instant().minus(olderThan);
      try (Warehouse warehouse = target.openForChange();
          ConsoleProgress progress = new ConsoleProgress()) {
        TableTiers tiers = new TableTiers(warehouse);
        WarehouseTable[] tables = WarehouseTable.values();
        progress.step("to cold", 0, tables.length);
        say(out, "to cold", tiers.coolDown(before));
        for (int i = 0; i < tables.length; i++) {
          progress.step("merging", i, tables.length);
          say(out, tables[i].tableName(), tiers.merge(tables[i]));
        }
        Rollups.declaredTables(warehouse)
            .forEach((name, rollup) -> say(out, name, tiers.mergeRollup(rollup)));
      }
      return ExitCodes.FINE;
    }
  }

  private static void say(PrintWriter out, String what, TableTiers.Result result) {
    if (result.files() > 0) {
      out.printf(
          "%s: %,d rows of %,d files became %,d rows of %,d files%n",
          what, result.rows(), result.files(), result.rowsWritten(), result.written());
    }
  }

  @Command(
      name = "freeze",
      description = {
        "Keep of old billing months only what they come to by day: no charges, no resources, no"
            + " hours, and no --as-of before now. Sums by any other column and dimension stay.",
        "There is no way back but a backfill into another warehouse."
      })
  static final class Freeze implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--before",
        required = true,
        paramLabel = "2026-01",
        description = "Billing months before this one.")
    private String before = "";

    @Override
    public Integer call() throws IOException {
      BillingMonth month = BillingMonths.of("--before", before);
      BillingMonth open =
          BillingMonth.containing(Clock.systemUTC().instant())
              .plus(-TierSettings.LEAST_MONTHS_TO_FROZEN);
      if (open.isBefore(month)) {
        throw CommandException.badInput(
            "--before is %s at most: later billing months may still change".formatted(open));
      }
      PrintWriter out = Console.out(spec);
      try (Warehouse warehouse = target.openExisting()) {
        say(out, "frozen", new Maintenance(warehouse, TierSettings.DEFAULT).freeze(month));
      }
      return ExitCodes.FINE;
    }
  }

  @Command(
      name = "expire",
      description = {
        "Let go of snapshots that are past their time, and of the files that only they refer to.",
        "Every snapshot of the last hour is kept, and of the ledger the last one of each hour of"
            + " the last day, so that readers and --as-of find theirs; files that no snapshot has"
            + " are removed after a week.",
        "With --config, billing periods that are past their retention are removed first."
      })
  static final class Expire implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Option(
        names = "--older-than",
        paramLabel = "DURATION",
        converter = Durations.class,
        description =
            "Keep every snapshot for so long instead of 1h, and no hourly ones beyond it; the newest"
                + " 20 of each table are kept in any case. Readers that take longer lose their"
                + " files.")
    private @Nullable Duration olderThan;

    @Option(
        names = "--dry-run",
        description = "Only say how many rows are of billing periods past their retention.")
    private boolean dryRun;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = Console.out(spec);
      Instant now = Clock.systemUTC().instant();
      RetentionSettings retention = target.retention();
      if (dryRun) {
        try (Warehouse warehouse = target.openExisting()) {
          print(out, new Retention(warehouse, retention).due(now), "would be removed");
        }
        return ExitCodes.FINE;
      }
      try (Warehouse warehouse = target.openForChange()) {
        Maintenance maintenance = new Maintenance(warehouse, settings(retention));
        print(out, maintenance.removePastRetention(now), "removed");
        out.printf("%,d snapshots are gone%n", maintenance.expire(now));
        int orphans = maintenance.removeOrphans(now);
        if (orphans > 0) {
          out.printf("%,d files that no snapshot had are removed%n", orphans);
        }
      }
      return ExitCodes.FINE;
    }

    private TierSettings settings(RetentionSettings retention) {
      TierSettings usual = TierSettings.DEFAULT;
      return new TierSettings(
          usual.coldAfter(),
          usual.frozenAfterMonths(),
          olderThan == null ? usual.snapshotsFor() : olderThan,
          olderThan == null ? usual.hourlySnapshotsFor() : olderThan,
          usual.orphansAfter(),
          retention);
    }

    private static void print(
        PrintWriter out, SortedMap<WarehouseTable, Long> rows, String become) {
      rows.forEach(
          (table, count) ->
              out.printf(
                  "%s: %,d rows of billing periods past their retention %s%n",
                  table.tableName(), count, become));
    }
  }

  @Command(
      name = "register",
      description =
          "Put tables that the catalog has lost back into it, as their newest metadata says. Run it"
              + " before anything writes.")
  static final class Register implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Mixin private WarehouseOptions target = new WarehouseOptions();

    @Override
    public Integer call() throws IOException {
      try (WarehouseLock lock = target.lock()) {
        PrintWriter out = Console.out(spec);
        LostTables.register(target.settings())
            .forEach((table, metadata) -> out.printf("%s: %s%n", table, metadata));
        return ExitCodes.FINE;
      }
    }
  }
}
