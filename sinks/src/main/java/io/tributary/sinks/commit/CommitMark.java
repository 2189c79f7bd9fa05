package io.tributary.sinks.commit;

import java.io.Serializable;
import java.util.Map;
import org.apache.iceberg.Snapshot;

/** The identity of a commit: what is in a table under a mark is not appended again. */
public sealed interface CommitMark extends Serializable {

  /** Whether a table with this history (newest first) has the commit already. */
  boolean isIn(Iterable<Snapshot> ancestry);

  /** Writes the mark into a snapshot's properties. */
  void addTo(Map<String, String> properties);

  /**
   * A checkpoint of a stream.
   *
   * @param sink id of the sink, {@code tributary.sink}
   * @param checkpoint Flink's id of the checkpoint, rising
   * @param known the last checkpoint that this run of the stream was restored from or has
   *     committed: what follows it in a table is not its own
   */
  record Checkpoint(String stream, String sink, long checkpoint, long known) implements CommitMark {

    /**
     * @throws StreamRefusedException where another job commits as this stream: its rows are not
     *     ours, even under the same checkpoint
     */
    @Override
    public boolean isIn(Iterable<Snapshot> ancestry) {
      long committed = SnapshotMarks.checkpoint(SnapshotMarks.carried(ancestry), stream);
      if (committed > known) {
        throw new StreamRefusedException(
            "another job has committed checkpoint %d as stream %s while this one was at %d; %s"
                .formatted(committed, stream, known, "only one job may run as a stream"));
      }
      return committed >= checkpoint;
    }

    @Override
    public void addTo(Map<String, String> properties) {
      properties.put(SnapshotMarks.CHECKPOINT + stream, Long.toString(checkpoint));
      properties.put(SnapshotMarks.SINK, sink);
    }
  }

  /** A run that writes each table once: a backfill, an import. */
  record Run(String run) implements CommitMark {

    @Override
    public boolean isIn(Iterable<Snapshot> ancestry) {
      return SnapshotMarks.hasRun(ancestry, run);
    }

    @Override
    public void addTo(Map<String, String> properties) {
      properties.put(SnapshotMarks.RUN, run);
    }
  }
}
