package io.tributary.sinks.flink;

import io.tributary.sinks.commit.CommitMark;
import java.io.Serializable;

/** On whose behalf a sink commits. */
sealed interface SinkIdentity extends Serializable {

  /**
   * The mark of what was collected at {@code checkpoint}.
   *
   * @param known the last checkpoint that was restored or committed
   */
  CommitMark mark(long checkpoint, long known);

  /** A streaming job, for as long as it keeps its state. */
  record Stream(String stream, String sink) implements SinkIdentity {
    @Override
    public CommitMark mark(long checkpoint, long known) {
      return new CommitMark.Checkpoint(stream, sink, checkpoint, known);
    }
  }

  /** A batch job, which commits once. */
  record Run(String run) implements SinkIdentity {
    @Override
    public CommitMark mark(long checkpoint, long known) {
      return new CommitMark.Run(run);
    }
  }
}
