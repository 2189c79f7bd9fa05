package io.tributary.enrichment;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Admission;
import io.tributary.attribution.Archived;
import io.tributary.attribution.AttributionOracle;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.Input;
import io.tributary.attribution.NetErrors;
import io.tributary.attribution.NetLedger;
import io.tributary.attribution.Records;
import io.tributary.attribution.UsageCells;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttributeLinesTest {

  private static final Duration FLUSH = Duration.ofSeconds(1);
  private static final BucketKeys KEYS = new BucketKeys();
  private static final int BUCKET = Buckets.of(usage("u", "i-1", "10:00", "1", "")).get(0);

  private static final List<SpecificRecordBase> FIRST =
      List.of(
          price("USD", "0.50", "00:00", 1),
          usage("u1", "i-1", "10:15", "1", ""),
          charge("a", 1, "i-1", "10:00", "11:00", "6"));

  private static final List<SpecificRecordBase> SECOND =
      List.of(
          usage("u2", "i-1", "11:15", "3", ""),
          usage("u1", "i-1", "10:15", "1", ""),
          charge("a", 2, "i-1", "10:00", "12:00", "7"),
          delivery(2, "12:00"));

  @Test
  void entriesFollowBeforeTheBarrier() throws Exception {
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.send(FIRST, true);
      assertThat(operator.entries()).isEmpty();

      operator.harness.prepareSnapshotPreBarrier(1);
      assertThat(operator.net()).isEqualTo(AttributionOracle.net(FIRST));

      int entries = operator.entries().size();
      operator.harness.prepareSnapshotPreBarrier(2);
      assertThat(operator.entries()).as("and not again").hasSize(entries);
    }
  }

  @Test
  void entriesFollowWithinTheFlushInterval() throws Exception {
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.send(FIRST, true);
      operator.harness.setProcessingTime(FLUSH.toMillis());
      assertThat(operator.net()).isEqualTo(AttributionOracle.net(FIRST));

      operator.send(SECOND, true);
      operator.harness.setProcessingTime(2 * FLUSH.toMillis());
      assertThat(operator.net()).isEqualTo(AttributionOracle.net(concat(FIRST, SECOND)));
    }
  }

  @Test
  void goesOnFromASnapshotAsIfNeverInterrupted() throws Exception {
    List<LedgerEntry> uninterrupted;
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.send(FIRST, true);
      operator.harness.prepareSnapshotPreBarrier(1);
      operator.send(SECOND, true);
      operator.harness.prepareSnapshotPreBarrier(2);
      uninterrupted = operator.entries();
    }

    OperatorSubtaskState snapshot;
    List<LedgerEntry> interrupted = new ArrayList<>();
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.send(FIRST, true);
      snapshot = operator.snapshot(1);
      interrupted.addAll(operator.entries());
      operator.send(SECOND, true);
    }
    try (Operator operator = new Operator(Set.of(), false, snapshot)) {
      operator.send(SECOND, true);
      operator.harness.prepareSnapshotPreBarrier(2);
      interrupted.addAll(operator.entries());
    }

    assertThat(interrupted).isEqualTo(uninterrupted);
    assertThat(net(interrupted)).isEqualTo(AttributionOracle.net(concat(FIRST, SECOND)));
  }

  @Test
  void anAdoptedBucketWithholdsWhatTheLedgerHasAndThenAppliesWhatWaited() throws Exception {
    List<SpecificRecordBase> archive = List.of(FIRST.get(0), FIRST.get(2));
    List<SpecificRecordBase> fresh = SECOND;
    OperatorSubtaskState snapshot;
    try (Operator operator = new Operator(Set.of(Records.TENANT), false, null)) {
      operator.send(fresh, true);
      operator.send(archive, false);
      snapshot = operator.snapshot(1);
      assertThat(operator.entries()).as("the ledger has what follows from the archive").isEmpty();
      assertThat(operator.archived()).as("what is new waits").isEmpty();
    }

    try (Operator operator = new Operator(Set.of(Records.TENANT), false, snapshot)) {
      operator.send(Input.endOfArchive(Records.TENANT, BUCKET));
      operator.harness.prepareSnapshotPreBarrier(2);
      NetLedger ledger = AttributionOracle.net(archive);
      operator.entries().forEach(ledger::add);
      assertThat(ledger).isEqualTo(AttributionOracle.net(concat(archive, fresh)));
      assertThat(operator.archived())
          .extracting(Archived::kind)
          .containsExactlyInAnyOrder(
              RecordKind.CHARGE, RecordKind.USAGE_HOUR, RecordKind.USAGE_HOUR);

      int entries = operator.entries().size();
      operator.harness.prepareSnapshotPreBarrier(3);
      assertThat(operator.entries()).as("what waited is applied once").hasSize(entries);
    }
  }

  @Test
  void theErrorOfEstimatesFollowsBeforeTheBarrierAndGoesOnFromASnapshot() throws Exception {
    OperatorSubtaskState snapshot;
    NetErrors errors = new NetErrors();
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.send(FIRST, true);
      assertThat(operator.estimateErrors()).isEmpty();
      snapshot = operator.snapshot(1);
      operator.estimateErrors().forEach(errors::add);
      assertThat(errors.lines())
          .containsExactly(
              "hours/h of 2026-01-05 in USD: 1 cells, estimated 0.5, billed 6, unestimated 0");
    }
    try (Operator operator = new Operator(Set.of(), false, snapshot)) {
      operator.send(SECOND, true);
      operator.harness.prepareSnapshotPreBarrier(2);
      operator.estimateErrors().forEach(errors::add);
      assertThat(errors).isEqualTo(AttributionOracle.errors(concat(FIRST, SECOND)));
    }
  }

  @Test
  void anAdoptedBucketWithholdsTheErrorsThatTheTableHas() throws Exception {
    try (Operator operator = new Operator(Set.of(Records.TENANT), false, null)) {
      UsageHour hour = UsageCells.change(usage("u1", "i-1", "10:15", "1", ""));
      operator.send(List.of(FIRST.get(0), FIRST.get(2), hour), false);
      operator.send(Input.endOfArchive(Records.TENANT, BUCKET));
      operator.harness.prepareSnapshotPreBarrier(1);
      assertThat(operator.estimateErrors()).isEmpty();

      operator.send(List.of(charge("a", 2, "i-1", "10:00", "11:00", "7")), true);
      operator.harness.prepareSnapshotPreBarrier(2);
      NetErrors errors = new NetErrors();
      operator.estimateErrors().forEach(errors::add);
      assertThat(errors.lines())
          .as("7 instead of 6")
          .containsExactly(
              "hours/h of 2026-01-05 in USD: 0 cells, estimated 0, billed 1, unestimated 0");
    }
  }

  @Test
  void aDeliveryWaitsUntilTheStreamHasPassedWhatWasPublishedBeforeIt() throws Exception {
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.sendAt(1_000, SECOND.get(3));
      operator.sendAt(999, charge("a", 1, "i-1", "10:00", "11:00", "6"));
      operator.harness.processWatermark(998);
      operator.harness.prepareSnapshotPreBarrier(1);
      assertThat(operator.entries()).as("still live").hasSize(1);

      operator.harness.processWatermark(999);
      operator.harness.prepareSnapshotPreBarrier(2);
      assertThat(operator.net()).as("withdrawn").isEqualTo(new NetLedger());
    }
  }

  /** A clock of each subtask would let it take effect in some buckets a checkpoint earlier. */
  @Test
  void aDeliveryWaitsForTheTimeOfTheStreamAndForNoClock() throws Exception {
    OperatorSubtaskState snapshot;
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.sendAt(1_000, SECOND.get(3));
      operator.sendAt(999, charge("a", 1, "i-1", "10:00", "11:00", "6"));
      operator.passTo(600_000);
      assertThat(operator.entries()).as("still live").hasSize(1);
      snapshot = operator.snapshot(1);
    }
    try (Operator operator = new Operator(Set.of(), false, snapshot)) {
      operator.passTo(600_000);
      assertThat(operator.entries()).as("after a restart too").isEmpty();
      operator.harness.processWatermark(999);
      operator.harness.prepareSnapshotPreBarrier(2);
      assertThat(operator.entries()).as("withdrawn").hasSize(1);
    }
  }

  @Test
  void anEventOfAnyYearIsTaken() throws Exception {
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.send(FIRST, true);
      for (String time :
          List.of("0001-01-01T00:00:00Z", "2263-01-01T00:00:00Z", "9999-12-31T23:59:59Z")) {
        UsageEvent event = usage("u" + time, "i-1", "10:15", "1", "");
        event.setEventTime(Instant.parse(time));
        operator.send(List.of(event), true);
        operator.harness.prepareSnapshotPreBarrier(1);
      }
      assertThat(operator.archived())
          .filteredOn(archived -> archived.kind() == RecordKind.USAGE_HOUR)
          .hasSize(1 + 3);
    }
  }

  @Test
  void aDeliveryWaitsForChargesInOverflow() throws Exception {
    OperatorSubtaskState snapshot;
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.send(Input.overflowed(Records.TENANT, BUCKET, "charges/0", 7));
      operator.send(Input.overflowed(Records.TENANT, BUCKET, "charges/1", 3));
      operator.sendAt(1_000, SECOND.get(3));
      operator.sendAt(999, charge("a", 1, "i-1", "10:00", "11:00", "6"));
      operator.harness.processWatermark(5_000);
      operator.send(Input.readBack(Records.TENANT, BUCKET, "charges/0", 7));
      operator.send(Input.readBack(Records.TENANT, BUCKET, "charges/1", 2));
      operator.passTo(20_000);
      assertThat(operator.entries()).as("3 is still to come").hasSize(1);
      snapshot = operator.snapshot(1);
    }
    try (Operator operator = new Operator(Set.of(), false, snapshot)) {
      operator.harness.processWatermark(5_000);
      operator.passTo(20_000);
      assertThat(operator.entries()).as("after a restart too").isEmpty();
      operator.send(Input.readBack(Records.TENANT, BUCKET, "charges/1", 3));
      operator.harness.prepareSnapshotPreBarrier(1);
      assertThat(operator.entries()).as("withdrawn").hasSize(1);
    }
  }

  @Test
  void whatWasReadBeforeItWasKnownToBeInOverflowIsNotWaitedFor() throws Exception {
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.sendAt(999, charge("a", 1, "i-1", "10:00", "11:00", "6"));
      operator.send(Input.readBack(Records.TENANT, BUCKET, "charges/0", 7));
      operator.send(Input.overflowed(Records.TENANT, BUCKET, "charges/0", 7));
      operator.sendAt(1_000, SECOND.get(3));
      operator.harness.processWatermark(999);
      operator.harness.prepareSnapshotPreBarrier(1);
      assertThat(operator.net()).isEqualTo(new NetLedger());
    }
  }

  @Test
  void inBatchABucketIsDrainedWhenItsInputEnds() throws Exception {
    try (Operator operator = new Operator(Set.of(), true, null)) {
      operator.send(FIRST, false);
      operator.send(SECOND.subList(2, 4), false);
      operator.harness.setProcessingTime(Long.MAX_VALUE / 2);
      assertThat(operator.entries()).isEmpty();

      operator.harness.processWatermark(Long.MAX_VALUE);
      assertThat(operator.net())
          .isEqualTo(AttributionOracle.net(concat(FIRST, SECOND.subList(2, 4))));
      assertThat(operator.harness.getSideOutput(AttributeLines.NEW_TENANTS)).isNull();
    }
  }

  @Test
  void aTenantIsAnnouncedOncePerBucket() throws Exception {
    OperatorSubtaskState snapshot;
    try (Operator operator = new Operator(Set.of(), false, null)) {
      operator.send(FIRST, true);
      snapshot = operator.snapshot(1);
      assertThat(operator.harness.getSideOutput(AttributeLines.NEW_TENANTS))
          .extracting(StreamRecord::getValue)
          .containsExactly(Records.TENANT);
    }
    try (Operator operator = new Operator(Set.of(), false, snapshot)) {
      operator.send(SECOND, true);
      assertThat(operator.harness.getSideOutput(AttributeLines.NEW_TENANTS)).isNull();
    }
  }

  @Test
  void theBucketsOfATenantFallIntoDifferentSixteenthsOfTheKeyGroups() {

    for (String tenant : List.of("acme", "globex", "a:b:c", "ünïcode")) {
      List<Integer> sixteenths = new ArrayList<>();
      for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
        String key = KEYS.of(tenant, bucket);
        assertThat(BucketKeys.tenantOf(key)).isEqualTo(tenant);
        assertThat(BucketKeys.bucketOf(key)).isEqualTo(bucket);
        int group = KeyGroupRangeAssignment.assignToKeyGroup(key, BucketKeys.MAX_PARALLELISM);
        sixteenths.add(group * Buckets.COUNT / BucketKeys.MAX_PARALLELISM);
      }
      assertThat(sixteenths).doesNotHaveDuplicates();
    }
  }

  private static List<SpecificRecordBase> concat(
      List<SpecificRecordBase> first, List<SpecificRecordBase> second) {
    List<SpecificRecordBase> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static NetLedger net(List<LedgerEntry> entries) {
    NetLedger net = new NetLedger();
    entries.forEach(net::add);
    return net;
  }

  /** The operator over the bucket of the resource i-1. */
  private static final class Operator implements AutoCloseable {

    final KeyedOneInputStreamOperatorTestHarness<String, Input, LedgerEntry> harness;

    Operator(Set<String> adopted, boolean batch, @Nullable OperatorSubtaskState state)
        throws Exception {
      harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new AttributeLines(
                  new AttributeLines.Settings(FLUSH, batch, adopted, Admission.DEFAULT, true)),
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

    void send(List<SpecificRecordBase> records, boolean fresh) throws Exception {
      for (SpecificRecordBase record : records) {
        RecordKind kind = RecordKind.of(record);
        send(new Input(Records.TENANT, BUCKET, kind, fresh, 0L, 0L, kind.encode(record)));
      }
    }

    /** Lets time pass in steps, so that what a timer sets off is flushed by the next. */
    void passTo(long millis) throws Exception {
      for (long time = harness.getProcessingTime(); time <= millis; time += 500) {
        harness.setProcessingTime(time);
      }
    }

    void sendAt(long timestamp, SpecificRecordBase record) throws Exception {
      RecordKind kind = RecordKind.of(record);
      Input input = new Input(Records.TENANT, BUCKET, kind, true, 0L, 0L, kind.encode(record));
      harness.processElement(new StreamRecord<>(input, timestamp));
    }

    void send(Input input) throws Exception {
      harness.processElement(new StreamRecord<>(input));
    }

    OperatorSubtaskState snapshot(long checkpoint) throws Exception {
      harness.prepareSnapshotPreBarrier(checkpoint);
      return harness.snapshot(checkpoint, 0);
    }

    List<LedgerEntry> entries() {
      return harness.extractOutputValues();
    }

    List<EstimateError> estimateErrors() {
      var errors = harness.getSideOutput(AttributeLines.ESTIMATE_ERRORS);
      return errors == null ? List.of() : errors.stream().map(StreamRecord::getValue).toList();
    }

    List<Archived> archived() {
      var archived = harness.getSideOutput(AttributeLines.ARCHIVE);
      return archived == null ? List.of() : archived.stream().map(StreamRecord::getValue).toList();
    }

    NetLedger net() {
      return AttributeLinesTest.net(entries());
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }
}
