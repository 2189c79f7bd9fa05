package io.tributary.jobs;

import io.tributary.attribution.Admission;
import io.tributary.attribution.LabelHashes;
import io.tributary.enrichment.Overflowed;
import io.tributary.enrichment.RawRecord;
import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.cluster.ReadTopics;
import io.tributary.jobs.inputs.AdoptionPlan;
import io.tributary.jobs.kafka.OverflowSchema;
import io.tributary.jobs.kafka.OverflowedSchema;
import io.tributary.jobs.kafka.PacedOverflowSource;
import io.tributary.jobs.kafka.RawRecordSchema;
import io.tributary.jobs.kafka.RejectionSchema;
import io.tributary.jobs.kafka.Topics;
import io.tributary.jobs.local.LocalFlink;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.commit.StreamRefusedException;
import io.tributary.sinks.read.WarehouseReader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/** The streaming job over the live topics. */
public final class StreamJob {

  /**
   * How soon what comes is seen.
   *
   * @param checkpoints how often the tables are committed to
   * @param flush how long a change may wait for its entries
   * @param resplit how long transfers may be behind the lines they follow from
   */
  public record Pace(Duration checkpoints, Duration flush, Duration resplit) {

    public static final Pace DEFAULT =
        new Pace(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(10));
  }

  /**
   * How a stream runs.
   *
   * @param stream its id, kept for as long as its checkpoints are
   * @param kafkaProperties of the consumer, beyond the servers
   * @param checkpoints where its checkpoints are; a directory of this machine, if it runs in this
   *     JVM
   * @param adopt whether tenants that have a ledger but no stream become this stream's; refused
   *     otherwise
   * @param limits of tenants; changed at any restart
   * @param privacy how refused records are kept that may hold what a policy does not allow, and how
   *     labels are hashed
   * @param recovery what may be done after a loss
   */
  public record Settings(
      String stream,
      String bootstrapServers,
      String topicPrefix,
      Map<String, String> kafkaProperties,
      CheckpointDirectory checkpoints,
      Pace pace,
      int parallelism,
      boolean adopt,
      Limits limits,
      Privacy privacy,
      Recovery recovery) {}

  private StreamJob() {}

  /** Starts the job in this JVM, from its newest checkpoint if it has one. */
  public static JobClient start(Warehouse warehouse, Settings settings, Clock clock)
      throws Exception {
    return start(
        LocalFlink.streaming(
            settings.parallelism,
            Path.of(settings.checkpoints.location()),
            settings.pace.checkpoints,
            true),
        warehouse,
        settings,
        clock);
  }

  /** Starts the job where {@code env} runs jobs, from the state that {@code env} says. */
  public static JobClient start(
      StreamExecutionEnvironment env, Warehouse warehouse, Settings settings, Clock clock)
      throws Exception {
    Optional<String> state =
        env.getConfiguration().getOptional(StateRecoveryOptions.SAVEPOINT_PATH);
    boolean restored = state.isPresent();
    settings.checkpoints.open(state.orElse(null));
    LabelHashes unused = settings.privacy.labelHashes();
    if (!restored) {
      SnapshotMarks.refuseRewind(warehouse, settings.stream, 0);
    }
    BucketCount.hold(warehouse);
    ReadTopics topics = topics(settings, restored);
    AdoptionPlan plan = new Adoption(warehouse, settings, clock).plan(restored);
    if (topics.renewals() > 0) {
      // Of sources whose topics are gone.
      env.configure(
          new Configuration().set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true));
    }
    Owners owners = Owners.read(warehouse);
    StreamingTopology.Ends ends =
        StreamingTopology.build(
            env,
            source(settings),
            overflow(settings, clock),
            new StreamingTopology.Settings(
                warehouse.settings(),
                settings.stream,
                Admission.DEFAULT,
                true,
                settings.pace.flush,
                settings.pace.resplit,
                owners.foreignTo(settings.stream, plan.refused()),
                owners.lettingGo(settings.stream),
                plan.adopted(),
                Map.of(),
                settings.limits.live(),
                settings.privacy,
                ArchivedPolicies.read(WarehouseReader.current(warehouse)),
                topics.renewals()),
            clock);
    Topics ours = new Topics(settings.topicPrefix);
    publish(ends.rejected(), new RejectionSchema(ours), settings, OperatorIds.PUBLISH_REJECTED);
    publish(ends.overflowed(), new OverflowSchema(ours), settings, OperatorIds.PUBLISH_OVERFLOW);
    return env.executeAsync("tributary " + settings.stream);
  }

  /**
   * At least once: of what was refused the table is exact; what overflowed is known by its identity
   * when it comes twice, and is not lost where a transaction would have expired meanwhile.
   */
  private static <T> void publish(
      DataStream<T> stream,
      KafkaRecordSerializationSchema<T> schema,
      Settings settings,
      String id) {
    Properties properties = new Properties();
    properties.putAll(settings.kafkaProperties);
    stream
        .sinkTo(
            KafkaSink.<T>builder()
                .setBootstrapServers(settings.bootstrapServers)
                .setKafkaProducerConfig(properties)
                .setRecordSerializer(schema)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build())
        .name(id)
        .uid(id);
  }

  private static KafkaSource<RawRecord> source(Settings settings) {
    return StreamJob.<RawRecord>kafka(settings)
        .setTopics(new Topics(settings.topicPrefix).all())
        .setDeserializer(new RawRecordSchema())
        .build();
  }

  /** Always there, so that limits come and go without a checkpoint or a record being lost. */
  private static PacedOverflowSource overflow(Settings settings, Clock clock) {
    KafkaSource<Overflowed> source =
        StreamJob.<Overflowed>kafka(settings)
            .setTopics(new Topics(settings.topicPrefix).overflow())
            .setClientIdPrefix(settings.stream + "-overflow")
            .setDeserializer(new OverflowedSchema())
            .setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, PacedOverflowSource.BATCH)
            .build();
    return new PacedOverflowSource(source, settings.limits.overflow(), clock);
  }

  private static <T> KafkaSourceBuilder<T> kafka(Settings settings) {
    KafkaSourceBuilder<T> source =
        KafkaSource.<T>builder()
            .setBootstrapServers(settings.bootstrapServers)
            .setGroupId(settings.stream)
            .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
            .setProperty("isolation.level", "read_committed");
    settings.kafkaProperties.forEach(source::setProperty);
    return source;
  }

  /**
   * The topics that the job reads, with how often they were made anew.
   *
   * @throws StreamRefusedException where the state has offsets of other topics of these names
   */
  private static ReadTopics topics(Settings settings, boolean restored) throws Exception {
    SortedMap<String, String> now =
        new Topics(settings.topicPrefix).ids(settings.bootstrapServers, settings.kafkaProperties);
    ReadTopics known =
        settings.checkpoints.topics().orElseGet(() -> new ReadTopics(new TreeMap<>(), 0));
    SortedSet<String> anew = restored ? known.madeAnew(now) : new TreeSet<>();
    if (!anew.isEmpty() && !settings.recovery.newTopics()) {
      throw new StreamRefusedException(
          "stream %s has read topics that were made anew since, so that its offsets are not of them: %s; kafka.newTopics: true reads them from their beginning"
              .formatted(settings.stream, String.join(", ", anew)));
    }
    ReadTopics read = new ReadTopics(now, known.renewals() + (anew.isEmpty() ? 0 : 1));
    settings.checkpoints.keep(read);
    return read;
  }
}
