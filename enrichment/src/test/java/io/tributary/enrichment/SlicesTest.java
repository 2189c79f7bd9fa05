package io.tributary.enrichment;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Admission;
import io.tributary.attribution.AttributionOracle;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.Input;
import io.tributary.attribution.NetLedger;
import io.tributary.attribution.Records;
import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.RecordKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A change that touches more lines than a slice has, in several buckets of a tenant. */
class SlicesTest {

  private static final BucketKeys KEYS = new BucketKeys();
  private static final String OTHER = "globex";
  private static final List<String> RESOURCES = List.of("r-0", "r-1", "r-2");
  private static final int BUCKETS = 3;
  private static final int LINES = 6_000;
  private static final int MORE_THAN_A_SLICE = 800;

  private static final List<SpecificRecordBase> BEFORE = before();
  private static final SpecificRecordBase CHANGE = definitions(teams("new"), "00:00", 2);

  private static List<SpecificRecordBase> before() {
    List<SpecificRecordBase> records = new ArrayList<>();
    records.add(definitions(teams("old"), "00:00", 1));
    for (int line = 0; line < LINES; line++) {
      records.add(
          charge("c-" + line, 1, RESOURCES.get(line % RESOURCES.size()), "10:00", "11:00", "6"));
    }
    return records;
  }

  private static String teams(String otherwise) {
    return """
        Dimensions:
          Team:
            DefaultValue: %s
            GroupBy: {Source: Tag:nobody-has-it}
        """
        .formatted(otherwise);
  }

  private static final NetLedger NET_BEFORE = AttributionOracle.net(BEFORE);
  private static final NetLedger NET_AFTER = netAfter();

  private static NetLedger netAfter() {
    List<SpecificRecordBase> after = new ArrayList<>(BEFORE);
    after.add(CHANGE);
    return AttributionOracle.net(after);
  }

  @Test
  void betweenTwoSlicesCheckpointsPassAndTheRecordsOfOthersAreFollowed() throws Exception {
    try (Operator operator = new Operator(null)) {
      operator.load();
      operator.send(CHANGE);
      operator.barrier();
      int first = operator.entries.size();
      assertThat(first).as("a slice").isBetween(2 * 400, 2 * MORE_THAN_A_SLICE);
      assertThat(operator.unsettled).isEqualTo(BUCKETS);

      operator.pass(20);
      int second = operator.entries.size() - first;
      assertThat(second).as("one bucket's").isBetween(2 * 400, 2 * MORE_THAN_A_SLICE);

      operator.send(ofOther());
      operator.barrier();
      assertThat(operator.entries.subList(first + second, operator.entries.size()))
          .extracting(LedgerEntry::getTenantId)
          .containsExactly(OTHER);
      assertThat(operator.unsettled).isEqualTo(BUCKETS);

      operator.passUntilSettled();
      assertThat(operator.net()).isEqualTo(NET_AFTER);
      int all = operator.entries.size();
      operator.pass(100);
      assertThat(operator.entries).as("and no more").hasSize(all);
    }
  }

  @Test
  void betweenAnyTwoSlicesOfTheSubtaskOthersPass() throws Exception {
    try (Operator operator = new Operator(null)) {
      operator.load();
      operator.send(CHANGE);
      operator.barrier();
      int before = operator.entries.size();
      operator.harness.setProcessingTime(operator.harness.getProcessingTime() + 20);
      operator.take();
      assertThat(operator.entries.size() - before)
          .as("of three buckets that are behind, one has its turn")
          .isLessThan(2 * MORE_THAN_A_SLICE);
    }
  }

  @Test
  void atEachCheckpointTheLedgerHasEveryLineOnce() throws Exception {
    try (Operator operator = new Operator(null)) {
      operator.load();
      Measures total = NET_BEFORE.total();
      operator.send(CHANGE);
      while (!operator.net().equals(NET_AFTER)) {
        operator.barrier();
        assertThat(operator.net().total()).isEqualTo(total);
        operator.pass(20);
      }
    }
  }

  @Test
  void theSlicesGoOnAfterARestart() throws Exception {
    OperatorSubtaskState snapshot;
    List<LedgerEntry> entries = new ArrayList<>();
    try (Operator operator = new Operator(null)) {
      operator.load();
      operator.send(CHANGE);
      operator.barrier();
      operator.pass(20);
      operator.barrier();
      snapshot = operator.harness.snapshot(7, 0);
      entries.addAll(operator.everything);
      assertThat(operator.unsettled).isEqualTo(BUCKETS);
      operator.pass(20);
    }
    try (Operator operator = new Operator(snapshot)) {
      operator.unsettled = BUCKETS;
      operator.passUntilSettled();
      entries.addAll(operator.entries);
    }
    NetLedger net = new NetLedger();
    entries.forEach(net::add);
    assertThat(net).isEqualTo(NET_AFTER);
  }

  @Test
  void whatABucketIsBehindWithIsFollowedBeforeItsLinesAreForgotten() throws Exception {
    long closed = Instant.parse("2026-06-01T00:00:00Z").toEpochMilli();
    try (Operator operator = new Operator(null)) {
      operator.load();
      operator.send(CHANGE);
      operator.barrier();
      operator.harness.processWatermark(closed);
      assertThat(operator.rows()).containsEntry("charges", LINES);

      operator.passUntilSettled();
      assertThat(operator.net()).isEqualTo(NET_AFTER);
      operator.harness.processWatermark(closed + 1);
      assertThat(operator.rows()).containsOnlyKeys("timelines");
    }
  }

  @Test
  void whenTheInputEndsAllIsFollowed() throws Exception {
    try (Operator operator = new Operator(null)) {
      operator.load();
      operator.send(CHANGE);
      operator.harness.getOperator().finish();
      operator.take();
      assertThat(operator.net()).isEqualTo(NET_AFTER);
      assertThat(operator.unsettled).isZero();
    }
  }

  private static Charge ofOther() {
    Charge charge = charge("c", 1, "r-1", "10:00", "11:00", "6");
    charge.setTenantId(OTHER);
    return charge;
  }

  /** All buckets of both tenants; entries of the other are left out of the net ledger. */
  private static final class Operator implements AutoCloseable {

    final KeyedOneInputStreamOperatorTestHarness<String, Input, LedgerEntry> harness;
    final List<LedgerEntry> entries = new ArrayList<>();
    final List<LedgerEntry> everything = new ArrayList<>();
    private final NetLedger net = new NetLedger();
    long unsettled;

    Operator(@Nullable OperatorSubtaskState state) throws Exception {
      harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new AttributeLines(
                  new AttributeLines.Settings(
                      Duration.ofSeconds(1), false, Set.of(), Admission.DEFAULT, true)),
              input -> KEYS.of(input.tenantId(), input.bucket()),
              Types.STRING,
              BucketKeys.MAX_PARALLELISM,
              1,
              0);
      harness.setup();
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
    }

    /** The lines under the old definitions. Their entries count for the net ledger only. */
    void load() throws Exception {
      for (SpecificRecordBase record : BEFORE) {
        send(record);
      }
      barrier();
      passUntilSettled();
      assertThat(net).isEqualTo(NET_BEFORE);
      entries.clear();
    }

    void send(SpecificRecordBase record) throws Exception {
      RecordKind kind = RecordKind.of(record);
      String tenant = record instanceof Charge charge ? charge.getTenantId() : Records.TENANT;
      for (int bucket : Buckets.of(record)) {
        Input input = new Input(tenant, bucket, kind, true, 0L, 0L, kind.encode(record));
        harness.processElement(new StreamRecord<>(input));
      }
    }

    void barrier() throws Exception {
      harness.prepareSnapshotPreBarrier(1);
      take();
    }

    void pass(long millis) throws Exception {
      harness.setProcessingTime(harness.getProcessingTime() + millis);
      take();
    }

    void passUntilSettled() throws Exception {
      while (unsettled > 0) {
        pass(20);
      }
    }

    void take() {
      for (LedgerEntry entry : harness.extractOutputValues()) {
        entries.add(entry);
        everything.add(entry);
        if (entry.getTenantId().equals(Records.TENANT)) {
          net.add(entry);
        }
      }
      harness.getOutput().clear();
      ConcurrentLinkedQueue<StreamRecord<Unsettled>> changes =
          harness.getSideOutput(AttributeLines.UNSETTLED);
      if (changes != null) {
        changes.forEach(change -> unsettled += change.getValue().more());
        changes.clear();
      }
    }

    NetLedger net() {
      return net;
    }

    Map<String, Integer> rows() throws Exception {
      return StateRows.count((AttributeLines) harness.getOperator());
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }
}
