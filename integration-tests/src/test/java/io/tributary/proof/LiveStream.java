package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.RateLimits;
import io.tributary.events.JsonRecords;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import io.tributary.jobs.Limits;
import io.tributary.jobs.Privacy;
import io.tributary.jobs.Recovery;
import io.tributary.jobs.StreamJob;
import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.Topics;
import io.tributary.jobs.local.EmbeddedKafka;
import io.tributary.jobs.local.LocalFlink;
import io.tributary.query.CostEngine;
import io.tributary.query.Question;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.FileUtils;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** A broker, a warehouse and the streaming job between them, which can be stopped and go on. */
final class LiveStream implements AutoCloseable {

  static final Clock CLOCK = Clock.systemUTC();

  static final String STREAM = "live";

  private static final int PARTITIONS = 4;
  private static final int PARALLELISM = 2;
  static final Duration CHECKPOINTS = Duration.ofMillis(500);
  static final StreamJob.Pace PACE =
      new StreamJob.Pace(CHECKPOINTS, Duration.ofMillis(200), Duration.ofSeconds(1));

  private final Path directory;
  private EmbeddedKafka kafka;
  private final Warehouse warehouse;
  private final CostEngine engine;
  private boolean adopts;
  private @Nullable JobClient job;

  LiveStream(Path directory) throws Exception {
    this.directory = directory;
    this.kafka = EmbeddedKafka.start(directory.resolve("kafka"));
    this.warehouse = Warehouse.open(WarehouseSettings.local(directory.resolve("warehouse")));
    this.engine = new CostEngine(warehouse, 1);
    new Topics(Topics.LIVE).create(kafka.bootstrapServers(), PARTITIONS);
  }

  /** Starts the job, from its newest checkpoint if it has one. */
  void start(Limits limits) throws Exception {
    start(STREAM, limits, Recovery.NONE);
  }

  /** Starts a stream of this id, from its newest checkpoint if it has one. */
  void start(String stream, Limits limits, Recovery recovery) throws Exception {
    job = StreamJob.start(warehouse, settings(stream, limits, recovery), CLOCK);
  }

  /** Starts the job, whose tenants may have been backfilled before. */
  void startAdopting() throws Exception {
    adopts = true;
    start(Limits.NONE);
  }

  /** Starts the job from a savepoint. */
  void startFrom(String savepoint) throws Exception {
    Configuration configuration =
        LocalFlink.streamingConfiguration(checkpoints(STREAM), CHECKPOINTS, true);
    configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    job =
        StreamJob.start(
            StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, configuration),
            warehouse,
            settings(STREAM, Limits.NONE, Recovery.NONE),
            CLOCK);
  }

  private StreamJob.Settings settings(String stream, Limits limits, Recovery recovery) {
    return new StreamJob.Settings(
        stream,
        kafka.bootstrapServers(),
        Topics.LIVE,
        Map.of(),
        new CheckpointDirectory(checkpoints(stream).toUri()),
        PACE,
        PARALLELISM,
        adopts,
        limits,
        Privacy.of(warehouse.settings()),
        recovery);
  }

  Path checkpoints(String stream) {
    return directory.resolve("checkpoints").resolve(stream);
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** Another broker at the same address, without what the old one held. */
  void loseKafka() throws Exception {
    int port = Integer.parseInt(kafka.bootstrapServers().replaceFirst("^.*:", ""));
    kafka.close();
    FileUtils.deleteDirectory(directory.resolve("kafka").toFile());
    kafka = EmbeddedKafka.start(directory.resolve("kafka"), port);
    new Topics(Topics.LIVE).create(kafka.bootstrapServers(), PARTITIONS);
  }

  private JobClient job() {
    return Objects.requireNonNull(job);
  }

  /** Waits for the job to fail, and answers why it did. */
  String failure() throws InterruptedException {
    try {
      return "it ended: " + job().getJobExecutionResult().get();
    } catch (ExecutionException e) {
      job = null;
      return ExceptionUtils.stringifyException(e);
    }
  }

  /** Takes a savepoint of the running job, which goes on. */
  String savepoint() throws Exception {
    return job().triggerSavepoint(savepoints(), SavepointFormatType.CANONICAL).get();
  }

  /** Stops the job with a savepoint, whose records are all committed. */
  String stopWithSavepoint() throws Exception {
    String savepoint =
        job().stopWithSavepoint(false, savepoints(), SavepointFormatType.CANONICAL).get();
    job = null;
    return savepoint;
  }

  private String savepoints() {
    return directory.resolve("savepoints").toUri().toString();
  }

  /** Stops the job, which keeps its checkpoints. */
  void stop() throws Exception {
    if (job != null) {
      job.cancel().get();
      job = null;
    }
  }

  static Limits limits(long recordsPerSecond) {
    RateLimits limits = new RateLimits(recordsPerSecond, Map.of());
    return new Limits(limits, limits);
  }

  Warehouse warehouse() {
    return warehouse;
  }

  Publisher publisher() {
    return Publisher.appending(kafka.bootstrapServers(), new Topics(Topics.LIVE));
  }

  void publish(Iterable<? extends SpecificRecordBase> records) {
    try (Publisher publisher = publisher()) {
      records.forEach(record -> publisher.publish(record, null));
      publisher.flush();
    }
  }

  static SpecificRecordBase record(String json) {
    try {
      return JsonRecords.parse(json, null);
    } catch (RejectedException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  /** What a tenant has cost, as the query layer answers; in one currency. */
  BigDecimal total(String tenant) {
    return engine.answer(Question.about(tenant).build()).rows().stream()
        .map(row -> row.cost())
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  List<Rejection> rejections() {
    List<Rejection> rejections = new ArrayList<>();
    try (CloseableIterable<Stored<Rejection>> rows =
        WarehouseReader.current(warehouse).records(Rejection.class, Expressions.alwaysTrue())) {
      rows.forEach(row -> rejections.add(row.record()));
      return rejections;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many records came to {@code what}. */
  long counted(String what) {
    return tallies().getOrDefault(what + "." + STREAM, 0L);
  }

  SortedMap<String, Long> tallies() {
    return SnapshotMarks.tallies(warehouse.table(WarehouseTable.COST_LEDGER));
  }

  List<Audit.Finding> audit() throws IOException {
    return Audit.run(warehouse, null).findings();
  }

  static void await(String what, Duration patience, Callable<Boolean> condition) throws Exception {
    Instant end = CLOCK.instant().plus(patience);
    while (!condition.call()) {
      assertThat(CLOCK.instant()).as("still waiting for " + what).isBefore(end);
      Thread.sleep(50);
    }
  }

  @Override
  public void close() throws Exception {
    stop();
    engine.close();
    warehouse.close();
    kafka.close();
  }
}
