package io.tributary.enrichment;

import io.tributary.attribution.Admission;
import io.tributary.attribution.Input;
import io.tributary.events.LedgerEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FilterFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * What the others notice of a change that touches all open lines of a tenant: a job with one
 * subtask for all buckets, RocksDB and an incremental checkpoint each second.
 */
public final class NeighbourBenchmark {

  private static final Duration QUIET = Duration.ofSeconds(30);

  private NeighbourBenchmark() {}

  /**
   * Runs it.
   *
   * @param args how many lines; 1,000,000 where none is given
   */
  public static void main(String[] args) throws Exception {
    int lines = args.length == 0 ? 1_000_000 : Integer.parseInt(args[0]);
    Path directory = Files.createTempDirectory("neighbours");
    Course.begin(lines, QUIET.toNanos());
    Configuration configuration = configuration(directory);
    long wall = System.currentTimeMillis();
    long nanos = System.nanoTime();
    try (MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build())) {
      cluster.start();
      JobID job = cluster.submitJob(job(configuration, lines).getStreamGraph()).get().getJobID();
      while (!Course.isOver()) {
        Thread.sleep(1_000);
        cluster.getJobStatus(job).get();
      }
      List<AbstractCheckpointStats> checkpoints =
          cluster
              .getArchivedExecutionGraph(job)
              .get()
              .getCheckpointStatsSnapshot()
              .getHistory()
              .getCheckpoints();
      print(lines, checkpoints, wall - nanos / 1_000_000);
      cluster.cancelJob(job).get();
    } finally {
      Files.walk(directory)
          .sorted(Comparator.reverseOrder())
          .forEach(path -> path.toFile().delete());
    }
  }

  private static Configuration configuration(Path directory) {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(128));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(128));
    configuration.set(WebOptions.CHECKPOINTS_HISTORY_SIZE, 10_000);
    return configuration;
  }

  private static StreamExecutionEnvironment job(Configuration configuration, int lines) {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(1);
    SingleOutputStreamOperator<LedgerEntry> entries =
        env.fromSource(
                new NumberSequenceSource(0, Long.MAX_VALUE),
                WatermarkStrategy.noWatermarks(),
                "numbers")
            .flatMap(new Neighbours(lines))
            .returns(TypeInformation.of(Input.class))
            .keyBy(new KeyOfBucket(), Types.STRING)
            .transform(
                "attribute-lines",
                new AvroTypeInfo<>(LedgerEntry.class),
                new AttributeLines(
                    new AttributeLines.Settings(
                        Duration.ofSeconds(1), false, Set.of(), Admission.DEFAULT, true)))
            .setMaxParallelism(BucketKeys.MAX_PARALLELISM);
    entries.filter(new SeeEntries()).sinkTo(new DiscardingSink<>());
    entries
        .getSideOutput(AttributeLines.UNSETTLED)
        .filter(new SeeUnsettled())
        .sinkTo(new DiscardingSink<>());
    return env;
  }

  private static final class KeyOfBucket implements KeySelector<Input, String> {

    private static final long serialVersionUID = 1L;
    private static final BucketKeys KEYS = new BucketKeys();

    @Override
    public String getKey(Input input) {
      synchronized (KEYS) {
        return KEYS.of(input.tenantId(), input.bucket());
      }
    }
  }

  private static final class SeeEntries implements FilterFunction<LedgerEntry> {

    private static final long serialVersionUID = 1L;

    @Override
    public boolean filter(LedgerEntry entry) {
      Course.see(entry);
      return false;
    }
  }

  private static final class SeeUnsettled implements FilterFunction<Unsettled> {

    private static final long serialVersionUID = 1L;

    @Override
    public boolean filter(Unsettled change) {
      Course.see(change);
      return false;
    }
  }

  private static void print(
      int lines, List<AbstractCheckpointStats> checkpoints, long epochMillis) {
    long start = Course.startOfUsage();
    long change = Course.definitionsAt();
    long settled = Course.settledAt();
    System.out.printf(
        "%,d open lines of one tenant; 50 usage events/s of another%n"
            + "re-attribution: %.1f s, %,d entries, %d buckets unsettled meanwhile, 0 afterwards%n",
        lines, (settled - change) / 1e9, Course.entries() - lines, Course.mostUnsettled());
    System.out.println(
        "| | record to entry p50 | p95 | max | events | checkpoints | p50 | max | failed |");
    print("load", 0, start, checkpoints, epochMillis);
    print("before", start, change, checkpoints, epochMillis);
    print("during", change, settled, checkpoints, epochMillis);
    print("after", settled, Long.MAX_VALUE, checkpoints, epochMillis);
  }

  private static void print(
      String when,
      long from,
      long to,
      List<AbstractCheckpointStats> checkpoints,
      long epochMillis) {
    List<Long> delays = Course.delays(from, to);
    List<AbstractCheckpointStats> of =
        checkpoints.stream()
            .filter(
                checkpoint -> {
                  long at = (checkpoint.getTriggerTimestamp() - epochMillis) * 1_000_000;
                  return at >= from && at < to;
                })
            .toList();
    List<Long> durations =
        of.stream()
            .filter(checkpoint -> checkpoint.getStatus() == CheckpointStatsStatus.COMPLETED)
            .map(AbstractCheckpointStats::getEndToEndDuration)
            .sorted()
            .toList();
    long failed = of.stream().filter(c -> c.getStatus() == CheckpointStatsStatus.FAILED).count();
    System.out.printf(
        "| %s | %d ms | %d ms | %d ms | %d | %d | %d ms | %d ms | %d |%n",
        when,
        at(delays, 0.5),
        at(delays, 0.95),
        at(delays, 1),
        delays.size(),
        durations.size(),
        at(durations, 0.5),
        at(durations, 1),
        failed);
  }

  private static long at(List<Long> sorted, double part) {
    return sorted.isEmpty()
        ? -1
        : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(part * sorted.size())));
  }
}
