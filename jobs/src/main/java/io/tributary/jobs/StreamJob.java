package io.tributary.jobs;

import io.tributary.enrichment.Admission;
import io.tributary.enrichment.flink.Overflowed;
import io.tributary.enrichment.flink.RawRecord;
import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.inputs.AdoptionPlan;
import io.tributary.jobs.inputs.ArchiveState;
import io.tributary.jobs.kafka.OverflowSchema;
import io.tributary.jobs.kafka.OverflowedSchema;
import io.tributary.jobs.kafka.PacedOverflowSource;
import io.tributary.jobs.kafka.RawRecordSchema;
import io.tributary.jobs.kafka.RejectionSchema;
import io.tributary.jobs.kafka.Topics;
import io.tributary.jobs.local.LocalFlink;
import io.tributary.sinks.SnapshotMarks;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseCommit;
import io.tributary.sinks.WarehouseReader;
import io.tributary.sinks.WarehouseRow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
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
   * How a stream runs.
   *
   * @param stream its id, kept for as long as its checkpoints are
   * @param kafkaProperties of the consumer, beyond the servers
   * @param checkpoints where its checkpoints are; a directory of this machine, if it runs in this
   *     JVM
   * @param checkpointInterval how often the tables are committed to
   * @param flushInterval how long a change may wait for its entries
   * @param resplitInterval how long transfers may be behind the lines they follow from
   * @param adopt whether tenants that have a ledger but no stream become this stream's; refused
   *     otherwise
   * @param limits of tenants; changed at any restart
   * @param privacy how refused records are kept that may hold what a policy does not allow
   */
  public record Settings(
      String stream,
      String bootstrapServers,
      String topicPrefix,
      Map<String, String> kafkaProperties,
      CheckpointDirectory checkpoints,
      Duration checkpointInterval,
      Duration flushInterval,
      Duration resplitInterval,
      int parallelism,
      boolean adopt,
      Limits limits,
      Privacy privacy) {}

  private StreamJob() {}

  /** Starts the job in this JVM, from its newest checkpoint if it has one. */
  public static JobClient start(Warehouse warehouse, Settings settings, Clock clock)
      throws Exception {
    return start(
        LocalFlink.streaming(
            settings.parallelism,
            Path.of(settings.checkpoints.location()),
            settings.checkpointInterval,
            true),
        warehouse,
        settings,
        clock);
  }

  /** Starts the job where {@code env} runs jobs, from the state that {@code env} says. */
  public static JobClient start(
      StreamExecutionEnvironment env, Warehouse warehouse, Settings settings, Clock clock)
      throws Exception {
    boolean restored =
        env.getConfiguration().getOptional(StateRecoveryOptions.SAVEPOINT_PATH).isPresent();
    if (!restored) {
      SnapshotMarks.refuseRewind(warehouse, settings.stream, 0);
    }
    BucketCount.hold(warehouse);
    settings.checkpoints.create();
    AdoptionPlan plan = adoption(warehouse, settings, restored, clock);
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
                settings.flushInterval,
                settings.resplitInterval,
                owners.foreignTo(settings.stream, plan.refused()),
                owners.lettingGo(settings.stream),
                plan.adopted(),
                Map.of(),
                settings.limits.live(),
                settings.privacy,
                ArchivedPolicies.read(WarehouseReader.current(warehouse))),
            clock);
    Topics topics = new Topics(settings.topicPrefix);
    publish(ends.rejected(), new RejectionSchema(topics), settings, OperatorIds.PUBLISH_REJECTED);
    publish(ends.overflowed(), new OverflowSchema(topics), settings, OperatorIds.PUBLISH_OVERFLOW);
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

  /** What an earlier start decided, which the state depends on; else what holds now. */
  private static AdoptionPlan adoption(
      Warehouse warehouse, Settings settings, boolean restored, Clock clock) throws IOException {
    Optional<AdoptionPlan> kept = restored ? settings.checkpoints.adoption() : Optional.empty();
    if (kept.isPresent()) {
      return kept.get();
    }
    AdoptionPlan plan = newAdoption(warehouse, settings, restored);
    settings.checkpoints.keep(plan);
    own(warehouse, settings.stream, plan.adopted().keySet(), clock);
    return plan;
  }

  private static void own(Warehouse warehouse, String stream, Set<String> tenants, Clock clock)
      throws IOException {
    if (tenants.isEmpty()) {
      return;
    }
    Owners owners = Owners.read(warehouse);
    try (WarehouseCommit commit =
        new WarehouseCommit(
            warehouse, "adopt-" + stream + "-" + ContentHash.of(tenants.toString()), clock)) {
      tenants.forEach(tenant -> commit.add(WarehouseRow.of(owners.owned(tenant, stream))));
      commit.commit(true);
    }
  }

  /**
   * @param restored whether the state has the tenants of this stream already
   */
  private static AdoptionPlan newAdoption(Warehouse warehouse, Settings settings, boolean restored)
      throws IOException {
    WarehouseReader reader = WarehouseReader.sealed(warehouse);
    Owners owners = Owners.read(warehouse);
    TreeSet<String> refused = new TreeSet<>();
    SortedMap<String, SortedMap<String, List<String>>> adopted = new TreeMap<>();
    for (String tenant : ArchiveState.tenants(reader)) {
      String owner = owners.streamOf(tenant).orElse("");
      boolean own = owner.equals(settings.stream);
      boolean isLeaving = owners.isReleasing(tenant) || owners.isErased(tenant);
      boolean adoptable = settings.adopt && !restored && (own || owner.isEmpty()) && !isLeaving;
      if (adoptable) {
        adopted.put(tenant, new ArchiveState(reader, tenant).plannedArchive());
      } else if (!own || !restored) {
        refused.add(tenant);
      }
    }
    return new AdoptionPlan(refused, adopted);
  }
}
