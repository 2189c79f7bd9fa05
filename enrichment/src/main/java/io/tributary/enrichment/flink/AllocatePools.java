package io.tributary.enrichment.flink;

import io.tributary.enrichment.BucketAdopted;
import io.tributary.enrichment.BucketStore;
import io.tributary.enrichment.Buckets;
import io.tributary.enrichment.CompiledDefinitions;
import io.tributary.enrichment.PoolInput;
import io.tributary.enrichment.PoolStore;
import io.tributary.enrichment.TenantPools;
import io.tributary.events.LedgerEntry;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
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

/**
 * Keeps the transfers of each tenant equal to what its allocations make of all its lines. Changes
 * of sums and weights go into state at once; entries follow before every checkpoint barrier, so
 * that the base entries of a change and its transfers are in the same checkpoint, and at the end.
 *
 * <p>In batch execution a tenant is split when its input ends, by an event-time timer at the end of
 * time.
 *
 * <p>Of a tenant that is adopted, what follows from the archive is in the ledger already and is not
 * emitted; what is new waits until all buckets have read their archive.
 */
public final class AllocatePools extends AbstractStreamOperator<LedgerEntry>
    implements OneInputStreamOperator<PoolInput, LedgerEntry>, Triggerable<String, VoidNamespace> {

  private static final long serialVersionUID = 1L;

  /** Tenants held on the heap; one let go is read again from its state. */
  private static final int CACHED_TENANTS = 256;

  private final boolean batch;
  private final Set<String> adopted;

  private transient CompiledDefinitions compiled;
  private transient PoolStore store;
  private transient Map<String, TenantPools> tenants;
  private transient Set<String> dirty;
  private transient MapState<Integer, Boolean> adoptedBuckets;
  private transient ListState<PoolInput> waiting;
  private transient InternalTimerService<VoidNamespace> timers;

  /**
   * @param batch whether the job runs in batch execution
   * @param adopted tenants whose archive is read into state before anything else
   */
  public AllocatePools(boolean batch, Set<String> adopted) {
    this.batch = batch;
    this.adopted = Set.copyOf(adopted);
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
    tenants = new HashMap<>();
    dirty = new LinkedHashSet<>();
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
  }

  private KeyedTable table(String name) {
    return new KeyedTable(
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    name, StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE)));
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
    drainAll();
  }

  @Override
  public void finish() throws Exception {
    drainAll();
    super.finish();
  }

  private void drainAll() throws Exception {
    if (batch) {
      return;
    }
    Set<String> adopting = new LinkedHashSet<>();
    for (String tenant : dirty) {
      setCurrentKey(tenant);
      if (isAdopting(tenant)) {
        adopting.add(tenant);
      } else {
        drain(tenant);
      }
    }
    dirty.retainAll(adopting);
    if (tenants.size() > CACHED_TENANTS) {
      tenants.clear();
    }
  }

  private void drain(String tenant) {
    pools(tenant).drain(entry -> output.collect(new StreamRecord<>(entry)));
  }

  /** In batch the input of a tenant has ended. */
  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
    drain(timer.getKey());
    tenants.remove(timer.getKey());
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("no such timer is registered");
  }
}
