package io.tributary.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Admission;
import io.tributary.attribution.Archived;
import io.tributary.attribution.Buckets;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.Input;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.Records;
import io.tributary.events.EntityChange;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Op;
import io.tributary.events.RecordKind;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What waits for an archive waits as policies leave it. */
class WaitingInputsTest {

  private static final BucketKeys KEYS = new BucketKeys();
  private static final EntityChange POLICY =
      new EntityChange(
          Records.TENANT,
          "tenant",
          Records.TENANT,
          new TreeMap<>(Map.of("drop_labels", "team")),
          Records.at("09:00"),
          1L,
          Op.UPSERT);
  private static final SpecificRecordBase EARLY = Records.usage("u1", "i-1", "08:15", "1", "early");
  private static final SpecificRecordBase USAGE =
      Records.usage("u2", "i-1", "10:15", "1", "secret");
  private static final SpecificRecordBase CHARGE =
      Records.charge("c", 1, "i-1", "10:00", "11:00", "6");

  private static Operator operator(List<Archived> archived, @Nullable OperatorSubtaskState state)
      throws Exception {
    return new Operator(archived, state);
  }

  @Test
  void whatComesAfterAPolicyThatIsArchivedWaitsAsItLeavesIt() throws Exception {
    Archived policy = new Archived(RecordKind.ENTITY, RecordKind.ENTITY.encode(POLICY), 0L);
    try (Operator operator = operator(List.of(policy), null)) {
      operator.send(EARLY, USAGE, CHARGE);
      assertThat(operator.state(1)).contains("early").doesNotContain("secret", "tagged");
    }
  }

  @Test
  void aPolicyThatWaitsItselfChangesWhatWaitsBeforeAndAfterItAndAfterARestart() throws Exception {
    OperatorSubtaskState snapshot;
    try (Operator operator = operator(List.of(), null)) {
      operator.send(EARLY, USAGE);
      assertThat(operator.state(1)).contains("early", "secret");
      operator.send(POLICY);
      assertThat(operator.state(2)).contains("early").doesNotContain("secret");
      snapshot = operator.snapshot(3);
    }
    try (Operator operator = operator(List.of(), snapshot)) {
      operator.send(CHARGE);
      assertThat(operator.state(4)).doesNotContain("tagged");
      operator.harness.processElement(
          new StreamRecord<>(Input.endOfArchive(Records.TENANT, operator.bucket)));
      operator.harness.prepareSnapshotPreBarrier(5);
      assertThat(operator.archived())
          .as("each once")
          .containsExactlyInAnyOrder(
              RecordKind.CHARGE, RecordKind.USAGE_HOUR, RecordKind.USAGE_HOUR);
      assertThat(operator.state(6)).contains("early").doesNotContain("secret", "tagged");
    }
  }

  /** The operator over the bucket of the resource, whose tenant is adopted. */
  private static final class Operator implements AutoCloseable {

    final KeyedOneInputStreamOperatorTestHarness<String, Input, LedgerEntry> harness;
    final int bucket = Buckets.of(USAGE).get(0);

    Operator(List<Archived> archived, @Nullable OperatorSubtaskState state) throws Exception {
      harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new AttributeLines(
                  new AttributeLines.Settings(
                      Duration.ofSeconds(1),
                      false,
                      Set.of(Records.TENANT),
                      Admission.DEFAULT,
                      true,
                      archived,
                      ForeignTenants.NONE,
                      () -> LabelHashes.MISSING)),
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

    void send(SpecificRecordBase... records) throws Exception {
      for (SpecificRecordBase record : records) {
        RecordKind kind = RecordKind.of(record);
        harness.processElement(
            new StreamRecord<>(
                new Input(Records.TENANT, bucket, kind, true, 0L, 0L, kind.encode(record))));
      }
    }

    OperatorSubtaskState snapshot(long checkpoint) throws Exception {
      harness.prepareSnapshotPreBarrier(checkpoint);
      return harness.snapshot(checkpoint, 0);
    }

    /** Every byte of the keyed state, as Latin-1. */
    String state(long checkpoint) throws Exception {
      StringBuilder text = new StringBuilder();
      for (KeyedStateHandle handle : snapshot(checkpoint).getManagedKeyedState()) {
        try (InputStream in =
            ((KeyGroupsStateHandle) handle).getDelegateStateHandle().openInputStream()) {
          text.append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
      }
      return text.toString();
    }

    List<RecordKind> archived() {
      var archived = harness.getSideOutput(AttributeLines.ARCHIVE);
      List<RecordKind> kinds = new ArrayList<>();
      if (archived != null) {
        archived.forEach(record -> kinds.add(record.getValue().kind()));
      }
      return kinds;
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }
}
