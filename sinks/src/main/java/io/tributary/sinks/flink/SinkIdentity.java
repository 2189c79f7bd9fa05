package io.tributary.sinks.flink;

import io.tributary.sinks.CommitMark;
import java.io.Serializable;

/** On whose behalf a sink commits. */
sealed interface SinkIdentity extends Serializable {

  /** The mark of what was collected at {@code checkpoint}. */
  CommitMark mark(long checkpoint);

  /** A streaming job, for as long as it keeps its state. */
  record Stream(String stream, String sink) implements SinkIdentity {
    @Override
    public CommitMark mark(long checkpoint) {
      return new CommitMark.Checkpoint(stream, sink, checkpoint);
    }
  }

  /** A batch job, which commits once. */
  record Run(String run) implements SinkIdentity {
    @Override
    public CommitMark mark(long checkpoint) {
      return new CommitMark.Run(run);
    }
  }
}
