package io.tributary.jobs.cli;

import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseLock;
import io.tributary.sinks.WarehouseSettings;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A warehouse and a tenant in it. */
final class TenantOptions {

  @Option(
      names = "--warehouse",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the warehouse.")
  Path warehouse = Path.of("");

  @Option(names = "--tenant", required = true, paramLabel = "T", description = "Whose data.")
  String tenant = "";

  /** A tenant's name that can be written into every place it goes to. */
  String tenant() {
    if (tenant.isBlank() || tenant.indexOf('\0') >= 0) {
      throw CommandException.badInput("--tenant is empty");
    }
    return tenant;
  }

  WarehouseLock lock() {
    return WarehouseLock.acquire(warehouse);
  }

  /** The warehouse, made if it is missing. */
  Warehouse open() {
    return Warehouse.open(WarehouseSettings.local(warehouse));
  }

  /** The warehouse, which must be there. */
  Warehouse openExisting() {
    return Warehouse.openExisting(WarehouseSettings.local(warehouse));
  }
}
