package io.tributary.enrichment;

import io.tributary.attribution.Admission;
import io.tributary.attribution.BucketAdopted;
import io.tributary.attribution.BucketStore;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.CompiledDefinitions;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.PoolInput;
import io.tributary.attribution.PoolStore;
import io.tributary.attribution.TenantPools;
import io.tributary.events.LedgerEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.BooleanSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Keeps the transfers of each tenant equal to what its allocations make of all its lines. Changes
 * of sums and weights go into state at once; entries follow before every checkpoint barrier, so
 * that the base entries of a change and its transfers are in the same checkpoint, and at the end.
 * But because one more line changes the weights of all, a tenant is split again at most once in the
 * re-split interval; meanwhile it is told to be unsettled.
 *
 * <p>In batch execution a tenant is split when its input ends, by an event-time timer at the end of
 * time.
 *
 * <p>Of a tenant that is adopted, what follows from the archive is in the ledger already and is not
 * emitted; what is new waits until all buckets have read their archive.
 *
 * <p>What is kept of a tenant that the stream lets go of is dropped when it starts.
 */
public final class AllocatePools extends AbstractStreamOperator<LedgerEntry>
    implements OneInputStreamOperator<PoolInput, LedgerEntry>, Triggerable<String, VoidNamespace> {

  private static final long serialVersionUID = 1L;

  /** Tenants held on the heap; one let go is read again from its state. */
  private static final int CACHED_TENANTS = 256;

  /** Tenants whose transfers are behind their lines. */
  public static final OutputTag<Unsettled> UNSETTLED = new OutputTag<>("unsettled") {};

  /** Sums are kept for longer than lines, so that no line is taken from a sum that is no more. */
  private static final Duration AFTER_LINES = AttributeLines.SILENCE.plusDays(1);

  private final Duration resplitInterval;
  private final boolean batch;
  private final Set<String> adopted;
  private final Admission admission;
  private final boolean forgets;
  private final ForeignTenants foreign;

  private transient CompiledDefinitions compiled;
  private transient PoolStore store;
  private transient Map<String, TenantPools> tenants;
  private transient Set<String> dirty;
  private transient Map<String, Long> splitAt;
  private transient ValueState<Boolean> unsettled;
  private transient MapState<Integer, Boolean> adoptedBuckets;
  private transient ListState<PoolInput> waiting;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient InternalTimerService<VoidNamespace> forgetting;
  private transient List<Unsettled> settledForGood;
  private transient NegativeWeights negativeWeights;

  /**
   * An operator for keys that are tenants.
   *
   * @param resplitInterval how long transfers may be behind at most; of no effect in batch
   * @param lines how the lines are kept that are split
   */
  public AllocatePools(Duration resplitInterval, AttributeLines.Settings lines) {
    this.resplitInterval = resplitInterval;
    this.batch = lines.batch();
    this.adopted = Set.copyOf(lines.adopted());
    this.admission = lines.admission();
    this.forgets = lines.forgets();
    this.foreign = lines.foreign();
  }

  private record KeyedStore(
      BucketStore.Table plans,
      BucketStore.Table sums,
      BucketStore.Table usage,
      BucketStore.Table timelines,
      BucketStore.Table transfers)
      implements PoolStore {}

  @Override
  public void open() throws Exception {
    super.open();
    compiled = new CompiledDefinitions();
    negativeWeights = new NegativeWeights(getMetricGroup());
    if (batch) {
      negativeWeights.answerTo(getRuntimeContext());
    }
    tenants = new HashMap<>();
    dirty = new LinkedHashSet<>();
    splitAt = new HashMap<>();
    unsettled =
        getRuntimeContext().getState(new ValueStateDescriptor<>("unsettled", Types.BOOLEAN));
    store =
        new KeyedStore(
            table("plans"), table("sums"), table("usage"), table("timelines"), table("transfers"));
    adoptedBuckets =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    "adopted-buckets", IntSerializer.INSTANCE, BooleanSerializer.INSTANCE));
    waiting =
        getRuntimeContext()
            .getListState(
                new ListStateDescriptor<>("waiting", new AvroTypeInfo<>(PoolInput.class)));
    timers = getInternalTimerService("split", VoidNamespaceSerializer.INSTANCE, this);
    forgetting =
        getInternalTimerService("forget", VoidNamespaceSerializer.INSTANCE, new Forgetting());
    settledForGood = new ArrayList<>();
    if (!foreign.letsGoOfNone()) {
      letGo();
    }
  }

  /** Sums, weights and transfers belong to plans, so they have no keys of their own. */
  private void letGo() throws Exception {
    LettingGo lettingGo =
        new LettingGo(
            this,
            foreign::isLetGo,
            List.of("plans", "timelines", "waiting", "adopted-buckets", "unsettled"));
    for (String tenant : lettingGo.keys()) {
      setCurrentKey(tenant);
      if (unsettled.value() != null && !foreign.isErased(tenant)) {
        settledForGood.add(new Unsettled(tenant, -1));
      }
      Stream.of(unsettled, adoptedBuckets, waiting).forEach(State::clear);
      Stream.of(store.plans(), store.sums(), store.usage(), store.timelines(), store.transfers())
          .forEach(BucketStore.Table::clear);
    }
    lettingGo.deleteTimers(timers);
    lettingGo.deleteTimers(forgetting);
  }

  private KeyedTable table(String name) {
    MapState<String, byte[]> state =
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    name, StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE));
    return new KeyedTable(() -> state);
  }

  @Override
  public void processElement(StreamRecord<PoolInput> element) throws Exception {
    String tenant = (String) getCurrentKey();
    PoolInput input = element.getValue();
    if (input.getChange() instanceof BucketAdopted bucket) {
      adoptedBuckets.put(bucket.getBucket(), true);
      if (!isAdopting(tenant)) {
        adopt(tenant);
      }
    } else if (isAdopting(tenant) && !input.getFromArchive()) {
      waiting.add(input);
    } else {
      apply(tenant, input);
    }
  }

  private void apply(String tenant, PoolInput input) {
    pools(tenant).apply(input);
    dirty.add(tenant);
    if (batch) {
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, Long.MAX_VALUE);
    } else if (forgets) {
      TenantPools.keptUntil(input, admission)
          .ifPresent(
              until ->
                  forgetting.registerEventTimeTimer(
                      VoidNamespace.INSTANCE, until.plus(AFTER_LINES).toEpochMilli() + 1));
    }
  }

  /** Forgets what is kept for nothing, and what the heap has of it. */
  private final class Forgetting implements Triggerable<String, VoidNamespace> {

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
      String tenant = timer.getKey();
      if (dirty.remove(tenant) && !isAdopting(tenant)) {
        drain(tenant);
        settle(tenant);
      }
      pools(tenant)
          .forget(Instant.ofEpochMilli(timer.getTimestamp()).minus(AFTER_LINES), admission);
      tenants.remove(tenant);
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
      throw new IllegalStateException("forgetting knows no processing time");
    }
  }

  private boolean isAdopting(String tenant) throws Exception {
    if (!adopted.contains(tenant)) {
      return false;
    }
    int buckets = 0;
    for (Integer ignored : adoptedBuckets.keys()) {
      buckets++;
    }
    return buckets < Buckets.COUNT;
  }

  /** What follows from the archive is in the ledger, and what waited comes in. */
  private void adopt(String tenant) throws Exception {
    pools(tenant).drain(entry -> {});
    for (PoolInput input : waiting.get()) {
      apply(tenant, input);
    }
    waiting.clear();
  }

  private TenantPools pools(String tenant) {
    return tenants.computeIfAbsent(tenant, t -> new TenantPools(t, store, compiled));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    drainAll(false);
  }

  @Override
  public void finish() throws Exception {
    drainAll(true);
    super.finish();
  }

  private void drainAll(boolean all) throws Exception {
    if (batch) {
      return;
    }
    settledForGood.forEach(change -> output.collect(UNSETTLED, new StreamRecord<>(change)));
    settledForGood.clear();
    Set<String> later = new LinkedHashSet<>();
    for (String tenant : dirty) {
      setCurrentKey(tenant);
      if (isAdopting(tenant)) {
        later.add(tenant);
      } else if (all || isDue(tenant)) {
        drain(tenant);
        settle(tenant);
      } else {
        later.add(tenant);
        defer(tenant);
      }
    }
    dirty.retainAll(later);
    if (tenants.size() > CACHED_TENANTS) {
      tenants.clear();
      splitAt.values().removeIf(at -> at + resplitInterval.toMillis() < now());
    }
  }

  private boolean isDue(String tenant) {
    return now() >= dueAt(tenant);
  }

  private long dueAt(String tenant) {
    Long last = splitAt.get(tenant);
    return last == null ? 0 : last + resplitInterval.toMillis();
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  /** The timer is in the checkpoint, so that a restart does not forget what is behind. */
  private void defer(String tenant) throws Exception {
    timers.registerProcessingTimeTimer(VoidNamespace.INSTANCE, dueAt(tenant));
    if (unsettled.value() == null) {
      unsettled.update(true);
      output.collect(UNSETTLED, new StreamRecord<>(new Unsettled(tenant, 1)));
    }
  }

  private void settle(String tenant) throws Exception {
    splitAt.put(tenant, now());
    if (unsettled.value() != null) {
      unsettled.clear();
      output.collect(UNSETTLED, new StreamRecord<>(new Unsettled(tenant, -1)));
    }
  }

  private void drain(String tenant) {
    TenantPools pools = pools(tenant);
    pools.drain(entry -> output.collect(new StreamRecord<>(entry)));
    negativeWeights.tell(tenant, pools.negativeWeights());
  }

  /** In batch the input of a tenant has ended. */
  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
    drain(timer.getKey());
    tenants.remove(timer.getKey());
  }

  /** What is behind is due with the next barrier. */
  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
    dirty.add(timer.getKey());
  }
}
