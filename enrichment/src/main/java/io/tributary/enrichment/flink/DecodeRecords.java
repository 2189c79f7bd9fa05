package io.tributary.enrichment.flink;

import io.tributary.attribution.InvalidDefinitionsException;
import io.tributary.enrichment.Admission;
import io.tributary.enrichment.Buckets;
import io.tributary.enrichment.CompiledDefinitions;
import io.tributary.enrichment.Input;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.events.Validation;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Decodes and checks what came, and sends each record to the buckets that must see it. What fails a
 * check goes to {@link #REJECTED} with its bytes and position.
 */
public final class DecodeRecords extends AbstractStreamOperator<Input>
    implements OneInputStreamOperator<RawRecord, Input> {

  /** What was not accepted. */
  public static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("rejected", new AvroTypeInfo<>(Rejection.class));

  /** How many records came, and how many were refused. */
  public static final OutputTag<Count> COUNTS = new OutputTag<>("decode-counts") {};

  private static final long serialVersionUID = 1L;

  private final Admission admission;
  private final Set<String> refusedTenants;

  private transient CompiledDefinitions compiled;
  private transient Counter inMetric;
  private transient Counter rejectedMetric;
  private transient long in;
  private transient long rejected;

  /**
   * @param refusedTenants tenants whose ledger this job may not write, because another owns it
   */
  public DecodeRecords(Admission admission, Set<String> refusedTenants) {
    this.admission = admission;
    this.refusedTenants = Set.copyOf(refusedTenants);
  }

  @Override
  public void open() throws Exception {
    super.open();
    compiled = new CompiledDefinitions();
    inMetric = getMetricGroup().counter("recordsCame");
    rejectedMetric = getMetricGroup().counter("recordsRejected");
  }

  @Override
  public void processElement(StreamRecord<RawRecord> element) {
    RawRecord raw = element.getValue();
    in++;
    inMetric.inc();
    String tenant = "";
    try {
      SpecificRecordBase record = raw.kind().decode(raw.value());
      tenant = String.valueOf(record.get("tenant_id"));
      check(record, raw);
      // Older schema versions are rewritten here, so that buckets compare like with like.
      byte[] payload = raw.kind().encode(record);
      for (int bucket : Buckets.of(record)) {
        Input input =
            new Input(tenant, bucket, raw.kind(), true, raw.recordTime(), cameAt(element), payload);
        output.collect(
            element.hasTimestamp()
                ? new StreamRecord<>(input, element.getTimestamp())
                : new StreamRecord<>(input));
      }
    } catch (RejectedException e) {
      rejected++;
      rejectedMetric.inc();
      output.collect(REJECTED, new StreamRecord<>(rejection(raw, tenant, e)));
    }
  }

  private static long cameAt(StreamRecord<RawRecord> element) {
    return element.hasTimestamp()
        ? Math.multiplyExact(element.getTimestamp(), 1_000L)
        : element.getValue().recordTime();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    sendCounts();
  }

  @Override
  public void finish() throws Exception {
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
    in = 0;
    rejected = 0;
  }

  private void check(SpecificRecordBase record, RawRecord raw) throws RejectedException {
    Validation.check(record);
    admission.check(record, Instant.EPOCH.plus(raw.recordTime(), ChronoUnit.MICROS));
    String tenant = String.valueOf(record.get("tenant_id"));
    if (refusedTenants.contains(tenant)) {
      throw new RejectedException(
          RejectReason.WRONG_TENANT,
          "tenant_id",
          "the ledger of '" + tenant + "' is fed by another stream, or was not adopted");
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
        ByteBuffer.wrap(raw.value()));
  }
}
