package io.tributary.sinks.flink;

import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Makes one committable per checkpoint of what all writers wrote. Files need no state: writers send
 * before the barrier, and this operator passes everything on before it passes the barrier. The id
 * of the last checkpoint does: input that ends right after a restore belongs to the one after it,
 * and Flink tells the restored id only to operators that have state. So does the id of the last one
 * up to which something was written, which the tables must have.
 */
final class CollectFiles extends AbstractStreamOperator<CommittableMessage<SinkFiles>>
    implements OneInputStreamOperator<CommittableMessage<SinkFiles>, CommittableMessage<SinkFiles>>,
        BoundedOneInput {

  private static final long serialVersionUID = 1L;

  private transient SinkFiles collected = SinkFiles.NONE;

  @SuppressWarnings("NullAway.Init") // Set before any element comes.
  private transient ListState<Long> last;

  @SuppressWarnings("NullAway.Init")
  private transient ListState<Long> lastWritten;

  private transient long lastCheckpoint;
  private transient long written;
  private transient boolean ended;

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    collected = SinkFiles.NONE;
    last = state(context, "last-checkpoint");
    lastWritten = state(context, "last-written");
    lastCheckpoint = Math.max(context.getRestoredCheckpointId().orElse(0), greatest(last));
    written = greatest(lastWritten);
  }

  private static ListState<Long> state(StateInitializationContext context, String name)
      throws Exception {
    return context
        .getOperatorStateStore()
        .getListState(new ListStateDescriptor<>(name, LongSerializer.INSTANCE));
  }

  private static long greatest(ListState<Long> state) throws Exception {
    long greatest = 0;
    for (long restored : state.get()) {
      greatest = Math.max(greatest, restored);
    }
    return greatest;
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    last.update(List.of(context.getCheckpointId()));
    lastWritten.update(List.of(written));
  }

  @Override
  public void processElement(StreamRecord<CommittableMessage<SinkFiles>> element) {
    if (element.getValue() instanceof CommittableWithLineage<SinkFiles> written) {
      collected = collected.plus(written.getCommittable());
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpoint) throws Exception {
    super.prepareSnapshotPreBarrier(checkpoint);
    // Everything has been sent by then, under the id that this checkpoint may have.
    if (!ended) {
      send(checkpoint);
    }
  }

  /** The rest belongs to the next checkpoint, or in batch mode to the only commit. */
  @Override
  public void endInput() {
    send(lastCheckpoint + 1);
    ended = true;
  }

  private void send(long checkpoint) {
    lastCheckpoint = checkpoint;
    output.collect(new StreamRecord<>(new CommittableSummary<>(0, 1, checkpoint, 1, 0)));
    output.collect(
        new StreamRecord<>(
            new CommittableWithLineage<>(collected.at(checkpoint, written), checkpoint, 0)));
    if (!collected.isEmpty()) {
      written = checkpoint;
    }
    collected = SinkFiles.NONE;
  }
}
