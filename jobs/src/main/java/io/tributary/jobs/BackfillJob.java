package io.tributary.jobs;

import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.Outcome;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.dimensions.definitions.NegativeWeight;
import io.tributary.enrichment.NegativeWeights;
import io.tributary.events.BillingMonth;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.RecordTime;
import io.tributary.events.RejectedException;
import io.tributary.events.bills.DeliverySummary;
import io.tributary.jobs.bills.BillReceipts;
import io.tributary.jobs.bills.DeliveryChange;
import io.tributary.jobs.bills.DeliveryChanges;
import io.tributary.jobs.bills.DeliveryGuard;
import io.tributary.jobs.bills.DeliveryHeldException;
import io.tributary.jobs.bills.Twin;
import io.tributary.jobs.inputs.ArchiveState;
import io.tributary.jobs.inputs.InputPlan;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.jobs.local.LocalFlink;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.UsageFile;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.flink.WarehouseSink;
import io.tributary.sinks.maintenance.TableTiers;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.flink.api.common.JobExecutionResult;
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

  /** The run under which late records were archived last, null for none. */
  private @Nullable String admitted;

  /**
   * What was archived.
   *
   * @param changes what each delivery changes, those that came as records included
   * @param twins deliveries that look like others
   * @param records how many, by the name of their schema
   * @param repeated usage events that were read before
   * @param conflicting usage events of an identity that was read before with another content
   */
  public record Ingested(
      RecordedInputs.Totals totals,
      List<DeliveryChange> changes,
      List<Twin> twins,
      Map<String, Long> records,
      long repeated,
      long conflicting) {}

  /**
   * What {@link #attribute} came to.
   *
   * @param negativeWeights the elements that weigh less than 0 in what it looked at, the oldest
   *     month first; none where another process runs the job
   * @param redacted what was rewritten for policies
   */
  public record Attributed(List<NegativeWeight> negativeWeights, Redaction.Report redacted) {}

  /** What the ledger lacks of a billing month in a currency, in so many entries. */
  public record Difference(BillingMonth month, String currency, Measures measures, long entries) {

    static Difference of(LedgerEntry entry) {
      return new Difference(
          BillingMonth.of(entry.getBillingPeriodStart()),
          entry.getBillingCurrency(),
          Measures.of(entry),
          1);
    }

    Difference plus(Difference other) {
      return new Difference(
          month, currency, measures.plus(other.measures), entries + other.entries);
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
   * @throws io.tributary.attribution.MissingLabelKeyException where its keys cannot be had
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
   * @param guard asked before anything is written; null where somebody says that all is right
   * @throws PastRetentionException where one is of a billing month that was removed
   * @throws DeliveryHeldException where the guard holds a delivery
   */
  public Ingested ingest(RecordedInputs inputs, @Nullable DeliveryGuard guard)
      throws IOException, InvalidDefinitionsException, DeliveryHeldException {
    WarehouseReader reader = WarehouseReader.current(warehouse);
    InputPlan plan = new ArchiveState(reader, tenantId).plan(inputs, false);
    DeliveryChanges changes = inputs.changes(reader, plan);
    String run = ingestRun(plan, inputs.contents());
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, run, clock)) {
      Archiving archiving =
          new Archiving(
              commit,
              changes,
              privacy.privacy(),
              ArchivedPolicies.with(inputs, warehouse, hashes),
              RemovedPeriods.of(warehouse));
      RecordedInputs.Totals totals = inputs.read(plan, archiving);
      List<DeliveryChange> changed = changes.changes(inputs.exports(totals));
      if (guard != null) {
        DeliveryHeldException.check(guard, changed, "written");
      }
      archive(totals, archiving, commit);
      commit.commit(false);
      return new Ingested(
          totals,
          changed,
          changes.twins(changed),
          archiving.records(),
          archiving.usageEvents(Outcome.DUPLICATE),
          archiving.usageEvents(Outcome.CONFLICT));
    }
  }

  private void archive(RecordedInputs.Totals totals, Archiving archiving, WarehouseCommit commit)
      throws InvalidDefinitionsException {
    archiving.archiveUsage();
    for (DefinitionsPublished published : archiving.declared()) {
      commit.declare(WarehouseRows.dimensions(published));
    }
    for (DeliverySummary summary : totals.deliveries()) {
      commit.add(
          WarehouseRow.archived(BillReceipts.of(summary), RecordTime.of(summary.delivery())));
    }
    for (RecordedInputs.UsageFileEvents file : totals.usageFiles()) {
      commit.add(
          WarehouseRow.of(
              new UsageFile(
                  tenantId, file.file().sha256(), file.file().source().name(), file.events())));
    }
  }

  /**
   * Appends to the ledger what it lacks of the attribution of the archives, in one commit; of
   * billing months that were removed, nothing. Then what was there before follows the policies.
   *
   * @param months billing months to look at; empty for all
   */
  public Attributed attribute(Set<BillingMonth> months) throws Exception {
    // Without a stream, also what a run archived and left behind.
    WarehouseReader reader =
        Owners.read(warehouse).streamOf(tenantId).isPresent()
            ? Settled.await(warehouse, tenantId, admitted)
            : WarehouseReader.current(warehouse);
    StreamExecutionEnvironment env = batch.get();
    BackfillTopology topology = topology(env, reader, months);
    WarehouseRows.ofEntries(topology.missingEntries())
        .union(WarehouseRows.ofEstimateErrors(topology.missingEstimateErrors()))
        .sinkTo(WarehouseSink.ofRun(warehouse.settings(), attributionRun(reader), clock))
        .name(OperatorIds.WRITE_WAREHOUSE)
        .uid(OperatorIds.WRITE_WAREHOUSE);
    JobExecutionResult result = env.execute("tributary backfill " + tenantId);
    // What a policy does not allow may have left the net by it, and is in the history now.
    ElementRedaction.lookAgain(warehouse, tenantId);
    Redaction.Report redacted = new Redaction(warehouse, privacy, clock).run(Duration.ZERO);
    return new Attributed(negativeWeights(result, months), redacted);
  }

  private static List<NegativeWeight> negativeWeights(
      JobExecutionResult result, Set<BillingMonth> months) {
    List<NegativeWeight> weights =
        result.isJobExecutionResult()
            ? result.getAccumulatorResult(NegativeWeights.ACCUMULATOR)
            : null;
    return weights == null
        ? List.of()
        : weights.stream()
            .filter(weight -> months.isEmpty() || months.contains(weight.billingMonth()))
            .sorted(NegativeWeight.ORDER)
            .toList();
  }

  /**
   * What {@link #attribute} would append, summed by billing month and currency; empty where the
   * ledger is right.
   */
  public List<Difference> differences(Set<BillingMonth> months) throws Exception {
    WarehouseReader reader = Settled.await(warehouse, tenantId, null);
    StreamExecutionEnvironment env = batch.get();
    SortedMap<String, Difference> sums = new TreeMap<>();
    try (CloseableIterator<LedgerEntry> entries =
        topology(env, reader, months)
            .missingEntries()
            .executeAndCollect("tributary verify " + tenantId)) {
      entries.forEachRemaining(
          entry ->
              sums.merge(
                  BillingMonth.of(entry.getBillingPeriodStart())
                      + "\0"
                      + entry.getBillingCurrency(),
                  Difference.of(entry),
                  Difference::plus));
    }
    return List.copyOf(sums.values());
  }

  private BackfillTopology topology(
      StreamExecutionEnvironment env, WarehouseReader reader, Set<BillingMonth> months) {
    return new BackfillTopology(
        env,
        warehouse.settings(),
        privacy,
        new BackfillTopology.Planned(
            new ArchiveState(reader, tenantId).plannedArchive(),
            reader.plan(
                WarehouseTable.COST_LEDGER,
                Expressions.and(
                    WarehouseReader.tenant(tenantId), WarehouseReader.billingMonths(months))),
            reader.plan(WarehouseTable.ESTIMATE_ERRORS, WarehouseReader.tenant(tenantId)),
            months,
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
   * Archives what was refused as beyond the horizon and is not archived yet, for {@link #attribute}
   * to count. Doing it again changes nothing.
   *
   * @return how many records that was
   */
  public long admitBeyondHorizon() throws IOException, RejectedException {
    LateAdmission.Admitted done = new LateAdmission(warehouse, tenantId, hashes, clock).admit();
    admitted = done.run();
    return done.records();
  }

  /** The same for the same inputs after the same archives. */
  private String ingestRun(InputPlan plan, List<String> contents) {
    return "ingest-" + ContentHash.of(tenantId + plan + contents);
  }
}
