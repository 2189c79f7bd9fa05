package io.tributary.jobs.kafka;

import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.jspecify.annotations.Nullable;

/**
 * A bounded {@link KafkaSource} that ends after it was restored, too. By itself it does not
 * (FLINK-31006): readers end when they are told that no more partitions will come, which the
 * restored enumerator says only where it finds a partition that the checkpoint does not have.
 *
 * <p>Topics must not grow partitions between checkpoint and restore.
 */
public final class BoundedKafkaSource<T> extends ForwardingKafkaSource<T, T> {

  private static final long serialVersionUID = 1L;

  /**
   * @param source with stopping offsets
   */
  public BoundedKafkaSource(KafkaSource<T> source) {
    super(source);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState checkpoint)
      throws IOException {
    SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restored =
        super.restoreEnumerator(context, checkpoint);
    return checkpoint.initialDiscoveryFinished()
        ? new AllPartitionsKnown(restored, context)
        : restored;
  }

  @Override
  SourceReader<T, KafkaPartitionSplit> reading(SourceReader<T, KafkaPartitionSplit> reader) {
    return reader;
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return source.getProducedType();
  }

  /** Tells each reader that no partitions will come but those it had and those it is given now. */
  private record AllPartitionsKnown(
      SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restored,
      SplitEnumeratorContext<KafkaPartitionSplit> context)
      implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

    @Override
    public void addReader(int subtask) {
      restored.addReader(subtask);
      context.signalNoMoreSplits(subtask);
    }

    @Override
    public void start() {
      restored.start();
    }

    @Override
    public void handleSplitRequest(int subtask, @Nullable String requester) {
      restored.handleSplitRequest(subtask, requester);
    }

    @Override
    public void addSplitsBack(List<KafkaPartitionSplit> splits, int subtask) {
      restored.addSplitsBack(splits, subtask);
    }

    @Override
    public void handleSourceEvent(int subtask, SourceEvent event) {
      restored.handleSourceEvent(subtask, event);
    }

    @Override
    public KafkaSourceEnumState snapshotState(long checkpointId) throws Exception {
      return restored.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) throws Exception {
      restored.notifyCheckpointComplete(checkpointId);
    }

    @Override
    public void close() throws IOException {
      restored.close();
    }
  }
}
