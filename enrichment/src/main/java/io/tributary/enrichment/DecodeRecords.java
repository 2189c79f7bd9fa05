package io.tributary.enrichment;

import io.tributary.attribution.Admission;
import io.tributary.attribution.Archived;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.CompiledDefinitions;
import io.tributary.attribution.Count;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.Input;
import io.tributary.attribution.RateLimits;
import io.tributary.attribution.TenantPolicies;
import io.tributary.attribution.TenantRates;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.RecordKind;
import io.tributary.events.RecordTime;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.events.UsageEvent;
import io.tributary.events.Validation;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and checks what came, and sends each record to the buckets that must see it. What fails a
 * check goes to {@link #REJECTED} with its bytes and position, and so does what a publisher has
 * refused, as it told it.
 *
 * <p>A live record above the limit of its tenant goes to {@link #OVERFLOWED} and is as if it had
 * not come; the one that reads the overflow topic is given it later. Whose it is says the record,
 * never its key: all that cannot be decoded shares one limit. Buckets are told which charges went
 * there before they are told that the stream has passed their time, and which were read before the
 * next barrier.
 */
public final class DecodeRecords extends AbstractStreamOperator<Input>
    implements OneInputStreamOperator<RawRecord, Input> {

  /** What was not accepted. */
  public static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("rejected", new AvroTypeInfo<>(Rejection.class));

  /** How many records came, and how many were refused. */
  public static final OutputTag<Count> COUNTS = new OutputTag<>("decode-counts") {};

  /** What was above the limit of its tenant. */
  public static final OutputTag<Overflowed> OVERFLOWED = new OutputTag<>("overflowed") {};

  /** What tenants say of what may be kept, in force here or not. */
  public static final OutputTag<Archived> POLICIES = new OutputTag<>("policies") {};

  /**
   * Larger records are never put away: what the producer of one topic may write, that of another
   * may not, with headers. They count all the same, so others wait in their place.
   */
  static final int LARGEST_OVERFLOW_BYTES = 512 * 1024;

  private static final long serialVersionUID = 1L;
  private static final int TENANTS_LOOKED_UP = 10_000;

  private final Admission admission;
  private final ForeignTenants foreign;
  private final RateLimits limits;
  private final boolean readsOverflow;
  private final boolean timed;

  private transient CompiledDefinitions compiled;
  private transient TenantRates rates;
  private transient OverflowMarks marks;
  private transient Counter overflowedMetric;
  private transient Counter inMetric;
  private transient Counter rejectedMetric;
  private transient long in;
  private transient long rejected;
  private transient long overflowed;
  private transient Arrivals arrivals;
  private transient Positions positions;

  @SuppressWarnings("NullAway.Init") // Set before any element comes.
  private transient LatestTimestamp latest;

  private transient Map<String, Whose> whose;

  /** Whose ledger a record is about. */
  private enum Whose {
    OURS,
    FOREIGN,
    ERASED
  }

  private DecodeRecords(
      Admission admission,
      ForeignTenants foreign,
      RateLimits limits,
      boolean readsOverflow,
      boolean timed) {
    this.admission = admission;
    this.foreign = foreign;
    this.limits = limits;
    this.readsOverflow = readsOverflow;
    this.timed = timed;
  }

  /**
   * For the input topics.
   *
   * @param foreign tenants whose ledger this job may not write
   * @param limits of tenants over all subtasks; each admits an equal share
   */
  public static DecodeRecords ofInputs(
      Admission admission, ForeignTenants foreign, RateLimits limits) {
    return new DecodeRecords(admission, foreign, limits, false, false);
  }

  /** For the overflow topic. */
  public static DecodeRecords ofOverflow(Admission admission, ForeignTenants foreign) {
    return new DecodeRecords(admission, foreign, RateLimits.NONE, true, false);
  }

  /** The same that also tells when usage events happened: for what is published as it happens. */
  public DecodeRecords timed() {
    return new DecodeRecords(admission, foreign, limits, readsOverflow, true);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    latest = new LatestTimestamp(context.getOperatorStateStore());
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    latest.snapshot();
  }

  @Override
  public void open() throws Exception {
    super.open();
    compiled = new CompiledDefinitions();
    rates =
        new TenantRates(
            limits,
            getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks(),
            getProcessingTimeService()::getCurrentProcessingTime);
    marks = new OverflowMarks(!readsOverflow);
    whose = new HashMap<>();
    positions = new Positions();
    arrivals = new Arrivals(readsOverflow ? "overflow" : "live");
    inMetric = getMetricGroup().counter(readsOverflow ? "recordsReadBack" : "recordsCame");
    overflowedMetric = getMetricGroup().counter("recordsOverflowed");
    rejectedMetric = getMetricGroup().counter("recordsRejected");
  }

  @Override
  public void processElement(StreamRecord<RawRecord> element) {
    RawRecord raw = element.getValue();
    if (timed && !readsOverflow) {
      positions.add(raw);
    }
    if (!readsOverflow && element.hasTimestamp()) {
      latest.add(element.getTimestamp());
    }
    Decoded decoded = Decoded.of(raw);
    String limited = decoded.limited();
    if (!rates.admits(limited)) {
      if (raw.value().length <= LARGEST_OVERFLOW_BYTES) {
        overflowedMetric.inc();
        overflowed++;
        mark(limited, raw);
        output.collect(OVERFLOWED, new StreamRecord<>(new Overflowed(limited, raw)));
        return;
      }
      rates.count(limited);
    }
    in++;
    inMetric.inc();
    try {
      SpecificRecordBase record = decoded.orThrow();
      if (record instanceof Rejection refusal) {
        Validation.check(refusal);
        reject(refusal, decoded.tenant);
      } else {
        check(record, decoded.tenant, raw);
        send(record, element);
        time(record, raw);
      }
    } catch (RejectedException e) {
      reject(rejection(raw, decoded.tenant, e), decoded.tenant);
    }
    if (readsOverflow) {
      mark(limited, raw);
    }
  }

  private void reject(Rejection refused, String tenant) {
    rejected++;
    rejectedMetric.inc();
    output.collect(
        REJECTED,
        new StreamRecord<>(whose(tenant) == Whose.ERASED ? Refusals.nameless(refused) : refused));
  }

  /** The buckets of a tenant that is not ours keep nothing, so they are told nothing. */
  private void mark(String limited, RawRecord raw) {
    if (whose(limited) == Whose.OURS) {
      marks.add(limited, raw);
    }
  }

  /** Hashing every record's tenant would be noticed. */
  private Whose whose(String tenant) {
    if (whose.size() >= TENANTS_LOOKED_UP) {
      whose.clear();
    }
    return whose.computeIfAbsent(
        tenant,
        t -> {
          if (foreign.isErased(t)) {
            return Whose.ERASED;
          }
          return foreign.contains(t) ? Whose.FOREIGN : Whose.OURS;
        });
  }

  private void time(SpecificRecordBase record, RawRecord raw) {
    if (timed && record instanceof UsageEvent usage) {
      arrivals.add(
          usage.getSource(),
          usage.getEventTime().toEpochMilli(),
          TimeUnit.MICROSECONDS.toMillis(raw.recordTime()),
          getProcessingTimeService().getCurrentProcessingTime());
    }
  }

  /**
   * @param tenant whose record it is; empty where it is none
   */
  private record Decoded(
      @Nullable SpecificRecordBase record, String tenant, @Nullable RejectedException problem) {

    static Decoded of(RawRecord raw) {
      try {
        SpecificRecordBase record = raw.kind().decode(raw.value());
        return new Decoded(record, String.valueOf(record.get("tenant_id")), null);
      } catch (RejectedException e) {
        return new Decoded(null, "", e);
      }
    }

    /** Whose limit it counts to; empty where no tenant can have that name. */
    String limited() {
      return tenant.isBlank() || tenant.indexOf('\0') >= 0 ? "" : tenant;
    }

    SpecificRecordBase orThrow() throws RejectedException {
      if (record == null) {
        throw Objects.requireNonNull(problem);
      }
      return record;
    }
  }

  private void send(SpecificRecordBase record, StreamRecord<RawRecord> element) {
    RawRecord raw = element.getValue();
    String tenant = String.valueOf(record.get("tenant_id"));
    // Older schema versions are rewritten here, so that buckets compare like with like.
    byte[] payload = raw.kind().encode(record);
    for (int bucket : Buckets.of(record)) {
      Input input =
          new Input(tenant, bucket, raw.kind(), true, raw.recordTime(), cameAt(element), payload);
      StreamRecord<Input> sent = new StreamRecord<>(input);
      if (element.hasTimestamp() && !readsOverflow) {
        sent.setTimestamp(element.getTimestamp());
      } else if (readsOverflow && raw.kind() == RecordKind.DELIVERY) {
        // When it was published at first, of which the overflow topic knows only the latest.
        long published = TimeUnit.MICROSECONDS.toMillis(raw.recordTime());
        sent.setTimestamp(Math.min(published, element.getTimestamp()));
      }
      output.collect(sent);
    }
  }

  /** What was long in overflow is remembered for as long as what came late. */
  private long cameAt(StreamRecord<RawRecord> element) {
    if (readsOverflow) {
      return micros(getProcessingTimeService().getCurrentProcessingTime());
    }
    return element.hasTimestamp()
        ? micros(element.getTimestamp())
        : element.getValue().recordTime();
  }

  private static long micros(long millis) {
    return RecordTime.micros(Instant.ofEpochMilli(millis));
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    sendMarks();
    super.processWatermark(mark);
  }

  /**
   * Where nothing comes any more from any partition, the source leaves the watermark at the slowest
   * of them. Nothing is on its way then that the latest record would have to wait for.
   */
  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    sendMarks();
    if (status.isIdle() && latest.isKnown()) {
      super.processWatermark(latest.watermark());
    }
    super.processWatermarkStatus(status);
  }

  private void sendMarks() {
    marks.drain(input -> output.collect(new StreamRecord<>(input)));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    sendMarks();
    sendCounts();
  }

  @Override
  public void finish() throws Exception {
    sendMarks();
    sendCounts();
    super.finish();
  }

  private void sendCounts() {
    if (in > 0) {
      output.collect(COUNTS, new StreamRecord<>(new Count(Count.IN, in)));
    }
    if (rejected > 0) {
      output.collect(COUNTS, new StreamRecord<>(new Count(Count.REJECTED, rejected)));
    }
    if (timed && overflowed > 0) {
      output.collect(COUNTS, new StreamRecord<>(new Count(Count.OVERFLOWED, overflowed)));
    }
    positions.drain(count -> output.collect(COUNTS, new StreamRecord<>(count)));
    arrivals.drain(count -> output.collect(COUNTS, new StreamRecord<>(count)));
    in = 0;
    rejected = 0;
    overflowed = 0;
  }

  private void check(SpecificRecordBase record, String tenant, RawRecord raw)
      throws RejectedException {
    Validation.check(record);
    if (whose(tenant) == Whose.ERASED) {
      // Its policies neither: they name it.
      throw new RejectedException(RejectReason.WRONG_TENANT, "tenant_id", "erased");
    }
    if (TenantPolicies.isPolicy(record)) {
      byte[] policy = raw.kind().encode(record);
      output.collect(
          POLICIES, new StreamRecord<>(new Archived(raw.kind(), policy, raw.recordTime())));
    }
    admission.check(record, Instant.EPOCH.plus(raw.recordTime(), ChronoUnit.MICROS));
    if (whose(tenant) == Whose.FOREIGN) {
      throw new RejectedException(RejectReason.WRONG_TENANT, "tenant_id", foreign.reason(tenant));
    }
    if (record instanceof DefinitionsPublished definitions) {
      checkDefinitions(definitions);
    }
  }

  private void checkDefinitions(DefinitionsPublished definitions) throws RejectedException {
    try {
      compiled.load(definitions.getYaml());
    } catch (InvalidDefinitionsException e) {
      throw new RejectedException(
          RejectReason.INVALID_DEFINITIONS, "yaml", String.valueOf(e.getMessage()));
    }
  }

  private static Rejection rejection(RawRecord raw, String tenant, RejectedException e) {
    return new Rejection(
        tenant,
        e.reason().name(),
        e.reason().number(),
        raw.kind() == RecordKind.DEFINITIONS ? "load" : "decode",
        e.detail(),
        raw.source(),
        raw.partition() < 0 ? null : raw.partition(),
        raw.position(),
        e.column(),
        null,
        Instant.EPOCH.plus(raw.recordTime(), ChronoUnit.MICROS),
        ByteBuffer.wrap(raw.value()),
        null);
  }
}
