package io.tributary.jobs.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The Flink cluster that runs this program (application mode). Its configuration says how many
 * subtasks and how much memory there are; ours says what a job must be.
 */
public final class ClusterFlink {

  private ClusterFlink() {}

  /**
   * An environment for a stream. It goes on from the state that the cluster names, as after an
   * upgrade with a savepoint, else from its newest checkpoint; a job manager that takes over from a
   * lost one goes on from what is known to both, whatever is said here.
   */
  public static StreamExecutionEnvironment streaming(
      CheckpointDirectory checkpoints, Duration interval) throws IOException {
    Configuration configuration =
        JobConfiguration.streaming(checkpoints.location().toString(), interval, true);
    if (stateNamedByCluster().isEmpty()) {
      checkpoints
          .newest()
          .ifPresent(path -> configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, path));
    }
    return StreamExecutionEnvironment.getExecutionEnvironment(configuration);
  }

  /** An environment for a bounded job that computes its result from scratch. */
  public static StreamExecutionEnvironment batch() {
    return StreamExecutionEnvironment.getExecutionEnvironment(JobConfiguration.batch());
  }

  /** An environment for a job that keeps no state. */
  public static StreamExecutionEnvironment stateless() {
    return StreamExecutionEnvironment.getExecutionEnvironment(JobConfiguration.stateless());
  }

  private static Optional<String> stateNamedByCluster() {
    return StreamExecutionEnvironment.getExecutionEnvironment()
        .getConfiguration()
        .getOptional(StateRecoveryOptions.SAVEPOINT_PATH);
  }
}
