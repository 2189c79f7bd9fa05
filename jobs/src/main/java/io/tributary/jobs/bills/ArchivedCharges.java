package io.tributary.jobs.bills;

import io.tributary.events.bills.DeliveryScope;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** The charges of a tenant that are archived. */
final class ArchivedCharges {

  private static final String PERIOD = "billing_period_start";

  private static final String[] SCOPE_COLUMNS = {
    "tenant_id", "service_provider_name", "billing_account_id", "report", PERIOD
  };

  private final WarehouseReader reader;
  private final String tenantId;

  ArchivedCharges(WarehouseReader reader, String tenantId) {
    this.reader = reader;
    this.tenantId = tenantId;
  }

  /**
   * The charges of some scopes, all versions that no delivery has withdrawn.
   *
   * @param inForce by scope the sequence of the delivery in force, 0 for none
   */
  void forEach(Map<DeliveryScope, Long> inForce, BiConsumer<DeliveryScope, ChargeFacts> action)
      throws IOException {
    rows(inForce, ChargeFacts.COLUMNS, (scope, row) -> action.accept(scope, ChargeFacts.of(row)));
  }

  /** What {@link LineSum} makes of the charges of a scope that no delivery has withdrawn. */
  long lines(DeliveryScope scope, long inForce) throws IOException {
    LineSum sum = new LineSum();
    rows(Map.of(scope, inForce), LineSum.COLUMNS, (same, row) -> sum.add(row));
    return sum.sum();
  }

  private void rows(
      Map<DeliveryScope, Long> inForce, String[] columns, BiConsumer<DeliveryScope, Record> action)
      throws IOException {
    if (inForce.isEmpty()) {
      return;
    }
    Set<Instant> periods = new TreeSet<>();
    inForce.keySet().forEach(scope -> periods.add(scope.billingPeriodStart()));
    String[] all =
        Stream.of(Stream.of(SCOPE_COLUMNS), Stream.of(columns), Stream.of("version"))
            .flatMap(names -> names)
            .distinct()
            .toArray(String[]::new);
    try (CloseableIterable<Record> rows =
        reader.rows(
            WarehouseTable.CHARGES,
            Expressions.and(
                WarehouseReader.tenant(tenantId), WarehouseReader.billingPeriods(periods)),
            all)) {
      for (Record row : rows) {
        DeliveryScope scope = scope(row);
        Long sequence = inForce.get(scope);
        if (sequence != null && (Long) row.getField("version") >= sequence) {
          action.accept(scope, row);
        }
      }
    }
  }

  private DeliveryScope scope(Record row) {
    return new DeliveryScope(
        tenantId,
        row.getField("service_provider_name").toString(),
        row.getField("billing_account_id").toString(),
        row.getField("report").toString(),
        ((OffsetDateTime) row.getField(PERIOD)).toInstant());
  }
}
