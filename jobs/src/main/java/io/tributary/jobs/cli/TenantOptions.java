package io.tributary.jobs.cli;

import io.tributary.jobs.Privacy;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseLock;
import io.tributary.sinks.read.KnownTenants;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A warehouse and a tenant in it. */
final class TenantOptions {

  private static final int MOST_LISTED = 20;

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

  /** The warehouse alone. */
  WarehouseOptions warehouse() {
    return warehouse;
  }

  /**
   * The tenant's name, which {@code warehouse} must know.
   *
   * @throws CommandException that tells which tenants there are
   */
  String existing(Warehouse warehouse) {
    requireKnown(warehouse, tenant());
    return tenant;
  }

  static void requireKnown(Warehouse warehouse, String tenant) {
    if (KnownTenants.has(warehouse, tenant)) {
      return;
    }
    List<String> known = List.copyOf(KnownTenants.of(warehouse));
    List<String> shown = known.subList(0, Math.min(MOST_LISTED, known.size()));
    throw CommandException.badInput(
        "no tenant '%s' in the warehouse; %s"
            .formatted(
                tenant,
                known.isEmpty()
                    ? "it has none yet"
                    : "it has "
                        + String.join(", ", shown)
                        + (known.size() > shown.size()
                            ? " and " + (known.size() - shown.size()) + " more"
                            : "")));
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

  /** A directory for what publications for the tenant must find of each other. */
  Path publicationHome() throws IOException {
    return warehouse.publicationHome();
  }

  /** A directory for what a command must find again when it goes on. */
  Path home() throws IOException {
    return warehouse.home();
  }
}
