package io.tributary.jobs.cli;

import io.tributary.jobs.Privacy;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseLock;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A warehouse and a tenant in it. */
final class TenantOptions {

  @Mixin private WarehouseOptions warehouse = new WarehouseOptions();

  @Option(names = "--tenant", required = true, paramLabel = "T", description = "Whose data.")
  String tenant = "";

  /** A tenant's name that can be written into every place it goes to. */
  String tenant() {
    if (tenant.isBlank() || tenant.indexOf('\0') >= 0) {
      throw CommandException.badInput("--tenant is empty");
    }
    return tenant;
  }

  /** The right to write; null where the catalog alone sees to it. */
  @Nullable WarehouseLock lock() throws IOException {
    return warehouse.lock();
  }

  /** The warehouse, made if it is missing. */
  Warehouse open() throws IOException {
    return warehouse.open();
  }

  /** The warehouse, which must be there. */
  Warehouse openExisting() throws IOException {
    return warehouse.openExisting();
  }

  /** How labels are hashed. */
  Privacy privacy() throws IOException {
    return warehouse.privacy();
  }

  /** A directory for what a command must find again when it goes on. */
  Path home() throws IOException {
    return warehouse.home();
  }
}
