package io.tributary.enrichment.flink;

import io.tributary.enrichment.Bucket;
import io.tributary.enrichment.BucketOutput;
import io.tributary.enrichment.BucketStore;
import io.tributary.enrichment.CompiledDefinitions;
import io.tributary.enrichment.Input;
import io.tributary.enrichment.Outcome;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
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
 * <p>In batch execution a bucket is drained when its input ends, by an event-time timer at the end
 * of time.
 */
public final class AttributeLines extends AbstractStreamOperator<LedgerEntry>
    implements OneInputStreamOperator<Input, LedgerEntry>, Triggerable<String, VoidNamespace> {

  /** Accepted inputs for the archive. */
  public static final OutputTag<Archived> ARCHIVE = new OutputTag<>("archive") {};

  private static final long serialVersionUID = 1L;

  /** Buckets held on the heap with their caches; a bucket let go loses nothing but them. */
  private static final int CACHED_BUCKETS = 4_096;

  /** Inputs after which all is drained even if the flush interval has not passed. */
  private static final int INPUTS_PER_DRAIN = 100_000;

  private final Duration flushInterval;
  private final boolean batch;

  private transient CompiledDefinitions compiled;
  private transient BucketStore store;
  private transient Map<String, Bucket> buckets;
  private transient Set<String> dirty;
  private transient BucketOutput sent;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient @Nullable ScheduledFuture<?> flush;
  private transient int inputsSinceDrain;

  /**
   * @param flushInterval how long a change may wait for its entries; of no effect in batch
   * @param batch whether the job runs in batch execution
   */
  public AttributeLines(Duration flushInterval, boolean batch) {
    this.flushInterval = flushInterval;
    this.batch = batch;
  }

  @Override
  public void open() throws Exception {
    super.open();
    compiled = new CompiledDefinitions();
    buckets = new HashMap<>();
    dirty = new LinkedHashSet<>();
    sent = new Output();
    store =
        new KeyedStore(
            table("charges"),
            table("meter-days"),
            table("usage-ids"),
            table("timelines"),
            table("scopes"));
    timers = getInternalTimerService("drain", VoidNamespaceSerializer.INSTANCE, this);
    if (!batch) {
      scheduleFlush();
    }
  }

  private record KeyedStore(
      Table charges, Table meterDays, Table usageIds, Table timelines, Table scopes)
      implements BucketStore {}

  private KeyedTable table(String name) {
    return new KeyedTable(
        getRuntimeContext()
            .getMapState(
                new MapStateDescriptor<>(
                    name, StringSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE)));
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
  public void processElement(StreamRecord<Input> element) {
    String key = (String) getCurrentKey();
    bucket(key).apply(element.getValue(), sent);
    if (batch) {
      timers.registerEventTimeTimer(VoidNamespace.INSTANCE, Long.MAX_VALUE);
    } else {
      dirty.add(key);
      if (++inputsSinceDrain >= INPUTS_PER_DRAIN) {
        drainAll();
      }
    }
  }

  private Bucket bucket(String key) {
    return buckets.computeIfAbsent(
        key, k -> new Bucket(BucketKeys.tenantOf(k), BucketKeys.bucketOf(k), store, compiled));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    drainAll();
  }

  @Override
  public void finish() throws Exception {
    if (flush != null) {
      flush.cancel(false);
    }
    drainAll();
    super.finish();
  }

  /** The input of a key has ended, in batch execution. */
  @Override
  public void onEventTime(InternalTimer<String, VoidNamespace> timer) {
    bucket(timer.getKey()).drain(sent);
    buckets.remove(timer.getKey());
  }

  @Override
  public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
    throw new IllegalStateException("no keyed processing-time timer is ever registered");
  }

  private void drainAll() {
    for (String key : dirty) {
      setCurrentKey(key);
      bucket(key).drain(sent);
    }
    dirty.clear();
    inputsSinceDrain = 0;
    if (buckets.size() > CACHED_BUCKETS) {
      buckets.clear();
    }
  }

  /** Sends what follows downstream, and counts. */
  private final class Output implements BucketOutput {

    private final Map<Outcome, Counter> counters = new HashMap<>();

    @Override
    public void entry(LedgerEntry entry) {
      output.collect(new StreamRecord<>(entry));
    }

    @Override
    public void archive(RecordKind kind, SpecificRecordBase record, long recordTime) {
      output.collect(
          ARCHIVE, new StreamRecord<>(new Archived(kind, kind.encode(record), recordTime)));
    }

    @Override
    public void count(RecordKind kind, Outcome outcome) {
      counters
          .computeIfAbsent(
              outcome,
              o ->
                  getMetricGroup()
                      .counter(
                          "records"
                              + o.name().charAt(0)
                              + o.name().substring(1).toLowerCase(Locale.ROOT)))
          .inc();
    }
  }
}
