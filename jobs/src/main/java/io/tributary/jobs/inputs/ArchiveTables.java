package io.tributary.jobs.inputs;

import io.tributary.events.Delivery;
import io.tributary.events.RecordKind;
import io.tributary.sinks.DeliveryReceipt;
import io.tributary.sinks.WarehouseTable;
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
    return row instanceof DeliveryReceipt receipt
        ? new Delivery(
            receipt.getTenantId(),
            receipt.getDeliveryId(),
            receipt.getServiceProviderName(),
            receipt.getBillingAccountId(),
            receipt.getBillingPeriodStart(),
            receipt.getReport(),
            receipt.getSequence(),
            receipt.getRows(),
            receipt.getDataThrough())
        : row;
  }

  /** The archived row of an input; a delivery's says no more than its record. */
  public static SpecificRecordBase row(SpecificRecordBase input) {
    return input instanceof Delivery delivery ? receipt(delivery) : input;
  }

  /** The receipt of a delivery of which no more is known than its record says. */
  private static DeliveryReceipt receipt(Delivery delivery) {
    return new DeliveryReceipt(
        delivery.getTenantId(),
        delivery.getDeliveryId(),
        delivery.getServiceProviderName(),
        delivery.getBillingAccountId(),
        delivery.getBillingPeriodStart(),
        delivery.getReport(),
        delivery.getSequence(),
        delivery.getRows(),
        delivery.getDataThrough(),
        List.of(),
        delivery.getRows(),
        delivery.getRows(),
        0L,
        List.of());
  }
}
