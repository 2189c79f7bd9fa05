package io.tributary.sinks.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.commit.WarehouseFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CollectFilesTest {

  @Test
  void makesOneCommittableOfWhatAllWritersSentBeforeABarrier() throws Exception {
    try (Harness operator = new Harness(null)) {
      operator.write(3);
      operator.write(4);
      operator.checkpoint(1);
      operator.checkpoint(2);
      operator.write(5);
      operator.checkpoint(3);
      assertThat(operator.sent())
          .containsExactly(counted(1, 0, 7), SinkFiles.NONE.at(2, 1), counted(3, 1, 5));
    }
  }

  @Test
  void inputThatEndsBelongsToTheNextCheckpointAndIsSentOnce() throws Exception {
    try (Harness operator = new Harness(null)) {
      operator.write(3);
      operator.checkpoint(6);
      operator.write(4);
      operator.harness.endInput();
      operator.checkpoint(7);
      operator.checkpoint(8);
      assertThat(operator.sent()).containsExactly(counted(6, 0, 3), counted(7, 6, 4));
    }
  }

  /** Were it numbered from 1 again, the tables would take it for what they have already. */
  @Test
  void inputThatEndsRightAfterARestoreBelongsToTheCheckpointAfterTheRestoredOne() throws Exception {
    OperatorSubtaskState state;
    try (Harness operator = new Harness(null)) {
      operator.write(3);
      state = operator.checkpoint(6);
    }
    try (Harness operator = new Harness(state)) {
      operator.write(4);
      operator.harness.endInput();
      operator.checkpoint(7);
      assertThat(operator.sent()).containsExactly(counted(7, 6, 4));
    }
  }

  private static SinkFiles counted(long checkpoint, long after, long in) {
    return new SinkFiles(checkpoint, after, WarehouseFiles.NONE, new TreeMap<>(Map.of("in", in)));
  }

  private static final class Harness implements AutoCloseable {

    private final OneInputStreamOperatorTestHarness<
            CommittableMessage<SinkFiles>, CommittableMessage<SinkFiles>>
        harness;

    Harness(@Nullable OperatorSubtaskState state) throws Exception {
      harness = new OneInputStreamOperatorTestHarness<>(new CollectFiles());
      harness.setup();
      if (state != null) {
        harness.initializeState(state);
      }
      harness.open();
    }

    void write(long in) throws Exception {
      harness.processElement(
          new StreamRecord<>(
              new CommittableWithLineage<>(counted(0, 0, in), Long.MAX_VALUE, /* subtaskId= */ 0)));
    }

    OperatorSubtaskState checkpoint(long id) throws Exception {
      harness.prepareSnapshotPreBarrier(id);
      return harness.snapshot(id, 0);
    }

    List<SinkFiles> sent() {
      List<SinkFiles> sent = new ArrayList<>();
      for (CommittableMessage<SinkFiles> message : harness.extractOutputValues()) {
        if (message instanceof CommittableWithLineage<SinkFiles> committable) {
          assertThat(committable.getCheckpointIdOrEOI())
              .isEqualTo(committable.getCommittable().checkpoint());
          sent.add(committable.getCommittable());
        }
      }
      return sent;
    }

    @Override
    public void close() throws Exception {
      harness.close();
    }
  }
}
