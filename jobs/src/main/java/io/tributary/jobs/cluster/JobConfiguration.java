package io.tributary.jobs.cluster;

import java.time.Duration;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;

/** What holds for our jobs wherever they run. */
public final class JobConfiguration {

  private JobConfiguration() {}

  /**
   * Of a stream: RocksDB, and incremental checkpoints that outlive the job.
   *
   * @param checkpoints directory of the checkpoints, as a URI
   * @param interval between two checkpoints, which is how often the tables are committed to
   * @param restarting whether the job restarts by itself after a failure, rather than end
   */
  public static Configuration streaming(String checkpoints, Duration interval, boolean restarting) {
    Configuration configuration = common(restarting);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    // Most rows are looked for by key, and many are not there.
    configuration.setString("state.backend.rocksdb.use-bloom-filter", "true");
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval);
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints);
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    configuration.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 2);
    return configuration;
  }

  /** Of a bounded job that computes its result from scratch. */
  public static Configuration batch() {
    Configuration configuration = common(false);
    configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
    return configuration;
  }

  /** Of a job that keeps no state. */
  public static Configuration stateless() {
    return common(true);
  }

  private static Configuration common(boolean restarting) {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY, restarting ? "exponential-delay" : "none");
    return configuration;
  }
}
