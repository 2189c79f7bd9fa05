package io.tributary.enrichment;

import io.tributary.attribution.Admission;
import io.tributary.attribution.Archived;
import io.tributary.attribution.Bucket;
import io.tributary.attribution.BucketAdopted;
import io.tributary.attribution.BucketOutput;
import io.tributary.attribution.BucketStore;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.CompiledDefinitions;
import io.tributary.attribution.Count;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.Input;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.Outcome;
import io.tributary.attribution.PoolInput;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import io.tributary.events.Rejection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.internal.InternalMapState;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ledger of each bucket equal to the attribution of its inputs. Inputs change state at
 * once; entries follow when the bucket is drained: every flush interval, before every checkpoint
 * barrier (so that a checkpoint never holds a change whose entries are not in it), and at the end.
 *
 * <p>A change of an entity, a price or definitions may touch very many lines. It is followed in
 * slices, between which checkpoints and other records pass; the tenant is told to be unsettled
 * meanwhile.
 *
 * <p>What no record that is still let in can be about is forgotten once the stream has passed that
 * point by a day; a partition that is silent, and so not waited for, may be that far behind.
 *
 * <p>In batch execution a bucket is drained when its input ends, by an event-time timer at the end
 * of time.
 *
 * <p>A delivery takes effect when the stream has passed its time: its charges were published before
 * it, but on other partitions, and what it repeats must not be withdrawn meanwhile. Where the
 * stream falls silent, its time stands still; then silence is enough. Where charges of the tenant
 * are in the overflow topic, it waits for them, too.
 *
 * <p>A tenant that is adopted has its archive read into state first. Until a bucket has all of it,
 * what is new waits; the entries that follow from the archive are in the ledger already and are not
 * emitted again.
 *
 * <p>What is kept of a tenant that the stream lets go of is dropped when it starts. Nothing follows
 * from that: the ledger stays as it is.
 */
public final class AttributeLines extends AbstractStreamOperator<LedgerEntry>
    implements OneInputStreamOperator<Input, LedgerEntry>, Triggerable<String, VoidNamespace> {

  /** Accepted inputs for the archive. */
  public static final OutputTag<Archived> ARCHIVE = new OutputTag<>("archive") {};

  /** What became of the records that came, each counted in one bucket. */
  public static final OutputTag<Count> COUNTS = new OutputTag<>("attribute-counts") {};

  /** Changes of the measured error of estimates. */
  public static final OutputTag<EstimateError> ESTIMATE_ERRORS =
      new OutputTag<>("estimate-errors", new AvroTypeInfo<>(EstimateError.class));

  /** Changes for the allocations of the tenant. */
  public static final OutputTag<PoolInput> POOLS =
      new OutputTag<>("pools", new AvroTypeInfo<>(PoolInput.class));

  /** Tenants whose lines are behind their entities, prices or definitions. */
  public static final OutputTag<Unsettled> UNSETTLED = new OutputTag<>("lines-unsettled") {};

  /** Tenants of which a first record came; more than once where several buckets see one. */
  public static final OutputTag<String> NEW_TENANTS = new OutputTag<>("new-tenants") {};

  /** What waited here when its tenant was let go of. */
  public static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("lines-rejected", new AvroTypeInfo<>(Rejection.class));

  private static final long serialVersionUID = 1L;

  /** True-ups whose errors are looked at together. */
  private static final int TRUE_UPS = 1_000;

  private static final String UNSETTLED_STATE = "lines-unsettled";

  /** Small states, of which each key has one that has any. */
  private static final List<String> STATES_OF_EVERY_KEY =
      List.of(
          "known",
          "archive-ended",
          "waiting",
          "held-deliveries",
          OverflowBacklog.SENT,
          OverflowBacklog.READ,
          UNSETTLED_STATE);

  /** Buckets held on the heap with their caches; a bucket let go loses nothing but them. */
  private static final int CACHED_BUCKETS = 4_096;

  /** Inputs after which all is drained even if the flush interval has not passed. */
  private static final int INPUTS_PER_DRAIN = 100_000;

  /** Rows of lines after which a slice lets others pass. */
  private static final int ROWS_PER_SLICE = 500;

  /** How long others may pass between two slices, where there are others; or as long as a slice. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** How far behind the others a partition may be that is not waited for. */
  static final Duration SILENCE = Duration.ofDays(1);

  private final Duration flushInterval;
  private final boolean batch;
  private final Set<String> adopted;
  private final Admission admission;
  private final boolean forgets;
  private final ArrayList<Archived> policies;
  private final ForeignTenants foreign;
  private final LabelHashes.Source labels;

  private transient LabelHashes hashes;
  private transient CompiledDefinitions compiled;
  private transient BucketStore store;
  private transient Map<String, Bucket> buckets;
  private transient Set<String> dirty;
  private transient BucketOutput sent;
  private transient BucketOutput withheld;
  private transient ValueState<Boolean> known;
  private transient ValueState<Boolean> archiveEnded;
  private transient ValueState<Boolean> unsettled;
  private transient WaitingInputs waiting;
  private transient ListState<HeldDelivery> held;
  private transient OverflowBacklog backlog;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient InternalTimerService<VoidNamespace> forgetting;
  private transient Counter cellsTruedUp;
  private transient Histogram estimateErrors;
  private transient Slices slices;
  private transient @Nullable ScheduledFuture<?> flush;
  private transient int inputsSinceDrain;
  private transient long lastInput;
  private transient long applied;
  private transient long duplicates;
  private transient long conflicting;
  private transient long stillWaiting;
  private transient List<Rejection> refused;
  private transient List<Unsettled> settledForGood;

  /**
   * How lines are kept.
   *
   * @param flushInterval how long a change may wait for its entries; of no effect in batch
   * @param batch whether the job runs in batch execution
   * @param adopted tenants whose archive is read into state before anything else
   * @param admission which records are let in, and so what must be kept for them
   * @param forgets whether what is kept for nothing is forgotten; a replay of records of any age
   *     keeps all
   * @param policies of adopted tenants that are in their archives
   * @param foreign tenants of which nothing comes, and of some of which state is to be dropped
   * @param labels how labels are hashed
   */
  public record Settings(
      Duration flushInterval,
      boolean batch,
      Set<String> adopted,
      Admission admission,
      boolean forgets,
      List<Archived> policies,
      ForeignTenants foreign,
      LabelHashes.Source labels) {

    /** Where no archive is adopted, no tenant let go of, and no label hashed. */
    public Settings(
        Duration flushInterval,
        boolean batch,
        Set<String> adopted,
        Admission admission,
        boolean forgets) {
      this(
          flushInterval,
          batch,
          adopted,
          admission,
          forgets,
          List.of(),
          ForeignTenants.NONE,
          () -> LabelHashes.MISSING);
    }
  }

  /** An operator for keys of {@link BucketKeys}. */
  public AttributeLines(Settings settings) {
    this.flushInterval = settings.flushInterval;
    this.batch = settings.batch;
    this.adopted = Set.copyOf(settings.adopted);
    this.admission = settings.admission;
    this.forgets = settings.forgets;
    this.policies = new ArrayList<>(settings.policies);
    this.foreign = settings.foreign;
    this.labels = settings.labels;
  }

  @Override
  public void open() throws Exception {
    super.open();
    hashes = labels.labelHashes();
    compiled = new CompiledDefinitions();
    buckets = new HashMap<>();
    dirty = new LinkedHashSet<>();
    cellsTruedUp = getMetricGroup().counter("estimates.cells-trued-up");
    estimateErrors =
        getMetricGroup()
            .histogram("estimates.error-permille", new DescriptiveStatisticsHistogram(TRUE_UPS));
    LargeEstimates largeEstimates = new LargeEstimates(getMetricGroup());
    sent = new Output(true, largeEstimates);
    withheld = new Output(false, largeEstimates);
    known = flag("known");
    archiveEnded = flag("archive-ended");
    unsettled = flag(UNSETTLED_STATE);
    waiting =
        new WaitingInputs(
            getRuntimeContext()
                .getListState(
                    new ListStateDescriptor<>("waiting", TypeInformation.of(Input.class))),
            policies,
            hashes);
    held =
        getRuntimeContext()
            .getListState(
                new ListStateDescriptor<>(
                    "held-deliveries", TypeInformation.of(HeldDelivery.class)));
    backlog = OverflowBacklog.open(getRuntimeContext());
    store =
        new KeyedStore(
            table("charges"),
            table("meter-days"),
            table("timelines"),
            table("scopes"),
            tables("usage-ids-by-time"),
            tables("index"));
    timers = getInternalTimerService("drain", VoidNamespaceSerializer.INSTANCE, this);
    forgetting =
        getInternalTimerService("forget", VoidNamespaceSerializer.INSTANCE, new Forgetting());
    lastInput = getProcessingTimeService().getCurrentProcessingTime();
    slices = new Slices();
    refused = new ArrayList<>();
    settledForGood = new ArrayList<>();
    if (!foreign.letsGoOfNone()) {
      letGo();
    }
    if (!batch) {
      scheduleFlush();
      keysBehind().forEach(slices::add);
    }
  }

  private void letGo() throws Exception {
    LettingGo lettingGo =
        new LettingGo(this, key -> foreign.isLetGo(BucketKeys.tenantOf(key)), STATES_OF_EVERY_KEY);
    for (String key : lettingGo.keys()) {
      setCurrentKey(key);
      letGo(key);
    }
    lettingGo.clear("usage-ids-by-time", store::usageIds);
    lettingGo.clear("index", store::index);
    lettingGo.deleteTimers(timers);
    lettingGo.deleteTimers(forgetting);
  }

  /** Refuses what waits, and clears the rest. */
  private void letGo(String key) throws Exception {
    String tenant = BucketKeys.tenantOf(key);
    if (unsettled.value() != null && !foreign.isErased(tenant)) {
      settledForGood.add(new Unsettled(tenant, -1));
    }
    List<Input> waited = waiting.take(key);
    held.get().forEach(delivery -> waited.add(delivery.input));
    for (Input input : waited) {
      countWaiting(input, -1);
      if (isCounted(input)) {
        refused.add(Refusals.ofWaiting(input, foreign));
      }
    }
    Stream.of(known, archiveEnded, unsettled, held, backlog.sent(), backlog.read())
        .forEach(State::clear);
    Stream.of(store.charges(), store.meterDays(), store.timelines(), store.scopes())
        .forEach(BucketStore.Table::clear);
  }

  private ValueState<Boolean> flag(String name) {
    return getRuntimeContext().getState(new ValueStateDescriptor<>(name, Types.BOOLEAN));
  }

  private record KeyedStore(
      Table charges,
      Table meterDays,
      Table timelines,
      Table scopes,
      Function<String, Table> usageIdTables,
      Function<String, Table> indexTables)
      implements BucketStore {

    @Override
    public Table usageIds(String name) {
      return usageIdTables.apply(name);
    }

    @Override
    public Table index(String part) {
      return indexTables.apply(part);
    }
  }

  private static MapStateDescriptor<String, byte[]> descriptor(String name) {
    return new MapStateDescriptor<>(
        name, StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);
  }

  private KeyedTable table(String name) {
    MapState<String, byte[]> state = getRuntimeContext().getMapState(descriptor(name));
    return new KeyedTable(() -> state);
  }

  /** Tables that are apart by namespace, so that one is read or dropped without the others. */
  private Function<String, BucketStore.Table> tables(String name) throws Exception {
    InternalMapState<String, String, String, byte[]> state =
        (InternalMapState<String, String, String, byte[]>)
            this.<String, MapState<String, byte[]>, Map<String, byte[]>>getOrCreateKeyedState(
                StringSerializer.INSTANCE, descriptor(name));
    return namespace ->
        new KeyedTable(
            () -> {
              state.setCurrentNamespace(namespace);
              return state;
            });
  }

  private void scheduleFlush() {
    long at = getProcessingTimeService().getCurrentProcessingTime() + flushInterval.toMillis();
    flush = getProcessingTimeService().registerTimer(at, this::flush);
  }

  private void flush(long time) {
    drainAll();
    scheduleFlush();
  }

  @Override
  public void processElement(StreamRecord<Input> element) throws Exception {
    String key = (String) getCurrentKey();
    Input input = element.getValue();
    if (isAheadOfStream(element)) {
      lastInput = getProcessingTimeService().getCurrentProcessingTime();
    }
    if (input.isEndOfArchive()) {
      adopt(key);
    } else if (input.isOverflowMark()) {
      backlog.apply(input);
      release(key, timers.currentWatermark());
    } else if (mustWait(element)) {
      // Time stands still while an archive is read, so this comes after an adoption too.
      hold(new HeldDelivery(element.getTimestamp() - 1, input));
    } else if (input.fresh() && isAdopting(key)) {
      waiting.add(key, input);
      countWaiting(input, 1);
    } else {
      apply(key, input);
    }
  }

  /**
   * A delivery until the stream has passed its time, which every bucket learns before the same
   * barrier: it takes effect in all of them, and is archived, in one checkpoint.
   *
   * @param timestamp watermark at which it takes effect: just before it was published, epoch
   *     milliseconds. The partition it came on gets no further before its next record.
   */
  public record HeldDelivery(long timestamp, Input input) {}

  private boolean mustWait(StreamRecord<Input> element) throws Exception {
    return element.getValue().kind() == RecordKind.DELIVERY
        && element.getValue().fresh()
        && element.hasTimestamp()
        && (isAheadOfStream(element) || backlog.isBehind());
  }

  /** What comes from archives or from overflow is not, so that it is no sign of a live stream. */
  private boolean isAheadOfStream(StreamRecord<Input> element) {
    return element.hasTimestamp() && element.getTimestamp() - 1 > timers.currentWatermark();
  }

  private void hold(HeldDelivery delivery) throws Exception {
    held.add(delivery);
    timers.registerEventTimeTimer(VoidNamespace.INSTANCE, delivery.timestamp);
    countWaiting(delivery.input, 1);
  }

  private void countWaiting(Input input, long more) {
    if (isCounted(input)) {
      stillWaiting += more;
    }
  }

  /** Whether this copy of the record is the one that is counted. */
  private boolean isCounted(Input input) {
    return BucketKeys.bucketOf((String) getCurrentKey()) == 0
        || !Buckets.isTenantWide(input.record());
  }

  private void apply(String key, Input input) {
    bucket(key).apply(input, isAdopting(key) ? withheld : sent);
    if (batch) {
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, Long.MAX_VALUE);
    } else {
      dirty.add(key);
      if (++inputsSinceDrain >= INPUTS_PER_DRAIN) {
        drainAll();
        setCurrentKey(key);
      }
    }
  }

  private boolean isAdopting(String key) {
    try {
      return adopted.contains(BucketKeys.tenantOf(key)) && archiveEnded.value() == null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The bucket has its archive: what follows from it is in the ledger, and what waited comes in.
   */
  private void adopt(String key) throws Exception {
    bucket(key).drain(withheld);
    withheld.pool(new BucketAdopted(BucketKeys.bucketOf(key)));
    archiveEnded.update(true);
    for (Input input : waiting.take(key)) {
      countWaiting(input, -1);
      apply(key, input);
    }
  }

  private Bucket bucket(String key) {
    Bucket bucket = buckets.get(key);
    if (bucket == null) {
      String tenant = BucketKeys.tenantOf(key);
      Bucket.Use use = batch ? Bucket.Use.EVALUATE_ONCE : Bucket.Use.FOLLOW;
      bucket =
          new Bucket(tenant, BucketKeys.bucketOf(key), store, compiled, admission, use, hashes);
      buckets.put(key, bucket);
      announce(tenant);
    }
    return bucket;
  }

  private void announce(String tenant) {
    try {
      if (!batch && known.value() == null) {
        known.update(true);
        output.collect(NEW_TENANTS, new StreamRecord<>(tenant));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    drainAll();
    sendCounts();
  }

  @Override
  public void finish() throws Exception {
    if (flush != null) {
      flush.cancel(false);
    }
    drainAll();
    slices.finish();
    sendCounts();
    super.finish();
  }

  private void sendCounts() {
    if (applied > 0) {
      output.collect(COUNTS, new StreamRecord<>(new Count(Count.APPLIED, applied)));
    }
    if (duplicates > 0) {
      output.collect(COUNTS, new StreamRecord<>(new Count(Count.DUPLICATES, duplicates)));
    }
    if (conflicting > 0) {
      output.collect(COUNTS, new StreamRecord<>(new Count(Count.CONFLICTING, conflicting)));
    }
    if (stillWaiting != 0) {
      output.collect(COUNTS, new StreamRecord<>(new Count(Count.WAITING, stillWaiting)));
    }
    if (!refused.isEmpty()) {
      output.collect(COUNTS, new StreamRecord<>(new Count(Count.REJECTED, refused.size())));
    }
    refused.forEach(rejection -> output.collect(REJECTED, new StreamRecord<>(rejection)));
    settledForGood.forEach(change -> output.collect(UNSETTLED, new StreamRecord<>(change)));
    refused.clear();
    settledForGood.clear();
    applied = 0;
    duplicates = 0;
    conflicting = 0;
    stillWaiting = 0;
  }

  /** In batch the input of a key has ended; else the stream has passed the time of deliveries. */
  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
    if (batch) {
      bucket(timer.getKey()).drain(sent);
      buckets.remove(timer.getKey());
      return;
    }
    release(timer.getKey(), timer.getTimestamp());
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("nothing here waits for the clock");
  }

  /** Lets the deliveries of a bucket take effect that wait for no more than {@code watermark}. */
  private void release(String key, long watermark) throws Exception {
    if (backlog.isBehind()) {
      return;
    }
    List<HeldDelivery> due = new ArrayList<>();
    List<HeldDelivery> later = new ArrayList<>();
    for (HeldDelivery delivery : held.get()) {
      (delivery.timestamp <= watermark ? due : later).add(delivery);
    }
    held.update(later);
    for (HeldDelivery delivery : due) {
      countWaiting(delivery.input, -1);
      apply(key, delivery.input);
    }
  }

  private void drainAll() {
    int rows = ROWS_PER_SLICE;
    for (String key : dirty) {
      setCurrentKey(key);
      BucketOutput followed = isAdopting(key) ? withheld : sent;
      bucket(key).drainInputs(followed);
      rows -= bucket(key).reattribute(followed, rows);
      settled(key);
    }
    dirty.clear();
    inputsSinceDrain = 0;
    if (buckets.size() > CACHED_BUCKETS) {
      buckets.clear();
    }
  }

  /** Says whether the current bucket is behind, and sees to it that it gets its turn. */
  private void settled(String key) {
    boolean behind = bucket(key).isBehind();
    if (behind) {
      slices.add(key);
    }
    try {
      if (behind != (unsettled.value() != null)) {
        unsettled.update(behind ? true : null);
        Unsettled change = new Unsettled(BucketKeys.tenantOf(key), behind ? 1 : -1);
        output.collect(UNSETTLED, new StreamRecord<>(change));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> keysBehind() {
    try (Stream<String> keys =
        this.<String>getKeyedStateBackend().getKeys(UNSETTLED_STATE, VoidNamespace.INSTANCE)) {
      return keys.toList();
    }
  }

  /**
   * Buckets that are behind a change take turns, one slice at a time, and others pass between any
   * two slices of the subtask: for as long as a slice takes where records come, so that they have
   * half of the time, and hardly at all where none come.
   */
  private final class Slices {

    private final Set<String> behind = new LinkedHashSet<>();
    private @Nullable ScheduledFuture<?> next;
    private long ended = Long.MIN_VALUE;
    private long pause = PAUSE.toMillis();

    void add(String key) {
      behind.add(key);
      if (next == null) {
        next = getProcessingTimeService().registerTimer(now() + pause, time -> turn());
      }
    }

    private void turn() {
      next = null;
      String key = behind.iterator().next();
      behind.remove(key);
      setCurrentKey(key);
      BucketOutput followed = isAdopting(key) ? withheld : sent;
      boolean othersCame = lastInput >= ended;
      long start = now();
      bucket(key).drainInputs(followed);
      bucket(key).reattribute(followed, ROWS_PER_SLICE);
      ended = now();
      pause = othersCame ? Math.max(PAUSE.toMillis(), ended - start) : 1;
      settled(key);
      behind.stream().findFirst().ifPresent(this::add);
    }

    private long now() {
      return getProcessingTimeService().getCurrentProcessingTime();
    }

    /** What is still behind when the input has ended is followed to its end. */
    void finish() {
      if (next != null) {
        next.cancel(false);
      }
      next = null;
      for (String key : List.copyOf(behind)) {
        setCurrentKey(key);
        bucket(key).drain(sent);
        settled(key);
      }
      behind.clear();
    }
  }

  /** Forgets what is kept for nothing. */
  private final class Forgetting implements Triggerable<String, VoidNamespace> {

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
      String key = timer.getKey();
      bucket(key).drainInputs(isAdopting(key) ? withheld : sent);
      if (!bucket(key).isBehind()) {
        bucket(key).forget(Instant.ofEpochMilli(timer.getTimestamp()).minus(SILENCE));
      } else if (forgetting.currentWatermark() < Long.MAX_VALUE) {
        // What it is behind with may be about what is to be forgotten.
        long later = forgetting.currentWatermark() + 1;
        forgetting.registerEventTimeTimer(VoidNamespace.INSTANCE, later);
      }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
      throw new IllegalStateException("forgetting knows no processing time");
    }
  }

  /** Sends what follows downstream, and counts. */
  private final class Output implements BucketOutput {

    private final Map<Outcome, Counter> counters = new HashMap<>();
    private final boolean emitting;

    private final Counter folded = getMetricGroup().counter("label-sets.folded");
    private final LargeEstimates largeEstimates;

    Output(boolean emitting, LargeEstimates largeEstimates) {
      this.emitting = emitting;
      this.largeEstimates = largeEstimates;
    }

    @Override
    public void keepUntil(Instant until) {
      if (forgets && !batch) {
        forgetting.registerEventTimeTimer(
            VoidNamespace.INSTANCE, until.plus(SILENCE).toEpochMilli() + 1);
      }
    }

    @Override
    public void folded(int labelSets) {
      folded.inc(labelSets);
    }

    @Override
    public void entry(LedgerEntry entry) {
      if (emitting) {
        output.collect(new StreamRecord<>(entry));
      }
    }

    @Override
    public void estimateError(EstimateError change) {
      if (emitting) {
        output.collect(ESTIMATE_ERRORS, new StreamRecord<>(change));
        cellsTruedUp.inc(Math.max(0, change.getCells()));
      }
    }

    @Override
    public void trueUp(long permille) {
      if (emitting) {
        estimateErrors.update(permille);
      }
    }

    @Override
    public void estimateTooLarge(String resourceId, String meter, Instant hour) {
      largeEstimates.tell(BucketKeys.tenantOf((String) getCurrentKey()), resourceId, meter, hour);
    }

    @Override
    public void pool(Object change) {
      String tenant = BucketKeys.tenantOf((String) getCurrentKey());
      output.collect(POOLS, new StreamRecord<>(new PoolInput(tenant, !emitting, change)));
    }

    @Override
    public void archive(RecordKind kind, SpecificRecordBase record, long recordTime) {
      output.collect(
          ARCHIVE, new StreamRecord<>(new Archived(kind, kind.encode(record), recordTime)));
    }

    @Override
    public void count(RecordKind kind, Outcome outcome) {
      switch (outcome) {
        case DUPLICATE -> duplicates++;
        case CONFLICT -> conflicting++;
        case APPLIED, SUPERSEDED -> applied++;
      }
      counters
          .computeIfAbsent(
              outcome,
              o -> getMetricGroup().counter("records." + o.name().toLowerCase(Locale.ROOT)))
          .inc();
    }
  }
}
