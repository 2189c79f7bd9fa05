package io.tributary.enrichment;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Admission;
import io.tributary.attribution.BucketAdopted;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.Input;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.PoolInput;
import io.tributary.attribution.Records;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import io.tributary.events.RecordKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AllocatePoolsTest {

  private static final BucketKeys KEYS = new BucketKeys();
  static final Duration RESPLIT = Duration.ofSeconds(10);

  static final String DEFINITIONS =
      """
      Dimensions:
        Shared:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: Proportional
            SpendToAllocate: {Source: Resource, Conditions: [Equals: i-0]}
            AcrossElements: {GroupBy: {Source: Resource}}
      """;

  private static final List<SpecificRecordBase> FIRST =
      List.of(
          definitions(DEFINITIONS, "2026-01-01T00:00:00Z", 1),
          charge("pool", 1, "i-0", "10:00", "11:00", "6"),
          charge("one", 1, "i-1", "10:00", "11:00", "1"));

  private static final SpecificRecordBase MORE = charge("two", 1, "i-2", "10:00", "11:00", "1");

  @Test
  void transfersFollowBeforeTheBarrier() throws Exception {
    try (Operator operator = new Operator(Set.of(), null)) {
      operator.send(changes(FIRST));
      assertThat(operator.moved()).isEmpty();
      operator.snapshot(1);
      assertThat(operator.moved()).containsExactlyInAnyOrder("null -6", "i-1 6");
      operator.snapshot(2);
      assertThat(operator.moved()).as("and not again").hasSize(2);
    }
  }

  @Test
  void aTenantIsSplitAgainAfterTheIntervalAndUnsettledUntilThen() throws Exception {
    try (Operator operator = new Operator(Set.of(), null)) {
      operator.send(changes(FIRST));
      operator.snapshot(1);
      operator.send(changesAfter(FIRST, MORE));
      operator.harness.setProcessingTime(5_000);
      operator.snapshot(2);
      operator.snapshot(3);
      assertThat(operator.moved()).hasSize(2);
      assertThat(operator.unsettled()).containsExactly(1L);

      operator.harness.setProcessingTime(10_000);
      operator.snapshot(4);
      assertThat(operator.moved()).endsWith("i-1 -3", "i-2 3").hasSize(4);
      assertThat(operator.unsettled()).containsExactly(1L, -1L);
    }
  }

  @Test
  void aRestartDoesNotForgetWhatIsBehind() throws Exception {
    OperatorSubtaskState state;
    try (Operator operator = new Operator(Set.of(), null)) {
      operator.send(changes(FIRST));
      operator.snapshot(1);
      operator.send(changesAfter(FIRST, MORE));
      state = operator.snapshot(2);
      assertThat(operator.moved()).hasSize(2);
    }
    try (Operator operator = new Operator(Set.of(), state)) {
      operator.snapshot(3);
      assertThat(operator.moved()).isEmpty();
      operator.harness.setProcessingTime(20_000);
      operator.snapshot(4);
      assertThat(operator.moved()).containsExactlyInAnyOrder("i-1 -3", "i-2 3");
      assertThat(operator.unsettled()).containsExactly(-1L);
    }
  }

  @Test
  void whatIsBehindFollowsAtTheEnd() throws Exception {
    try (Operator operator = new Operator(Set.of(), null)) {
      operator.send(changes(FIRST));
      operator.snapshot(1);
      operator.send(changesAfter(FIRST, MORE));
      operator.snapshot(2);
      operator.harness.getOneInputOperator().finish();
      assertThat(operator.moved()).endsWith("i-1 -3", "i-2 3");
    }
  }

  @Test
  void whatFollowsFromTheArchiveIsInTheLedgerAlready() throws Exception {
    List<PoolInput> more = changesAfter(FIRST, MORE);
    try (Operator operator = new Operator(Set.of(Records.TENANT), null)) {
      List<PoolInput> archive = changes(FIRST);
      archive.forEach(change -> change.setFromArchive(true));
      operator.send(archive);
      operator.send(more);
      for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
        operator.snapshot(bucket);
        assertThat(operator.moved()).isEmpty();
        operator.send(List.of(new PoolInput(Records.TENANT, true, new BucketAdopted(bucket))));
      }
      operator.snapshot(100);
      assertThat(operator.moved()).containsExactlyInAnyOrder("i-1 -3", "i-2 3");
    }
  }

  @Test
  void nothingIsLeftOfABillingPeriodThatIsClosed() throws Exception {
    try (Operator operator = new Operator(Set.of(), null)) {
      operator.send(changes(FIRST));
      operator.snapshot(1);
      int entries = operator.moved().size();
      int rows = operator.harness.numKeyedStateEntries();
      assertThat(operator.harness.numEventTimeTimers()).isPositive();

      operator.harness.processWatermark(Instant.parse("2026-05-11T00:00:00Z").toEpochMilli());
      assertThat(operator.harness.numKeyedStateEntries()).as("not yet").isEqualTo(rows);
      operator.harness.processWatermark(Instant.parse("2026-10-01T00:00:00Z").toEpochMilli());
      assertThat(operator.harness.numEventTimeTimers()).isZero();
      operator.snapshot(2);
      assertThat(operator.moved()).as("and nothing is taken back").hasSize(entries);
      assertThat(operator.harness.numKeyedStateEntries()).isLessThan(rows);

      List<PoolInput> again = changes(FIRST);
      operator.send(again);
      operator.harness.setProcessingTime(2 * RESPLIT.toMillis());
      operator.snapshot(3);
      assertThat(operator.moved()).as("as if it had never been").hasSize(2 * entries);
    }
  }

  @Test
  void ofATenantThatIsLetGoOfNothingIsLeft() throws Exception {
    OperatorSubtaskState state;
    try (Operator operator = new Operator(Set.of(), null)) {
      operator.send(changes(FIRST));
      operator.snapshot(1);
      operator.send(changesAfter(FIRST, MORE));
      state = operator.snapshot(2);
      assertThat(operator.unsettled()).containsExactly(1L);
    }
    ForeignTenants released = new ForeignTenants(Set.of(), Set.of(Records.TENANT), Set.of());
    ForeignTenants erased =
        new ForeignTenants(Set.of(), Set.of(), Set.of(ForeignTenants.hash(Records.TENANT)));
    for (ForeignTenants foreign : List.of(released, erased)) {
      try (Operator operator = new Operator(Set.of(), foreign, state)) {
        assertThat(operator.harness.numKeyedStateEntries()).isZero();
        assertThat(operator.harness.numEventTimeTimers()).isZero();
        assertThat(operator.harness.numProcessingTimeTimers()).isZero();
        operator.harness.setProcessingTime(20_000);
        operator.snapshot(3);
        operator.snapshot(4);
        assertThat(operator.moved()).as("no entries for dropping").isEmpty();
        assertThat(operator.unsettled())
            .as("behind no more, which is said of no erased one")
            .isEqualTo(foreign == released ? List.of(-1L) : List.of());
      }
    }
  }

  /** What all buckets of a tenant say of records. */
  static List<PoolInput> changes(List<SpecificRecordBase> records) throws Exception {
    List<PoolInput> changes = new ArrayList<>();
    for (int bucket = 0; bucket < Buckets.COUNT; bucket++) {
      try (var harness =
          new KeyedOneInputStreamOperatorTestHarness<String, Input, LedgerEntry>(
              new AttributeLines(
                  new AttributeLines.Settings(
                      Duration.ofSeconds(1), false, Set.of(), Admission.DEFAULT, true)),
              input -> KEYS.of(input.tenantId(), input.bucket()),
              Types.STRING,
              BucketKeys.MAX_PARALLELISM,
              1,
              0)) {
        harness.setup();
        harness.open();
        for (SpecificRecordBase record : records) {
          RecordKind kind = RecordKind.of(record);
          if (Buckets.of(record).contains(bucket)) {
            harness.processElement(
                new StreamRecord<>(
                    new Input(Records.TENANT, bucket, kind, true, 0L, 0L, kind.encode(record))));
          }
        }
        harness.prepareSnapshotPreBarrier(1);
        var sent = harness.getSideOutput(AttributeLines.POOLS);
        if (sent != null) {
          sent.forEach(change -> changes.add(change.getValue()));
        }
      }
    }
    return changes;
  }

  /** What one more record adds to what they said. */
  private static List<PoolInput> changesAfter(
      List<SpecificRecordBase> before, SpecificRecordBase more) throws Exception {
    List<SpecificRecordBase> all = new ArrayList<>(before);
    all.add(more);
    List<PoolInput> added = changes(all);
    List<String> known = changes(before).stream().map(Object::toString).toList();
    added.removeIf(change -> known.contains(change.toString()));
    return added;
  }

  private static final class Operator implements AutoCloseable {

    final KeyedOneInputStreamOperatorTestHarness<String, PoolInput, LedgerEntry> harness;

    Operator(Set<String> adopted, @Nullable OperatorSubtaskState state) throws Exception {
      this(adopted, ForeignTenants.NONE, state);
    }

    Operator(Set<String> adopted, ForeignTenants foreign, @Nullable OperatorSubtaskState state)
        throws Exception {
      harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new AllocatePools(
                  RESPLIT,
                  new AttributeLines.Settings(
                      Duration.ofSeconds(1),
                      false,
                      adopted,
                      Admission.DEFAULT,
                      true,
                      List.of(),
                      foreign,
                      () -> LabelHashes.MISSING)),
              PoolInput::getTenantId,
              Types.STRING);
      harness.setup();
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
    }

    void send(List<PoolInput> changes) throws Exception {
      for (PoolInput change : changes) {
        harness.processElement(new StreamRecord<>(change));
      }
    }

    OperatorSubtaskState snapshot(long checkpoint) throws Exception {
      harness.prepareSnapshotPreBarrier(checkpoint);
      return harness.snapshot(checkpoint, 0);
    }

    List<String> moved() {
      return harness.extractOutputValues().stream()
          .map(
              entry -> entry.getElements().get("Shared") + " " + Money.plain(entry.getBilledCost()))
          .toList();
    }

    List<Long> unsettled() {
      var sent = harness.getSideOutput(AllocatePools.UNSETTLED);
      return sent == null
          ? List.of()
          : sent.stream().map(change -> change.getValue().more()).toList();
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }
}
