package io.tributary.jobs;

import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.TenantPolicies;
import io.tributary.attribution.UsageCells;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.UsageEvent;
import io.tributary.jobs.inputs.ArchiveState;
import io.tributary.jobs.inputs.UsageTotals;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.UsageFile;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.sinks.rows.Receipts;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Archives what was refused as beyond the horizon, with the end of its billing period as its record
 * time, so that every later evaluation counts it. What the archives have already is left alone.
 */
final class LateAdmission {

  /**
   * What came of it.
   *
   * @param records how many were archived that were not
   * @param run under which they were, null where there were none
   */
  record Admitted(long records, @Nullable String run) {}

  private final Warehouse warehouse;
  private final String tenantId;
  private final Clock clock;
  private final TenantPolicies policies;

  LateAdmission(Warehouse warehouse, String tenantId, LabelHashes hashes, Clock clock)
      throws IOException {
    this.warehouse = warehouse;
    this.tenantId = tenantId;
    this.clock = clock;
    this.policies =
        ArchivedPolicies.of(ArchivedPolicies.read(WarehouseReader.current(warehouse)), hashes);
  }

  /** Does it; the ledger seals what it archives, so that readers beside a stream see it. */
  Admitted admit() throws IOException, RejectedException {
    WarehouseReader reader = WarehouseReader.current(warehouse);
    Map<String, AdmitRejected.Admitted> late = late();
    removeArchived(late, reader);
    if (late.isEmpty()) {
      return new Admitted(0, null);
    }
    String run = "admit-" + ContentHash.of(tenantId + late.keySet());
    UsageTotals usage = new UsageTotals();
    Set<String> usageIds = new HashSet<>();
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, run, clock)) {
      for (AdmitRejected.Admitted admitted : late.values()) {
        if (admitted.record() instanceof UsageEvent event) {
          usage.add(event);
          if (usageIds.add(UsageCells.idOf(event))) {
            // The archive of usage has no ids; this row remembers that the event is in it.
            commit.add(
                WarehouseRow.of(
                    new UsageFile(tenantId, UsageCells.idOf(event), event.getEventId(), 1L)));
          }
        } else {
          commit.add(WarehouseRow.archived(admitted.record(), admitted.time()));
        }
      }
      Archiving.archive(usage, commit);
      commit.commit(true);
    }
    return new Admitted(late.size(), run);
  }

  /** What was refused, as the policies leave it, each record once, by {@link #content}. */
  private Map<String, AdmitRejected.Admitted> late() throws IOException, RejectedException {
    RemovedPeriods removed = RemovedPeriods.of(warehouse);
    Map<String, AdmitRejected.Admitted> late = new LinkedHashMap<>();
    for (AdmitRejected.Admitted refused :
        AdmitRejected.of(warehouse, tenantId, RejectReason.BEYOND_HORIZON)) {
      BillingMonth month = Archiving.month(refused.record());
      if (month == null || !removed.has(tenantId, month)) {
        SpecificRecordBase record = policies.allowed(refused.record());
        late.put(content(record), new AdmitRejected.Admitted(record, refused.time()));
      }
    }
    return late;
  }

  private static String content(SpecificRecordBase record) {
    return ContentHash.of(RecordKind.of(record).encode(record));
  }

  private void removeArchived(Map<String, AdmitRejected.Admitted> late, WarehouseReader reader)
      throws IOException {
    Set<String> recorded = new ArchiveState(reader, tenantId).recordedFiles();
    late.values()
        .removeIf(
            refused ->
                refused.record() instanceof UsageEvent event
                    && recorded.contains(UsageCells.idOf(event)));
    Set<Instant> periods = new TreeSet<>();
    for (AdmitRejected.Admitted refused : late.values()) {
      if (refused.record() instanceof Charge charge) {
        periods.add(charge.getBillingPeriodStart());
      } else if (refused.record() instanceof Delivery delivery) {
        periods.add(delivery.getBillingPeriodStart());
      }
    }
    if (periods.isEmpty()) {
      return;
    }
    Expression filter =
        Expressions.and(WarehouseReader.tenant(tenantId), WarehouseReader.billingPeriods(periods));
    try (CloseableIterable<Stored<Charge>> rows = reader.records(Charge.class, filter)) {
      rows.forEach(row -> late.remove(content(row.record())));
    }
    try (CloseableIterable<Stored<DeliveryReceipt>> rows =
        reader.records(DeliveryReceipt.class, filter)) {
      rows.forEach(row -> late.remove(content(Receipts.delivery(row.record()))));
    }
  }
}
