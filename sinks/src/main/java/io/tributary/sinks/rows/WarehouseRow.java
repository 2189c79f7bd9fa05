package io.tributary.sinks.rows;

import io.tributary.events.Delivery;
import io.tributary.sinks.catalog.WarehouseTable;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * One row on its way into the warehouse. The record is handed over: it must not change afterwards.
 *
 * @param table where it goes
 * @param record of the table's class
 * @param recordTime of an accepted input; null exactly where the table has no such column
 */
public record WarehouseRow(
    WarehouseTable table, SpecificRecordBase record, @Nullable Instant recordTime)
    implements WarehouseElement {

  public WarehouseRow {
    if (!table.recordClass().isInstance(record)) {
      throw new IllegalArgumentException(table + " keeps no " + record.getClass().getName());
    }
    if (table.hasRecordTime() != (recordTime != null)) {
      throw new IllegalArgumentException(
          table + (table.hasRecordTime() ? " needs a record time" : " has no record time"));
    }
  }

  /** A row of the table that keeps {@code record}'s class and has no record time column. */
  public static WarehouseRow of(SpecificRecordBase record) {
    return new WarehouseRow(WarehouseTable.of(record.getClass()), record, null);
  }

  /**
   * A row of the archive that keeps {@code record}'s class; a delivery goes to {@code deliveries}
   * as far as its record tells.
   */
  public static WarehouseRow archived(SpecificRecordBase record, Instant recordTime) {
    if (record instanceof Delivery delivery) {
      return archived(Receipts.announced(delivery), recordTime);
    }
    return new WarehouseRow(WarehouseTable.of(record.getClass()), record, recordTime);
  }
}
