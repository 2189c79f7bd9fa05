package io.tributary.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.catalog.Ownership;
import io.tributary.sinks.catalog.TenantOwner;
import io.tributary.sinks.flink.WarehouseElementType;
import io.tributary.sinks.rows.WarehouseElement;
import io.tributary.sinks.rows.WarehouseRow;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ToOwnerRowsTest {

  private static final TenantOwner LET_GO =
      new TenantOwner("acme-to-forget", "live", Ownership.RELEASED, null, "live", 3L);

  @Test
  void aNewTenantIsOwned() throws Exception {
    try (var harness = harness(List.of(), null)) {
      harness.processElement(new StreamRecord<>("globex"));
      harness.prepareSnapshotPreBarrier(1);
      assertThat(rows(harness))
          .containsExactly(new TenantOwner("globex", "live", Ownership.OWNED, null, "live", 1L));
    }
  }

  @Test
  void saysOnceWithTheFirstCheckpointThatItHasLetGo() throws Exception {
    OperatorSubtaskState before;
    OperatorSubtaskState after;
    try (var harness = harness(List.of(), null)) {
      before = harness.snapshot(1, 0);
    }
    try (var harness = harness(List.of(LET_GO), before)) {
      assertThat(rows(harness)).as("nothing before a barrier").isEmpty();
      harness.prepareSnapshotPreBarrier(2);
      after = harness.snapshot(2, 0);
      harness.prepareSnapshotPreBarrier(3);
      assertThat(rows(harness)).containsExactly(LET_GO);
    }
    try (var harness = harness(List.of(LET_GO), before)) {
      harness.prepareSnapshotPreBarrier(2);
      assertThat(rows(harness)).as("again where that checkpoint was lost").containsExactly(LET_GO);
    }
    try (var harness = harness(List.of(LET_GO), after)) {
      harness.prepareSnapshotPreBarrier(3);
      assertThat(rows(harness)).as("a restart by Flink").isEmpty();
    }
  }

  @Test
  void remembersNoName() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(List.of(LET_GO), null)) {
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 0);
    }
    for (OperatorStateHandle handle : state.getManagedOperatorState()) {
      ByteStreamStateHandle bytes = (ByteStreamStateHandle) handle.getDelegateStateHandle();
      assertThat(new String(bytes.getData(), StandardCharsets.ISO_8859_1))
          .contains("let-go", "@3")
          .doesNotContain("acme-to-forget");
    }
  }

  @Test
  void saysItAgainOfALaterRelease() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness(List.of(LET_GO), null)) {
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 0);
    }
    TenantOwner later =
        new TenantOwner("acme-to-forget", "live", Ownership.RELEASED, null, "live", 5L);
    try (var harness = harness(List.of(later), state)) {
      harness.prepareSnapshotPreBarrier(2);
      assertThat(rows(harness)).containsExactly(later);
    }
  }

  private static OneInputStreamOperatorTestHarness<String, WarehouseElement> harness(
      List<TenantOwner> lettingGo, @Nullable OperatorSubtaskState state) throws Exception {
    var harness =
        new OneInputStreamOperatorTestHarness<>(new ToOwnerRows("live", lettingGo), 1, 1, 0);
    harness.setup(WarehouseElementType.INSTANCE.createSerializer(new SerializerConfigImpl()));
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  private static List<TenantOwner> rows(
      OneInputStreamOperatorTestHarness<String, WarehouseElement> harness) {
    return harness.extractOutputValues().stream()
        .map(row -> (TenantOwner) ((WarehouseRow) row).record())
        .toList();
  }
}
