package io.tributary.jobs.local;

import io.tributary.jobs.cluster.JobConfiguration;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A Flink cluster in this JVM. */
public final class LocalFlink {

  private LocalFlink() {}

  /**
   * An environment for streaming with RocksDB and incremental, retained checkpoints under {@code
   * checkpoints}, which goes on from the newest complete one there.
   *
   * @param interval between two checkpoints, which is how often the tables are committed to
   * @param restarting whether the job restarts by itself after a failure, rather than end
   */
  public static StreamExecutionEnvironment streaming(
      int parallelism, Path checkpoints, Duration interval, boolean restarting) {
    OwnName.require();
    return StreamExecutionEnvironment.createLocalEnvironment(
        parallelism, streamingConfiguration(checkpoints, interval, restarting));
  }

  /** The configuration of {@link #streaming}, for a job that goes to a cluster of its own. */
  public static Configuration streamingConfiguration(
      Path checkpoints, Duration interval, boolean restarting) {
    Configuration configuration =
        JobConfiguration.streaming(checkpoints.toUri().toString(), interval, restarting);
    configuration.addAll(memory());
    newestCheckpoint(checkpoints)
        .ifPresent(
            path ->
                configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, path.toUri().toString()));
    return configuration;
  }

  /** An environment for a bounded job that computes its result from scratch. */
  public static StreamExecutionEnvironment batch(int parallelism) {
    OwnName.require();
    Configuration configuration = JobConfiguration.batch();
    configuration.addAll(memory());
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
  }

  private static Configuration memory() {
    Configuration configuration = new Configuration();
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(128));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(128));
    return configuration;
  }

  /** The complete checkpoint with the highest number under {@code directory}, of any job. */
  public static Optional<Path> newestCheckpoint(Path directory) {
    return children(directory)
        .flatMap(LocalFlink::children)
        .filter(path -> path.getFileName().toString().matches("chk-\\d+"))
        .filter(path -> Files.exists(path.resolve("_metadata")))
        .max(Comparator.comparingLong(LocalFlink::number));
  }

  /** None of what is gone: a job that has just ended may still be tidying up. */
  private static Stream<Path> children(Path directory) {
    File[] children = directory.toFile().listFiles();
    return children == null ? Stream.of() : Arrays.stream(children).map(File::toPath);
  }

  private static long number(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString().substring("chk-".length()));
  }
}
