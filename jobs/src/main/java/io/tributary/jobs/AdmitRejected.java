package io.tributary.jobs;

import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.events.UsageEvent;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Records that were refused only because they came late, taken back from the table {@code rejected}
 * by somebody who decides that they count after all.
 */
public final class AdmitRejected {

  /**
   * A record and the record time under which it counts.
   *
   * @param time its event time, or the end of its billing period or month
   */
  public record Admitted(SpecificRecordBase record, Instant time) {}

  private AdmitRejected() {}

  /** The records of a tenant that were refused for {@code reason}, in the order of the table. */
  public static List<Admitted> of(Warehouse warehouse, String tenantId, RejectReason reason)
      throws IOException, RejectedException {
    List<Admitted> admitted = new ArrayList<>();
    try (CloseableIterable<Stored<Rejection>> rows =
        WarehouseReader.current(warehouse)
            .records(
                Rejection.class,
                Expressions.and(
                    WarehouseReader.tenant(tenantId),
                    Expressions.equal("reason", reason.name())))) {
      for (Stored<Rejection> row : rows) {
        decoded(row.record()).ifPresent(record -> admitted.add(new Admitted(record, time(record))));
      }
    }
    return admitted;
  }

  /** The record that was refused; of what a publisher refused, none: it never was a record. */
  private static Optional<SpecificRecordBase> decoded(Rejection rejection)
      throws RejectedException {
    Optional<RecordKind> kind = RecordKind.ofTopic(rejection.getSource());
    if (kind.isEmpty() || rejection.getPartition() == null) {
      return Optional.empty();
    }
    byte[] bytes = new byte[rejection.getRaw().remaining()];
    rejection.getRaw().duplicate().get(bytes);
    return Optional.of(kind.get().decode(bytes));
  }

  private static Instant time(SpecificRecordBase record) {
    if (record instanceof UsageEvent usage) {
      return usage.getEventTime();
    } else if (record instanceof Charge charge) {
      return charge.getBillingPeriodEnd();
    } else if (record instanceof Delivery delivery) {
      return BillingMonth.of(delivery.getBillingPeriodStart()).end();
    }
    throw new IllegalStateException("never late: " + record.getSchema().getName());
  }
}
