package io.tributary.jobs;

import io.tributary.attribution.Outcome;
import io.tributary.attribution.RejectedPrivacy;
import io.tributary.attribution.TenantPolicies;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.RecordTime;
import io.tributary.events.Rejection;
import io.tributary.events.UsageEvent;
import io.tributary.jobs.bills.DeliveryChanges;
import io.tributary.jobs.inputs.InputSink;
import io.tributary.jobs.inputs.UsageTotals;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.rows.WarehouseRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** Writes records as rows of the archives, not yet visible. */
final class Archiving implements InputSink {

  private final WarehouseCommit commit;
  private final DeliveryChanges changes;
  private final UsageTotals usage = new UsageTotals();
  private final Map<String, Long> records = new TreeMap<>();
  private final List<DefinitionsPublished> declared = new ArrayList<>();
  private final RejectedPrivacy privacy;
  private final TenantPolicies policies;
  private final RemovedPeriods removed;

  /**
   * @param changes told every charge
   * @param policies those of the archives and of the inputs
   */
  Archiving(
      WarehouseCommit commit,
      DeliveryChanges changes,
      RejectedPrivacy privacy,
      TenantPolicies policies,
      RemovedPeriods removed) {
    this.commit = commit;
    this.changes = changes;
    this.privacy = privacy;
    this.policies = policies;
    this.removed = removed;
  }

  /**
   * @throws PastRetentionException where the record is of a billing month that was removed
   */
  @Override
  public void accept(SpecificRecordBase came) {
    records.merge(came.getSchema().getName(), 1L, Long::sum);
    BillingMonth month = month(came);
    if (month != null && removed.has(String.valueOf(came.get("tenant_id")), month)) {
      throw new PastRetentionException(String.valueOf(came.get("tenant_id")), month);
    }
    SpecificRecordBase record = policies.allowed(came);
    if (record instanceof UsageEvent event) {
      usage.add(event);
      return;
    }
    commit.add(WarehouseRow.archived(record, RecordTime.of(record)));
    if (record instanceof DefinitionsPublished published) {
      declared.add(published);
    }
    if (record instanceof Charge charge) {
      changes.comes(charge);
    }
  }

  /** The billing month of a record; null of what has none. */
  static @Nullable BillingMonth month(SpecificRecordBase record) {
    if (record instanceof Charge charge) {
      return BillingMonth.of(charge.getBillingPeriodStart());
    }
    return record instanceof UsageEvent event
        ? BillingMonth.containing(event.getEventTime())
        : null;
  }

  @Override
  public Rejection reject(Rejection rejection) {
    Rejection kept = privacy.allowed(rejection, policies);
    commit.add(WarehouseRow.of(kept));
    return kept;
  }

  /** Writes what the usage events add up to. */
  void archiveUsage() {
    archive(usage, commit);
  }

  static void archive(UsageTotals usage, WarehouseCommit commit) {
    usage.hours().forEach(hour -> commit.add(WarehouseRow.archived(hour, RecordTime.of(hour))));
  }

  /** How many usage events came to this. */
  long usageEvents(Outcome outcome) {
    return usage.count(outcome);
  }

  /** How many records of which kind came. */
  Map<String, Long> records() {
    return records;
  }

  /** The definitions that came. */
  List<DefinitionsPublished> declared() {
    return declared;
  }
}
