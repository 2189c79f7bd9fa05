package io.tributary.jobs.cli;

import io.tributary.jobs.Owners;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseLock;
import io.tributary.sinks.maintenance.Erasure;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code tenant erase}. */
@Command(
    name = "tenant",
    description = "What concerns a tenant as a whole.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = TenantCommand.Erase.class)
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
}
