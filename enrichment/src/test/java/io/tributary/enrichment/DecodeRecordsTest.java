package io.tributary.enrichment;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Admission;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.Count;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.Input;
import io.tributary.attribution.RateLimits;
import io.tributary.attribution.Records;
import io.tributary.events.Charge;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.events.Rejection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DecodeRecordsTest {

  private static final Admission ANY_TIME =
      new Admission(Duration.ofDays(100_000), Duration.ofDays(100_000));
  private static final RateLimits TWO = new RateLimits(2, Map.of());

  @Test
  void whatIsAboveTheLimitGoesToOverflowUnchanged() throws Exception {
    try (Operator operator =
        new Operator(DecodeRecords.ofInputs(ANY_TIME, ForeignTenants.NONE, TWO))) {
      for (int i = 0; i < 5; i++) {
        operator.send(i, usage("u" + i, "i-1", "10:00", "1", ""));
      }
      assertThat(operator.inputs()).hasSize(2);
      assertThat(operator.side(DecodeRecords.OVERFLOWED))
          .allSatisfy(overflowed -> assertThat(overflowed.tenantId()).isEqualTo(Records.TENANT))
          .extracting(overflowed -> overflowed.record().position())
          .containsExactly(2L, 3L, 4L);

      operator.harness.setProcessingTime(1_000);
      operator.send(5, usage("u5", "i-1", "10:00", "1", ""));
      assertThat(operator.inputs()).as("the next second").hasSize(3);

      operator.harness.prepareSnapshotPreBarrier(1);
      assertThat(operator.side(DecodeRecords.COUNTS))
          .as("what overflowed has not come")
          .containsExactly(new Count(Count.IN, 3));
    }
  }

  @Test
  void bytesThatAreNoRecordShareOneLimitWhateverTheirKey() throws Exception {
    try (Operator operator =
        new Operator(DecodeRecords.ofInputs(ANY_TIME, ForeignTenants.NONE, TWO))) {
      for (int i = 0; i < 5; i++) {
        operator.send(RecordKind.USAGE, i, "noise".getBytes(StandardCharsets.UTF_8));
      }
      operator.send(5, usage("u", "i-1", "10:00", "1", ""));
      assertThat(operator.side(DecodeRecords.REJECTED)).hasSize(2);
      assertThat(operator.side(DecodeRecords.OVERFLOWED)).hasSize(3);
      assertThat(operator.inputs()).as("a record has its tenant's limit").hasSize(1);
    }
  }

  @Test
  void whatAPublisherRefusedIsRejectedAsItWasTold() throws Exception {
    Rejection told =
        refusal(RejectReason.INVALID_NUMBER.name(), RejectReason.INVALID_NUMBER.number());
    try (Operator operator =
        new Operator(DecodeRecords.ofInputs(ANY_TIME, ForeignTenants.NONE, RateLimits.NONE))) {
      operator.send(RecordKind.REFUSAL, 0, RecordKind.REFUSAL.encode(told));
      assertThat(operator.side(DecodeRecords.REJECTED)).containsExactly(told);
      assertThat(operator.inputs()).isEmpty();
      operator.harness.prepareSnapshotPreBarrier(1);
      assertThat(operator.side(DecodeRecords.COUNTS))
          .containsExactly(new Count(Count.IN, 1), new Count(Count.REJECTED, 1));
    }
  }

  /** One who writes to the topic cannot make the job fail with it. */
  @Test
  void aRefusalThatMakesNoSenseIsRejectedItself() throws Exception {
    try (Operator operator =
        new Operator(DecodeRecords.ofInputs(ANY_TIME, ForeignTenants.NONE, RateLimits.NONE))) {
      Rejection noReason = refusal("BECAUSE", 4);
      Rejection otherNumber = refusal(RejectReason.INVALID_NUMBER.name(), 5);
      Rejection noTime = refusal(RejectReason.INVALID_NUMBER.name(), 4);
      noTime.setRecordTime(Instant.parse("+12000-01-01T00:00:00Z"));
      Rejection noTenant = refusal(RejectReason.INVALID_NUMBER.name(), 4);
      noTenant.setTenantId("a\0b");
      for (Rejection bad : List.of(noReason, otherNumber, noTime, noTenant)) {
        operator.send(RecordKind.REFUSAL, 0, RecordKind.REFUSAL.encode(bad));
      }
      operator.send(RecordKind.REFUSAL, 0, "noise".getBytes(StandardCharsets.UTF_8));
      assertThat(operator.side(DecodeRecords.REJECTED))
          .allMatch(rejected -> rejected.getSource().equals("tributary.refused"))
          .extracting(Rejection::getReason)
          .containsExactly(
              "INVALID_VALUE", "INVALID_VALUE", "INVALID_VALUE", "INVALID_VALUE", "UNDECODABLE");
    }
  }

  private static Rejection refusal(String reason, int number) {
    return new Rejection(
        Records.TENANT,
        reason,
        number,
        "read",
        "not a number",
        "bill.csv",
        null,
        7L,
        "BilledCost",
        "d-1",
        Instant.EPOCH,
        ByteBuffer.wrap("a,b,x".getBytes(StandardCharsets.UTF_8)),
        null);
  }

  @Test
  void whatIsTooLargeToPutAwayIsAdmittedAndCounted() throws Exception {
    try (Operator operator =
        new Operator(DecodeRecords.ofInputs(ANY_TIME, ForeignTenants.NONE, TWO))) {
      for (int i = 0; i < 4; i++) {
        operator.send(RecordKind.USAGE, i, new byte[DecodeRecords.LARGEST_OVERFLOW_BYTES + 1]);
      }
      operator.send(RecordKind.USAGE, 4, new byte[1]);
      assertThat(operator.side(DecodeRecords.REJECTED)).hasSize(4);
      assertThat(operator.side(DecodeRecords.OVERFLOWED)).hasSize(1);

      operator.harness.setProcessingTime(1_000);
      operator.send(RecordKind.USAGE, 5, new byte[1]);
      assertThat(operator.side(DecodeRecords.OVERFLOWED)).as("others wait for them").hasSize(2);
    }
  }

  @Test
  void bucketsLearnOfOverflowedChargesBeforeTimePasses() throws Exception {
    RateLimits one = new RateLimits(1, Map.of());
    try (Operator operator =
        new Operator(DecodeRecords.ofInputs(ANY_TIME, ForeignTenants.NONE, one))) {
      for (int i = 0; i < 3; i++) {
        operator.send(i, charge("c" + i, 1, "i-1", "10:00", "11:00", "6"));
      }
      operator.send(3, usage("u", "i-1", "10:00", "1", ""));
      operator.harness.processWatermark(7);

      List<Object> output = new ArrayList<>(operator.harness.getOutput());
      assertThat(output.get(output.size() - 1)).isEqualTo(new Watermark(7));
      List<Input> marks = operator.inputs().stream().filter(Input::isOverflowMark).toList();
      assertThat(marks)
          .as("of charges alone, the last offset to every bucket")
          .hasSize(Buckets.COUNT)
          .allSatisfy(
              mark -> {
                assertThat(mark.fresh()).isTrue();
                assertThat(mark.recordTime()).isEqualTo(2);
                assertThat(mark.origin()).isEqualTo("tributary.charges/3");
              });
      operator.harness.processWatermark(8);
      assertThat(operator.inputs()).as("once").hasSize(1 + Buckets.COUNT);
    }
  }

  @Test
  void whereNothingComesAnyMoreTheStreamHasPassedAllThatCame() throws Exception {
    Instant noon = Instant.parse("2026-01-05T12:00:00Z");
    Watermark passed = new Watermark(noon.toEpochMilli() - 1);
    OperatorSubtaskState snapshot;
    try (Operator operator = new Operator(unlimited())) {
      operator.harness.processWatermarkStatus(WatermarkStatus.IDLE);
      assertThat(operator.harness.getOutput())
          .as("none came")
          .containsExactly(WatermarkStatus.IDLE);
      operator.harness.processWatermarkStatus(WatermarkStatus.ACTIVE);
      operator.send(1, delivery(2, "12:00"));
      // As the source says it, of its slowest partition.
      operator.harness.processWatermark(5);
      snapshot = operator.harness.snapshot(1, 0);
      operator.harness.getOutput().clear();
      operator.harness.processWatermarkStatus(WatermarkStatus.IDLE);
      assertThat(operator.harness.getOutput()).containsExactly(passed, WatermarkStatus.IDLE);
    }
    try (Operator operator = new Operator(unlimited(), snapshot)) {
      operator.harness.processWatermarkStatus(WatermarkStatus.IDLE);
      assertThat(operator.harness.getOutput())
          .as("what waits is restored, and nothing more need come")
          .containsExactly(passed, WatermarkStatus.IDLE);
    }
    try (Operator operator =
        new Operator(DecodeRecords.ofOverflow(ANY_TIME, ForeignTenants.NONE))) {
      operator.send(1, delivery(2, "12:00"));
      operator.harness.getOutput().clear();
      operator.harness.processWatermarkStatus(WatermarkStatus.IDLE);
      assertThat(operator.harness.getOutput())
          .as("overflow has no part in the stream's time")
          .containsExactly(WatermarkStatus.IDLE);
    }
  }

  private static DecodeRecords unlimited() {
    return DecodeRecords.ofInputs(ANY_TIME, ForeignTenants.NONE, RateLimits.NONE);
  }

  @Test
  void whatWasReadBackIsMarkedBehindItAndHasNoTimeButOfDeliveries() throws Exception {
    try (Operator operator =
        new Operator(DecodeRecords.ofOverflow(ANY_TIME, ForeignTenants.NONE))) {
      operator.send(4, charge("c", 1, "i-1", "10:00", "11:00", "6"));
      operator.send(5, delivery(2, "12:00"));
      assertThat(operator.harness.extractOutputStreamRecords())
          .allSatisfy(
              sent ->
                  assertThat(sent.hasTimestamp())
                      .isEqualTo(sent.getValue().kind() == RecordKind.DELIVERY));

      operator.harness.prepareSnapshotPreBarrier(1);
      assertThat(operator.inputs().subList(1 + Buckets.COUNT, 1 + 2 * Buckets.COUNT))
          .allSatisfy(
              mark -> {
                assertThat(mark.isOverflowMark()).isTrue();
                assertThat(mark.fresh()).isFalse();
                assertThat(mark.recordTime()).isEqualTo(4);
              });
    }
  }

  @Test
  void recordsOfATenantThatWasReleasedAreRefusedAndBucketsAreToldNothing() throws Exception {
    ForeignTenants foreign = new ForeignTenants(Set.of(), Set.of(Records.TENANT), Set.of());
    RateLimits one = new RateLimits(1, Map.of());
    try (Operator operator = new Operator(DecodeRecords.ofInputs(ANY_TIME, foreign, one))) {
      operator.send(0, charge("a", 1, "i-1", "10:00", "11:00", "6"));
      operator.send(1, charge("b", 1, "i-1", "10:00", "11:00", "6"));
      operator.harness.prepareSnapshotPreBarrier(1);
      assertThat(operator.inputs()).isEmpty();
      assertThat(operator.side(DecodeRecords.OVERFLOWED)).hasSize(1);
      assertThat(operator.side(DecodeRecords.REJECTED))
          .singleElement()
          .satisfies(
              refused -> {
                assertThat(refused.getReason()).isEqualTo(RejectReason.WRONG_TENANT.name());
                assertThat(refused.getTenantId()).isEqualTo(Records.TENANT);
                assertThat(refused.getDetail()).contains("'acme' was released");
                assertThat(refused.getRawForm()).isNull();
              });
    }
  }

  /** Whatever else is wrong with them, and their policies too. */
  @Test
  void recordsOfATenantThatWasErasedAreRefusedWithoutItsName() throws Exception {
    ForeignTenants foreign =
        new ForeignTenants(Set.of(), Set.of(), Set.of(ForeignTenants.hash(Records.TENANT)));
    try (Operator operator =
        new Operator(DecodeRecords.ofInputs(Admission.DEFAULT, foreign, RateLimits.NONE))) {
      operator.send(0, charge("a", 1, "i-1", "10:00", "11:00", "6"));
      Charge malformed = charge("a", 1, "i-1", "10:00", "11:00", "6");
      malformed.setChargeKey("");
      operator.send(1, malformed);
      operator.send(2, Records.entity("tenant", Records.TENANT, "drop_labels", "x", "10:00", 1));
      assertThat(operator.inputs()).isEmpty();
      assertThat(operator.side(DecodeRecords.POLICIES)).isEmpty();
      assertThat(operator.side(DecodeRecords.REJECTED))
          .hasSize(3)
          .allSatisfy(
              refused -> {
                assertThat(refused.getReason()).isEqualTo(RejectReason.WRONG_TENANT.name());
                assertThat(refused.getRawForm()).isEqualTo("sha256");
                assertThat(refused.toString()).doesNotContain(Records.TENANT);
                assertThat(refused.getDetail()).contains("tenant admit");
              });
    }
  }

  /** Valid Avro that says what nobody means must be accepted or refused, and nothing else. */
  @TestFactory
  Stream<DynamicTest> absurdContentNeverFails() {
    List<Function<Schema.Field, Object>> absurd =
        List.of(
            field -> Instant.EPOCH.plusMillis(Long.MIN_VALUE / 1_000),
            field -> Instant.EPOCH.plusMillis(Long.MAX_VALUE / 1_000),
            field -> new java.math.BigDecimal("-99999999999999999999.999999999999999999"),
            field -> "\0",
            field -> "",
            field -> "x".repeat(100_000),
            field -> "\u202e\ud83d\ude00/../../etc/passwd'; DROP TABLE",
            field -> Long.MIN_VALUE,
            field -> Long.MAX_VALUE);
    return Stream.of(
            usage("u", "i-1", "10:00", "1", ""),
            charge("a", 1, "i-1", "10:00", "11:00", "6"),
            delivery(2, "12:00"),
            Records.price("USD", "0.50", "00:00", 1))
        .flatMap(
            record ->
                record.getSchema().getFields().stream()
                    .flatMap(
                        field ->
                            absurd.stream()
                                .map(value -> value.apply(field))
                                .filter(value -> fits(record, field, value))
                                .map(value -> absurd(record, field, value))));
  }

  private static boolean fits(SpecificRecordBase record, Schema.Field field, Object value) {
    Object was = record.get(field.pos());
    return was != null && was.getClass() == value.getClass();
  }

  private static DynamicTest absurd(SpecificRecordBase record, Schema.Field field, Object value) {
    String text = value.toString();
    String name =
        "%s.%s = %s"
            .formatted(
                record.getSchema().getName(),
                field.name(),
                text.length() > 40 ? text.length() + " characters" : text.replace('\0', '0'));
    return DynamicTest.dynamicTest(
        name,
        () -> {
          RecordKind kind = RecordKind.of(record);
          SpecificRecordBase copy = kind.decodeOwn(kind.encode(record));
          copy.put(field.pos(), value);
          try (Operator operator =
              new Operator(
                  DecodeRecords.ofInputs(
                      Admission.DEFAULT, ForeignTenants.NONE, RateLimits.NONE))) {
            operator.send(0, copy);
            operator.harness.prepareSnapshotPreBarrier(1);
            assertThat(operator.inputs().size() + operator.side(DecodeRecords.REJECTED).size())
                .isPositive();
            assertThat(operator.side(DecodeRecords.REJECTED))
                .extracting(Rejection::getReason)
                .isSubsetOf(Stream.of(RejectReason.values()).map(RejectReason::name).toList());
          }
        });
  }

  /** One subtask. */
  private static final class Operator implements AutoCloseable {

    final OneInputStreamOperatorTestHarness<RawRecord, Input> harness;

    Operator(DecodeRecords operator) throws Exception {
      this(operator, null);
    }

    Operator(DecodeRecords operator, @Nullable OperatorSubtaskState state) throws Exception {
      harness = new OneInputStreamOperatorTestHarness<>(operator);
      harness.setup();
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
    }

    void send(long offset, SpecificRecordBase record) throws Exception {
      RecordKind kind = RecordKind.of(record);
      send(kind, offset, kind.encode(record));
    }

    void send(RecordKind kind, long offset, byte[] value) throws Exception {
      String topic = "tributary." + kind.topic();
      long time = Instant.parse("2026-01-05T12:00:00Z").toEpochMilli();
      harness.processElement(
          new StreamRecord<>(new RawRecord(kind, topic, 3, offset, 1_000 * time, value), time));
    }

    List<Input> inputs() {
      return harness.extractOutputValues();
    }

    <T> List<T> side(OutputTag<T> tag) {
      var output = harness.getSideOutput(tag);
      return output == null ? List.of() : output.stream().map(StreamRecord::getValue).toList();
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }
}
