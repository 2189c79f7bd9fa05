package io.tributary.jobs;

import io.tributary.attribution.InvalidDefinitionsException;
import io.tributary.enrichment.LabelHashes;
import io.tributary.enrichment.RejectedPrivacy;
import io.tributary.enrichment.TenantPolicies;
import io.tributary.enrichment.UsageCells;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.RecordTime;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.events.UsageEvent;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.events.bills.DeliverySummary;
import io.tributary.jobs.inputs.ArchiveState;
import io.tributary.jobs.inputs.InputPlan;
import io.tributary.jobs.inputs.InputSink;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.jobs.inputs.UsageTotals;
import io.tributary.jobs.local.LocalFlink;
import io.tributary.sinks.RemovedPeriods;
import io.tributary.sinks.UsageFile;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseCommit;
import io.tributary.sinks.WarehouseReader;
import io.tributary.sinks.WarehouseRow;
import io.tributary.sinks.WarehouseTable;
import io.tributary.sinks.flink.WarehouseSink;
import io.tributary.sinks.maintenance.TableTiers;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;

/**
 * Makes the ledger of a tenant without a stream equal to the attribution of its archives: archives
 * new inputs, attributes everything from scratch in batch execution, and appends what the ledger
 * lacks in one commit.
 */
public final class BackfillJob {

  private static final int PARALLELISM = Runtime.getRuntime().availableProcessors();

  private final Warehouse warehouse;
  private final String tenantId;
  private final Privacy privacy;
  private final LabelHashes hashes;
  private final Clock clock;
  private final Supplier<StreamExecutionEnvironment> batch;

  /** What was archived. */
  public record Ingested(
      List<DeliverySummary> deliveries, Map<String, Long> records, long rejected) {}

  /** What the ledger lacks of a billing period in a currency, in so many entries. */
  public record Difference(
      Instant billingPeriodStart, String currency, Measures measures, long entries) {

    static Difference of(LedgerEntry entry) {
      return new Difference(
          entry.getBillingPeriodStart(), entry.getBillingCurrency(), Measures.of(entry), 1);
    }

    Difference plus(Difference other) {
      return new Difference(
          billingPeriodStart, currency, measures.plus(other.measures), entries + other.entries);
    }
  }

  /** A delivery that would withdraw more than half of its scope. */
  public static final class WithdrawsTooMuchException extends Exception {

    private static final long serialVersionUID = 1L;

    WithdrawsTooMuchException(DeliveryScope scope, int live, int withdrawn) {
      super(
          "the delivery of %s / %s / %s / %s would withdraw %d of %d charges; nothing was written"
                  .formatted(
                      scope.serviceProviderName(),
                      scope.billingAccountId(),
                      scope.report(),
                      scope.billingPeriodStart(),
                      withdrawn,
                      live)
              + " (--replace if that is right)");
    }
  }

  /**
   * A job on an open warehouse whose lock the caller holds.
   *
   * @param privacy how labels are hashed
   */
  public BackfillJob(Warehouse warehouse, String tenantId, Privacy privacy, Clock clock) {
    this(warehouse, tenantId, privacy, clock, () -> LocalFlink.batch(PARALLELISM));
  }

  /**
   * A job on an open warehouse whose lock the caller holds.
   *
   * @param privacy how labels are hashed
   * @param batch where it runs
   * @throws io.tributary.enrichment.MissingLabelKeyException where its keys cannot be had
   */
  public BackfillJob(
      Warehouse warehouse,
      String tenantId,
      Privacy privacy,
      Clock clock,
      Supplier<StreamExecutionEnvironment> batch) {
    this.batch = batch;
    this.privacy = privacy.ofFiles();
    this.hashes = privacy.labelHashes();
    this.warehouse = warehouse;
    this.tenantId = tenantId;
    this.clock = clock;
  }

  /**
   * Adds inputs to the archives.
   *
   * @throws PastRetentionException where one is of a billing period that was removed
   * @param replace whether a delivery may withdraw more than half of its scope
   */
  public Ingested ingest(RecordedInputs inputs, boolean replace)
      throws IOException, InvalidDefinitionsException, WithdrawsTooMuchException {
    ArchiveState archive = new ArchiveState(WarehouseReader.current(warehouse), tenantId);
    InputPlan plan = archive.plan(inputs, false);
    String run = ingestRun(plan, inputs.contents());
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, run, clock)) {
      Archiving archiving =
          new Archiving(
              commit,
              withdrawable(archive, inputs, plan),
              privacy.privacy(),
              ArchivedPolicies.with(inputs, warehouse, hashes),
              RemovedPeriods.of(warehouse));
      RecordedInputs.Totals totals = inputs.read(plan, archiving);
      if (!replace) {
        archiving.refuseLargeWithdrawals();
      }
      archiving.archiveUsage();
      for (DefinitionsPublished published : archiving.declared) {
        commit.declare(WarehouseRows.dimensions(published));
      }
      totals
          .deliveries()
          .forEach(
              summary ->
                  commit.add(
                      WarehouseRow.archived(
                          BillReceipts.of(summary), RecordTime.of(summary.delivery()))));
      totals
          .usageFiles()
          .forEach(
              file ->
                  commit.add(
                      WarehouseRow.of(
                          new UsageFile(
                              tenantId,
                              file.file().sha256(),
                              file.file().path().toString(),
                              file.events()))));
      commit.commit(false);
      return new Ingested(totals.deliveries(), archiving.records, totals.rejected());
    }
  }

  private TenantPolicies knownPolicies() throws IOException {
    return ArchivedPolicies.of(ArchivedPolicies.read(WarehouseReader.current(warehouse)), hashes);
  }

  /**
   * Appends to the ledger what it lacks of the attribution of the archives, in one commit; of
   * billing periods that were removed, nothing. Then what was there before follows the policies.
   *
   * @param periods billing periods to look at; empty for all
   * @return what was rewritten for policies
   */
  public Redaction.Report attribute(Set<Instant> periods) throws Exception {
    // Without a stream, also what a run archived and left behind.
    WarehouseReader reader =
        Owners.read(warehouse).streamOf(tenantId).isPresent()
            ? Settled.await(warehouse, tenantId)
            : WarehouseReader.current(warehouse);
    StreamExecutionEnvironment env = batch.get();
    BackfillTopology topology = topology(env, reader, periods);
    WarehouseRows.ofEntries(topology.missingEntries())
        .union(WarehouseRows.ofEstimateErrors(topology.missingEstimateErrors()))
        .sinkTo(WarehouseSink.ofRun(warehouse.settings(), attributionRun(reader), clock))
        .name(OperatorIds.WRITE_WAREHOUSE)
        .uid(OperatorIds.WRITE_WAREHOUSE);
    env.execute("tributary backfill " + tenantId);
    // What a policy does not allow may have left the net by it, and is in the history now.
    ElementRedaction.lookAgain(warehouse, tenantId);
    return new Redaction(warehouse, privacy, clock).run(Duration.ZERO);
  }

  /**
   * What {@link #attribute} would append, summed by billing period and currency; empty where the
   * ledger is right.
   */
  public List<Difference> differences(Set<Instant> periods) throws Exception {
    WarehouseReader reader = Settled.await(warehouse, tenantId);
    StreamExecutionEnvironment env = batch.get();
    SortedMap<String, Difference> sums = new TreeMap<>();
    try (CloseableIterator<LedgerEntry> entries =
        topology(env, reader, periods)
            .missingEntries()
            .executeAndCollect("tributary verify " + tenantId)) {
      entries.forEachRemaining(
          entry ->
              sums.merge(
                  entry.getBillingPeriodStart() + "\0" + entry.getBillingCurrency(),
                  Difference.of(entry),
                  Difference::plus));
    }
    return List.copyOf(sums.values());
  }

  private BackfillTopology topology(
      StreamExecutionEnvironment env, WarehouseReader reader, Set<Instant> periods) {
    return new BackfillTopology(
        env,
        warehouse.settings(),
        privacy,
        new BackfillTopology.Planned(
            new ArchiveState(reader, tenantId).plannedArchive(),
            reader.plan(
                WarehouseTable.COST_LEDGER,
                Expressions.and(
                    WarehouseReader.tenant(tenantId), WarehouseReader.billingPeriods(periods))),
            reader.plan(WarehouseTable.ESTIMATE_ERRORS, WarehouseReader.tenant(tenantId)),
            periods,
            TableTiers.frozen(reader),
            RemovedPeriods.of(warehouse).before(tenantId)));
  }

  /** Two attributions of one state of the warehouse are one run. */
  private String attributionRun(WarehouseReader reader) {
    StringBuilder state = new StringBuilder(tenantId);
    for (WarehouseTable table : WarehouseTable.values()) {
      if (!table.isDerived()) {
        Snapshot snapshot = reader.snapshot(table);
        state.append('/').append(snapshot == null ? 0 : snapshot.snapshotId());
      }
    }
    return "attribute-" + ContentHash.of(state.toString());
  }

  /**
   * Archives what was refused as beyond the horizon, with the end of its billing period as its
   * record time, so that every later evaluation counts it. Doing it again changes nothing.
   *
   * @return how many records that was
   */
  public int admitBeyondHorizon() throws IOException, RejectedException {
    RemovedPeriods removed = RemovedPeriods.of(warehouse);
    List<AdmitRejected.Admitted> late =
        AdmitRejected.of(warehouse, tenantId, RejectReason.BEYOND_HORIZON).stream()
            .filter(
                admitted -> {
                  Instant period = period(admitted.record());
                  return period == null || !removed.has(tenantId, period);
                })
            .toList();
    String run = "admit-" + ContentHash.of(tenantId + late);
    Set<String> recorded =
        new ArchiveState(WarehouseReader.current(warehouse), tenantId).recordedFiles();
    UsageTotals usage = new UsageTotals();
    TenantPolicies policies = knownPolicies();
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, run, clock)) {
      for (AdmitRejected.Admitted admitted : late) {
        SpecificRecordBase record = policies.allowed(admitted.record());
        if (!(record instanceof UsageEvent event)) {
          commit.add(WarehouseRow.archived(record, admitted.time()));
        } else if (recorded.add(UsageCells.idOf(event))) {
          // The archive of usage has no ids; this row remembers that the event is in it.
          usage.add(event);
          commit.add(
              WarehouseRow.of(
                  new UsageFile(tenantId, UsageCells.idOf(event), event.getEventId(), 1L)));
        }
      }
      archive(usage, commit);
      commit.commit(false);
    }
    return late.size();
  }

  /** When the billing period of a record begins, by its month; null of what has none. */
  private static @Nullable Instant period(SpecificRecordBase record) {
    if (record instanceof Charge charge) {
      return charge.getBillingPeriodStart();
    }
    return record instanceof UsageEvent event ? event.getEventTime() : null;
  }

  private static void archive(UsageTotals usage, WarehouseCommit commit) {
    usage.hours().forEach(hour -> commit.add(WarehouseRow.archived(hour, RecordTime.of(hour))));
  }

  /** The charges that each delivery would withdraw if it held none. */
  private static Map<DeliveryScope, Set<String>> withdrawable(
      ArchiveState archive, RecordedInputs inputs, InputPlan plan) throws IOException {
    Map<DeliveryScope, Set<String>> live = new HashMap<>();
    for (DeliveryScope scope : inputs.scopes()) {
      long sequence = plan.sequence(scope.id());
      if (sequence > 1) {
        live.put(scope, archive.liveCharges(scope, sequence));
      }
    }
    return live;
  }

  /** The same for the same inputs after the same archives. */
  private String ingestRun(InputPlan plan, List<String> contents) {
    return "ingest-" + ContentHash.of(tenantId + plan + contents);
  }

  /** Writes records as rows of the archives, not yet visible. */
  private static final class Archiving implements InputSink {

    private final WarehouseCommit commit;
    private final Map<DeliveryScope, Set<String>> withdrawn;
    private final Map<DeliveryScope, Integer> liveBefore = new HashMap<>();
    private final UsageTotals usage = new UsageTotals();
    private final Map<String, Long> records = new TreeMap<>();
    private final List<DefinitionsPublished> declared = new ArrayList<>();
    private final RejectedPrivacy privacy;
    private final TenantPolicies policies;
    private final RemovedPeriods removed;

    /**
     * @param policies those of the archives and of the inputs
     */
    Archiving(
        WarehouseCommit commit,
        Map<DeliveryScope, Set<String>> withdrawable,
        RejectedPrivacy privacy,
        TenantPolicies policies,
        RemovedPeriods removed) {
      this.commit = commit;
      this.removed = removed;
      this.privacy = privacy;
      this.policies = policies;
      this.withdrawn = withdrawable;
      withdrawable.forEach((scope, live) -> liveBefore.put(scope, live.size()));
    }

    @Override
    public void accept(SpecificRecordBase came) {
      records.merge(came.getSchema().getName(), 1L, Long::sum);
      Instant period = period(came);
      if (period != null && removed.has(String.valueOf(came.get("tenant_id")), period)) {
        throw new PastRetentionException(String.valueOf(came.get("tenant_id")), period);
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
        keep(charge);
      }
    }

    private void keep(Charge charge) {
      Set<String> missing = withdrawn.get(scope(charge));
      if (missing != null) {
        missing.remove(ArchiveState.key(charge));
      }
    }

    private static DeliveryScope scope(Charge charge) {
      return new DeliveryScope(
          charge.getTenantId(),
          charge.getServiceProviderName(),
          charge.getBillingAccountId(),
          charge.getReport(),
          charge.getBillingPeriodStart());
    }

    @Override
    public void reject(Rejection rejection) {
      commit.add(WarehouseRow.of(privacy.allowed(rejection, policies)));
    }

    void archiveUsage() {
      archive(usage, commit);
    }

    void refuseLargeWithdrawals() throws WithdrawsTooMuchException {
      for (Map.Entry<DeliveryScope, Set<String>> scope : withdrawn.entrySet()) {
        int live = liveBefore.getOrDefault(scope.getKey(), 0);
        if (scope.getValue().size() * 2L > live) {
          throw new WithdrawsTooMuchException(scope.getKey(), live, scope.getValue().size());
        }
      }
    }
  }
}
