package io.tributary.enrichment;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Admission;
import io.tributary.attribution.AttributionOracle;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.Count;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.Input;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.NetLedger;
import io.tributary.attribution.Records;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import io.tributary.events.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a tenant that a stream lets go of, and of one beside it. */
class LettingGoTest {

  private static final BucketKeys KEYS = new BucketKeys();
  private static final String GONE = "gone";
  private static final int BUCKET = Buckets.of(usage("u", "i-1", "10:00", "1", "")).get(0);

  private static final List<String> STATES =
      List.of(
          "known",
          "archive-ended",
          "lines-unsettled",
          "waiting",
          "held-deliveries",
          "overflow-sent",
          "overflow-read",
          "usage-ids",
          "charges",
          "meter-days",
          "timelines",
          "scopes",
          "usage-ids-by-time",
          "index");

  private static final List<SpecificRecordBase> BEFORE =
      List.of(
          price("USD", "0.50", "00:00", 1),
          usage("u1", "i-1", "10:15", "1", ""),
          charge("a", 1, "i-1", "10:00", "11:00", "6"));

  private static final List<SpecificRecordBase> AFTER =
      List.of(usage("u2", "i-1", "11:15", "3", ""), charge("a", 2, "i-1", "10:00", "12:00", "7"));

  private static final ForeignTenants RELEASED =
      new ForeignTenants(Set.of(), Set.of(GONE), Set.of());

  private static final ForeignTenants ERASED =
      new ForeignTenants(Set.of(), Set.of(), Set.of(ForeignTenants.hash(GONE)));

  @ParameterizedTest(name = "on {0}")
  @ValueSource(strings = {"heap", "rocksdb"})
  void itsStateAndTimersAreGoneAndNothingFollows(String backend) throws Exception {
    OperatorSubtaskState state = before(backend);
    int timers;
    try (Operator operator = new Operator(backend, ForeignTenants.NONE, state)) {
      assertThat(operator.statesOf(GONE)).hasSizeGreaterThan(6);
      timers = operator.timers();
    }
    OperatorSubtaskState after;
    try (Operator operator = new Operator(backend, RELEASED, state)) {
      assertThat(operator.statesOf(GONE)).isEmpty();
      assertThat(operator.timers()).as("both had as many").isEqualTo(timers / 2);
      operator.harness.prepareSnapshotPreBarrier(2);
      assertThat(operator.harness.extractOutputValues()).as("no entries for dropping").isEmpty();

      operator.send(Records.TENANT, AFTER);
      after = operator.snapshot(3);
      NetLedger net = AttributionOracle.net(BEFORE);
      operator.harness.extractOutputValues().forEach(net::add);
      List<SpecificRecordBase> all = new ArrayList<>(BEFORE);
      all.addAll(AFTER);
      assertThat(net).as("of the tenant beside it").isEqualTo(AttributionOracle.net(all));
    }
    try (Operator operator = new Operator(backend, RELEASED, after)) {
      operator.harness.prepareSnapshotPreBarrier(4);
      assertThat(operator.side(AttributeLines.REJECTED)).as("said once").isEmpty();
      assertThat(operator.side(AttributeLines.COUNTS)).isEmpty();
    }
  }

  @Test
  void whatWaitedIsRefusedAndCounted() throws Exception {
    try (Operator operator = new Operator("heap", RELEASED, before("heap"))) {
      operator.harness.prepareSnapshotPreBarrier(2);
      assertThat(operator.side(AttributeLines.COUNTS))
          .containsExactlyInAnyOrder(new Count(Count.WAITING, -1), new Count(Count.REJECTED, 1));
      List<Rejection> refused = operator.side(AttributeLines.REJECTED);
      assertThat(refused).hasSize(1);
      assertThat(refused.get(0).getTenantId()).isEqualTo(GONE);
      assertThat(refused.get(0).getReason()).isEqualTo("WRONG_TENANT");
      assertThat(refused.get(0).getDetail()).contains("was released");
      assertThat(RecordKind.ofTopic(refused.get(0).getSource())).contains(RecordKind.DELIVERY);
    }
  }

  @Test
  void ofAnErasedTenantNothingIsSaidByName() throws Exception {
    try (Operator operator = new Operator("heap", ERASED, before("heap"))) {
      assertThat(operator.statesOf(GONE)).isEmpty();
      operator.harness.prepareSnapshotPreBarrier(2);
      assertThat(operator.side(AttributeLines.COUNTS))
          .containsExactlyInAnyOrder(new Count(Count.WAITING, -1), new Count(Count.REJECTED, 1));
      assertThat(operator.side(AttributeLines.UNSETTLED)).isEmpty();
      assertThat(operator.side(AttributeLines.REJECTED))
          .singleElement()
          .satisfies(
              refused -> {
                assertThat(refused.getTenantId()).isEmpty();
                assertThat(refused.getRawForm()).isEqualTo("sha256");
                assertThat(refused.toString()).doesNotContain(GONE);
              });
    }
  }

  /** Two tenants with the same records, of which a delivery waits each. */
  private static OperatorSubtaskState before(String backend) throws Exception {
    try (Operator operator = new Operator(backend, ForeignTenants.NONE, null)) {
      for (String tenant : List.of(GONE, Records.TENANT)) {
        operator.send(tenant, BEFORE);
        SpecificRecordBase later = of(tenant, delivery(2, "12:00"));
        byte[] payload = RecordKind.DELIVERY.encode(later);
        operator.harness.processElement(
            new StreamRecord<>(
                new Input(tenant, 0, RecordKind.DELIVERY, true, 0L, 0L, payload), 10_000));
        operator.harness.processElement(
            new StreamRecord<>(Input.overflowed(tenant, BUCKET, "tributary.charges/3", 7)));
      }
      return operator.snapshot(1);
    }
  }

  private static SpecificRecordBase of(String tenant, SpecificRecordBase record) {
    RecordKind kind = RecordKind.of(record);
    SpecificRecordBase copy = kind.decodeOwn(kind.encode(record));
    copy.put(copy.getSchema().getField("tenant_id").pos(), tenant);
    return copy;
  }

  private static final class Operator implements AutoCloseable {

    final KeyedOneInputStreamOperatorTestHarness<String, Input, LedgerEntry> harness;
    private final AttributeLines lines;

    Operator(String backend, ForeignTenants foreign, @Nullable OperatorSubtaskState state)
        throws Exception {
      lines =
          new AttributeLines(
              new AttributeLines.Settings(
                  Duration.ofSeconds(1),
                  false,
                  Set.of(),
                  Admission.DEFAULT,
                  true,
                  List.of(),
                  foreign,
                  () -> LabelHashes.MISSING));
      harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              lines,
              input -> KEYS.of(input.tenantId(), input.bucket()),
              Types.STRING,
              BucketKeys.MAX_PARALLELISM,
              1,
              0);
      harness.setStateBackend(
          backend.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend());
      harness.setup();
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
    }

    void send(String tenant, List<SpecificRecordBase> records) throws Exception {
      for (SpecificRecordBase record : records) {
        RecordKind kind = RecordKind.of(record);
        byte[] payload = kind.encode(of(tenant, record));
        harness.processElement(
            new StreamRecord<>(new Input(tenant, BUCKET, kind, true, 0L, 0L, payload)));
      }
    }

    OperatorSubtaskState snapshot(long checkpoint) throws Exception {
      harness.prepareSnapshotPreBarrier(checkpoint);
      return harness.snapshot(checkpoint, 0);
    }

    /** States that have a key of the tenant. */
    List<String> statesOf(String tenant) {
      KeyedStateBackend<String> backend = lines.getKeyedStateBackend();
      return STATES.stream()
          .filter(
              state -> {
                try (Stream<Tuple2<String, Object>> all = backend.getKeysAndNamespaces(state)) {
                  return all.anyMatch(place -> BucketKeys.tenantOf(place.f0).equals(tenant));
                }
              })
          .toList();
    }

    int timers() {
      return harness.numEventTimeTimers() + harness.numProcessingTimeTimers();
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
