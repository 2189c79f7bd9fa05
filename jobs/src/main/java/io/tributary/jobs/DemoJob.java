package io.tributary.jobs;

import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.demo.DemoCompany;
import io.tributary.jobs.demo.DemoRecord;
import io.tributary.jobs.demo.DemoTick;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.Topics;
import io.tributary.jobs.local.EmbeddedKafka;
import io.tributary.sinks.catalog.Warehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.flink.core.execution.JobClient;

/**
 * A generated company, live: its history and then its present are published to a broker in this
 * JVM, and the streaming job attributes them.
 */
public final class DemoJob implements AutoCloseable {

  /** Id of the stream. */
  public static final String STREAM = "demo";

  private static final int PARTITIONS = 4;
  private static final Duration TICK = Duration.ofSeconds(1);

  /**
   * What the demo shows.
   *
   * @param data directory of the broker's log and the checkpoints; a demo that was there goes on
   * @param seed of the company
   * @param eventsPerSecond usage events
   */
  public record Settings(Path data, long seed, int eventsPerSecond) {}

  private final Settings settings;
  private final Clock clock;
  private final EmbeddedKafka kafka;
  private final Topics topics = new Topics(Topics.LIVE);
  private final DemoCompany company;
  private final boolean resumed;
  private final JobClient job;

  private DemoJob(Settings settings, Clock clock, EmbeddedKafka kafka, Warehouse warehouse)
      throws Exception {
    this.settings = settings;
    this.clock = clock;
    this.kafka = kafka;
    Path begun = settings.data.resolve("begun");
    this.resumed = Files.exists(begun);
    Instant start =
        resumed
            ? Instant.parse(Files.readString(begun).strip())
            : clock.instant().truncatedTo(ChronoUnit.SECONDS);
    this.company = new DemoCompany(settings.seed, start);
    topics.create(kafka.bootstrapServers(), PARTITIONS);
    this.job = StreamJob.start(warehouse, stream(Privacy.of(warehouse.settings())), clock);
    if (!resumed) {
      publishHistory();
      Files.writeString(begun, start.toString());
    }
  }

  /** Starts broker and job, and publishes what happened before now. */
  public static DemoJob start(Settings settings, Warehouse warehouse, Clock clock)
      throws Exception {
    EmbeddedKafka kafka = EmbeddedKafka.start(settings.data.resolve("kafka"));
    try {
      return new DemoJob(settings, clock, kafka, warehouse);
    } catch (Exception e) {
      kafka.close();
      throw e;
    }
  }

  private StreamJob.Settings stream(Privacy privacy) {
    return new StreamJob.Settings(
        STREAM,
        kafka.bootstrapServers(),
        Topics.LIVE,
        Map.of(),
        new CheckpointDirectory(settings.data.resolve("checkpoints").toUri()),
        StreamJob.Pace.DEFAULT,
        Runtime.getRuntime().availableProcessors(),
        false,
        Limits.NONE,
        privacy,
        Recovery.NONE);
  }

  /** Whether a demo that was in the directory goes on. */
  public boolean isResumed() {
    return resumed;
  }

  private void publishHistory() {
    try (Publisher publisher = Publisher.appending(kafka.bootstrapServers(), topics)) {
      company.history().forEach(record -> publish(publisher, record));
      publisher.flush();
    }
  }

  /**
   * Publishes the present as it happens, until {@code end} or until the thread is interrupted.
   *
   * @param headlines told what is worth telling
   * @throws IllegalStateException where the job ends by itself
   */
  public void live(Instant end, Consumer<String> headlines) throws InterruptedException {
    Instant from = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    try (Publisher publisher = Publisher.appending(kafka.bootstrapServers(), topics)) {
      Iterator<DemoTick> ticks = company.live(from, TICK, settings.eventsPerSecond).iterator();
      while (clock.instant().isBefore(end)) {
        DemoTick tick = ticks.next();
        Duration ahead = Duration.between(clock.instant(), tick.time());
        if (!ahead.isNegative()) {
          Thread.sleep(ahead.toMillis());
        }
        tick.records().forEach(record -> publish(publisher, record));
        publisher.flush();
        if (tick.headline() != null) {
          headlines.accept(tick.headline());
        }
        refuseEndedJob();
      }
    }
  }

  private void refuseEndedJob() throws InterruptedException {
    try {
      if (job.getJobStatus().get().isGloballyTerminalState()) {
        throw new IllegalStateException("the streaming job ended: " + job.getJobStatus().get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the streaming job ended", e);
    }
  }

  private static void publish(Publisher publisher, DemoRecord record) {
    if (record instanceof DemoRecord.Sound sound) {
      publisher.publish(sound.record(), null);
    } else if (record instanceof DemoRecord.Malformed malformed) {
      byte[] bytes = new byte[malformed.bytes().remaining()];
      malformed.bytes().get(bytes);
      publisher.publish(malformed.kind(), "malformed", bytes, null);
    }
  }

  @Override
  public void close() throws Exception {
    job.cancel().get();
    kafka.close();
  }
}
