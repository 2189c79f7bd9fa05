package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.Limits;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.Recovery;
import io.tributary.jobs.StreamJob;
import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.kafka.Topics;
import io.tributary.jobs.local.LocalFlink;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointException;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.util.MiniClusterPipelineExecutorServiceLoader;
import org.apache.iceberg.CatalogProperties;
import org.jspecify.annotations.Nullable;

/**
 * The live streaming job on a cluster of task managers, from Kafka to a local warehouse behind
 * {@link FaultyCatalog}, with what a test must see to hurt it and to know that it has recovered.
 */
final class HurtStream implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration CHECKPOINTS = Duration.ofMillis(300);
  private static final String RESTART_DELAY = "100 ms";

  private final MiniCluster cluster;
  private final String tenant;
  private final Path directory;
  private final StreamJob.Settings settings;
  private final WarehouseSettings warehouse;
  private final Feed feed;
  private @Nullable JobClient job;

  /**
   * @param cluster with two free slots
   * @param servers brokers
   * @param name of the stream, its own on these brokers
   * @param directory for its warehouse and checkpoints
   */
  HurtStream(MiniCluster cluster, String servers, String name, String tenant, Path directory)
      throws ExecutionException, InterruptedException {
    this.cluster = cluster;
    this.tenant = tenant;
    this.directory = directory;
    String prefix = "tributary." + name + ".";
    Topics topics = new Topics(prefix);
    this.feed = new Feed(servers, topics, tenant);
    topics.create(servers, 4);
    this.settings =
        new StreamJob.Settings(
            name,
            servers,
            prefix,
            Map.of(),
            new CheckpointDirectory(directory.resolve("checkpoints").toUri()),
            new StreamJob.Pace(CHECKPOINTS, Duration.ofMillis(100), Duration.ofSeconds(1)),
            2,
            false,
            Limits.NONE,
            Privacy.DEFAULT,
            Recovery.NONE);
    WarehouseSettings local = WarehouseSettings.local(warehouse());
    Map<String, String> properties = new HashMap<>(local.catalogProperties());
    properties.put(CatalogProperties.CATALOG_IMPL, FaultyCatalog.class.getName());
    this.warehouse = new WarehouseSettings(local.directory(), properties);
  }

  Path warehouse() {
    return directory.resolve("warehouse");
  }

  Path checkpoints() {
    return Path.of(settings.checkpoints().location());
  }

  /** Starts the job from its newest checkpoint, if it has one. */
  void start(Clock clock) throws Exception {
    start(configuration(), clock);
  }

  /** Starts the job from the state in {@code savepoint}, or from none. */
  void startFrom(@Nullable Path savepoint) throws Exception {
    Configuration configuration = configuration();
    configuration.removeConfig(StateRecoveryOptions.SAVEPOINT_PATH);
    if (savepoint != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
    }
    start(configuration, Clock.systemUTC());
  }

  private Configuration configuration() {
    Configuration configuration =
        LocalFlink.streamingConfiguration(checkpoints(), CHECKPOINTS, true);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    configuration.setString("restart-strategy.fixed-delay.delay", RESTART_DELAY);
    return MiniClusterPipelineExecutorServiceLoader.updateConfigurationForMiniCluster(
        configuration, List.of(), List.of());
  }

  private void start(Configuration configuration, Clock clock) throws Exception {
    StreamExecutionEnvironment env =
        new StreamExecutionEnvironment(
            new MiniClusterPipelineExecutorServiceLoader(cluster), configuration, null);
    env.setParallelism(settings.parallelism());
    try (Warehouse open = Warehouse.open(warehouse)) {
      job = StreamJob.start(env, open, settings, clock);
    }
  }

  JobClient job() {
    if (job == null) {
      throw new IllegalStateException("not started");
    }
    return job;
  }

  /** Ends the job without a word to the tables; its checkpoints stay. */
  void cancel() throws ExecutionException, InterruptedException {
    job().cancel().get();
    await("the job has ended", () -> status().isGloballyTerminalState());
  }

  /** A savepoint of the job, which goes on. */
  Path savepoint() throws ExecutionException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return path(job().triggerSavepoint(savepoints(), SavepointFormatType.NATIVE).get());
      } catch (ExecutionException e) {
        // Flink declines one that meets a task which is just ending, as that of the archive does.
        if (!(e.getCause() instanceof CheckpointException) || attempt == 5) {
          throw e;
        }
        Thread.sleep(200);
      }
    }
  }

  /** Ends the job with a savepoint, which is the newest state of the stream. */
  Path stop() throws ExecutionException, InterruptedException {
    String path = job().stopWithSavepoint(false, savepoints(), SavepointFormatType.NATIVE).get();
    await("the job has ended", () -> status().isGloballyTerminalState());
    return path(path);
  }

  private String savepoints() {
    return directory.resolve("savepoints").toUri().toString();
  }

  private static Path path(String uri) {
    return Path.of(URI.create(uri));
  }

  /**
   * Starts another job as the same stream beside the one that runs, publishes, and waits until one
   * of the two has ended by itself; goes on with the other.
   *
   * @return why it ended
   */
  Throwable startTwin(Path savepoint, List<String> lines) throws Exception {
    JobClient first = job();
    startFrom(savepoint);
    JobClient second = job();
    CompletableFuture<Void> publishing = feed.publish(lines);
    await(
        "one of two jobs has ended",
        () -> {
          job = first;
          return status() == JobStatus.FAILED || second.getJobStatus().join() == JobStatus.FAILED;
        });
    job = status() == JobStatus.FAILED ? first : second;
    Throwable failure = failure();
    job = job == first ? second : first;
    publishing.join();
    return failure;
  }

  /** Why the job ended by itself. */
  Throwable failure() throws InterruptedException {
    await("the job has failed", () -> status() == JobStatus.FAILED);
    try {
      job().getJobExecutionResult().get();
      throw new AssertionError("the job has not failed");
    } catch (ExecutionException e) {
      Throwable root = e;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return root;
    }
  }

  private JobStatus status() {
    return job().getJobStatus().join();
  }

  /** What the stream is fed by. */
  Feed feed() {
    return feed;
  }

  /** Waits until the tables have all that was published, and transfers that follow from it. */
  void awaitCaughtUp() throws InterruptedException {
    await(
        "the ledger has counted what was published",
        () -> {
          SortedMap<String, Long> tallies = tallies();
          return count(tallies, "in") == feed.published()
              && count(tallies, "waiting") == 0
              && !tallies.containsKey("unsettled." + tenant);
        });
  }

  /** What became of all records that were published (I6). */
  void assertNothingVanished() {
    SortedMap<String, Long> tallies = tallies();
    assertThat(
            count(tallies, "applied")
                + count(tallies, "duplicates")
                + count(tallies, "conflicting")
                + count(tallies, "rejected"))
        .as("applied + duplicates + conflicting + rejected of " + tallies)
        .isEqualTo(feed.published());
    assertThat(count(tallies, "rejected")).isGreaterThanOrEqualTo(feed.malformed());
    assertThat(Tables.rejections(warehouse())).hasSize((int) count(tallies, "rejected"));
  }

  /** The counts that the ledger carries. */
  SortedMap<String, Long> tallies() {
    try (Warehouse open = Tables.open(warehouse())) {
      return SnapshotMarks.tallies(open.table(WarehouseTable.COST_LEDGER));
    }
  }

  private long count(SortedMap<String, Long> tallies, String what) {
    return tallies.getOrDefault(what + "." + settings.stream(), 0L);
  }

  /** The last checkpoint in the ledger. */
  long committed() {
    try (Warehouse open = Tables.open(warehouse())) {
      return SnapshotMarks.checkpoint(open.table(WarehouseTable.COST_LEDGER), settings.stream());
    }
  }

  /** How often the job has been restarted since it was started. */
  int restarts() {
    int attempts = 0;
    for (AccessExecutionVertex vertex : graph().getAllExecutionVertices()) {
      attempts = Math.max(attempts, vertex.getCurrentExecutionAttempt().getAttemptNumber());
    }
    return attempts;
  }

  /** Waits until all tasks are at work. */
  void awaitRunning() throws InterruptedException {
    await(
        "all tasks run",
        () -> {
          if (status() != JobStatus.RUNNING) {
            return false;
          }
          for (AccessExecutionVertex vertex : graph().getAllExecutionVertices()) {
            ExecutionState state = vertex.getExecutionState();
            if (state != ExecutionState.RUNNING && state != ExecutionState.FINISHED) {
              return false;
            }
          }
          return true;
        });
  }

  private AccessExecutionGraph graph() {
    return cluster.getExecutionGraph(job().getJobID()).join();
  }

  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    Instant end = Clock.systemUTC().instant().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Clock.systemUTC().instant()).as("still waiting until %s", what).isBefore(end);
      Thread.sleep(20);
    }
  }

  @Override
  public void close() throws Exception {
    if (job != null && !status().isGloballyTerminalState()) {
      cancel();
    }
  }
}
