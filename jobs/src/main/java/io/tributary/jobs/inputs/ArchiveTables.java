package io.tributary.jobs.inputs;

import io.tributary.events.RecordKind;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rows.Receipts;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;

/** How archive tables and kinds of input correspond. */
public final class ArchiveTables {

  /** The tables whose rows are attributed. */
  public static final List<WarehouseTable> ATTRIBUTED =
      List.of(
          WarehouseTable.DEFINITIONS,
          WarehouseTable.ENTITIES,
          WarehouseTable.PRICES,
          WarehouseTable.TELEMETRY,
          WarehouseTable.DELIVERIES,
          WarehouseTable.CHARGES,
          WarehouseTable.USAGE_HOURLY);

  private ArchiveTables() {}

  /** The kind of input that the rows of {@code table} are. */
  public static RecordKind kind(WarehouseTable table) {
    return switch (table) {
      case CHARGES -> RecordKind.CHARGE;
      case USAGE_HOURLY -> RecordKind.USAGE_HOUR;
      case ENTITIES -> RecordKind.ENTITY;
      case PRICES -> RecordKind.PRICE;
      case DEFINITIONS -> RecordKind.DEFINITIONS;
      case TELEMETRY -> RecordKind.TELEMETRY;
      case DELIVERIES -> RecordKind.DELIVERY;
      default -> throw new IllegalArgumentException("not an archive of inputs: " + table);
    };
  }

  /** The input that an archived row was. */
  public static SpecificRecordBase input(SpecificRecordBase row) {
    return row instanceof DeliveryReceipt receipt ? Receipts.delivery(receipt) : row;
  }
}
