package io.tributary.sinks.audit;

import io.tributary.events.Delivery;
import io.tributary.events.RecordKind;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rows.Receipts;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of each scope that holds: the highest sequence, of equal ones the greater canonical
 * encoding.
 */
final class LatestDeliveries {

  /** What a delivery is an export of. */
  record Scope(String tenant, String provider, String account, String report, Instant periodStart) {

    /** The scope of a row of the charges. */
    static Scope of(Record row) {
      return new Scope(
          row.getField(Columns.TENANT_ID).toString(),
          row.getField("service_provider_name").toString(),
          row.getField("billing_account_id").toString(),
          row.getField("report").toString(),
          ((OffsetDateTime) row.getField(Columns.BILLING_PERIOD_START)).toInstant());
    }

    private static Scope of(Delivery delivery) {
      return new Scope(
          delivery.getTenantId(),
          delivery.getServiceProviderName(),
          delivery.getBillingAccountId(),
          delivery.getReport(),
          delivery.getBillingPeriodStart());
    }
  }

  /**
   * A delivery.
   *
   * @param through up to when it is complete; null where it does not say
   */
  record Latest(long sequence, @Nullable Instant through, byte[] encoding) {

    private Latest or(Latest other) {
      int order =
          sequence == other.sequence
              ? Arrays.compareUnsigned(encoding, other.encoding)
              : Long.compare(sequence, other.sequence);
      return order >= 0 ? this : other;
    }
  }

  private final Map<Scope, Latest> byScope = new HashMap<>();

  /** Reads the archived deliveries of tenants. */
  static LatestDeliveries read(AuditScan scan, Expression ofTenants) {
    LatestDeliveries latest = new LatestDeliveries();
    scan.forEachRecord(
        WarehouseTable.DELIVERIES,
        ofTenants,
        (receipt, row) -> latest.add(Receipts.delivery((DeliveryReceipt) receipt)));
    return latest;
  }

  private void add(Delivery delivery) {
    byScope.merge(
        Scope.of(delivery),
        new Latest(
            delivery.getSequence(),
            delivery.getDataThrough(),
            RecordKind.DELIVERY.encode(delivery)),
        Latest::or);
  }

  /** The latest delivery of a scope, or null. */
  @Nullable Latest of(Scope scope) {
    return byScope.get(scope);
  }
}
