package io.tributary.jobs;

import io.tributary.attribution.Buckets;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import org.apache.iceberg.Table;

/** The number of buckets per tenant, which a warehouse remembers because state depends on it. */
final class BucketCount {

  private static final String PROPERTY = "tributary.buckets";

  private BucketCount() {}

  /**
   * Records the number in a new warehouse.
   *
   * @throws WarehouseException where the warehouse was written with another
   */
  static void hold(Warehouse warehouse) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    String ours = Integer.toString(Buckets.COUNT);
    String recorded = ledger.properties().get(PROPERTY);
    if (recorded == null) {
      ledger.updateProperties().set(PROPERTY, ours).commit();
    } else if (!recorded.equals(ours)) {
      throw new WarehouseException(
          "the warehouse was written with %s buckets per tenant, this program has %s"
              .formatted(recorded, ours));
    }
  }
}
