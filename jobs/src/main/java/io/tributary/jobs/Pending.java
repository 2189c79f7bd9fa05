package io.tributary.jobs;

import io.tributary.events.DefinitionsPublished;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import org.apache.iceberg.io.CloseableIterable;

/** Whether a ledger is behind what is known of its tenant. */
public final class Pending {

  private Pending() {}

  /**
   * Whether changes of {@code tenant} are still being followed, or definitions of it are archived
   * that no commit of the ledger has followed.
   */
  public static boolean isBehind(Warehouse warehouse, String tenant) throws IOException {
    WarehouseReader sealed = WarehouseReader.sealed(warehouse);
    return !Settled.isSettled(sealed.snapshot(WarehouseTable.COST_LEDGER), tenant)
        || definitions(sealed, tenant) < definitions(WarehouseReader.current(warehouse), tenant);
  }

  private static int definitions(WarehouseReader reader, String tenant) throws IOException {
    int definitions = 0;
    try (CloseableIterable<WarehouseReader.Stored<DefinitionsPublished>> rows =
        reader.records(DefinitionsPublished.class, WarehouseReader.tenant(tenant))) {
      for (WarehouseReader.Stored<DefinitionsPublished> ignored : rows) {
        definitions++;
      }
    }
    return definitions;
  }
}
