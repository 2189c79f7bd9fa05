package io.tributary.jobs;

import io.tributary.attribution.Admission;
import io.tributary.attribution.Count;
import io.tributary.attribution.ForeignTenants;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.RateLimits;
import io.tributary.attribution.RejectedPrivacy;
import io.tributary.attribution.TenantPolicies;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.enrichment.RawRecord;
import io.tributary.events.Charge;
import io.tributary.events.RecordTime;
import io.tributary.events.Rejection;
import io.tributary.jobs.bills.BillReceipts;
import io.tributary.jobs.bills.DeliveryChanges;
import io.tributary.jobs.bills.DeliveryGuard;
import io.tributary.jobs.bills.DeliveryHeldException;
import io.tributary.jobs.cluster.CheckpointDirectory;
import io.tributary.jobs.inputs.ArchiveState;
import io.tributary.jobs.inputs.InputPlan;
import io.tributary.jobs.inputs.InputSink;
import io.tributary.jobs.inputs.RecordedInputs;
import io.tributary.jobs.kafka.BoundedKafkaSource;
import io.tributary.jobs.kafka.Publisher;
import io.tributary.jobs.kafka.RawRecordSchema;
import io.tributary.jobs.kafka.Topics;
import io.tributary.jobs.local.EmbeddedKafka;
import io.tributary.jobs.local.LocalFlink;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.UsageFile;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Publishes recorded inputs to Kafka and runs the streaming job over them until it has caught up
 * and committed. Everything a run decides is kept in its directory, so that a run that was killed
 * goes on where it stopped when the same command is given again.
 */
public final class ReplayJob {

  private static final int PARTITIONS = 4;
  private static final Duration RESPLIT_INTERVAL = Duration.ofSeconds(10);
  private static final int PARALLELISM = Runtime.getRuntime().availableProcessors();

  /**
   * How to replay.
   *
   * @param shuffleSeed seed of the order of all records; null for the order of the files
   * @param duplicates share of records that are published twice, 0 to 1
   * @param bootstrapServers brokers; null for one in this JVM
   * @param checkpointInterval how often the tables are committed to
   */
  public record Options(
      @Nullable Long shuffleSeed,
      double duplicates,
      @Nullable String bootstrapServers,
      Duration checkpointInterval) {}

  /**
   * What was replayed.
   *
   * @param conflicting records of an identity that also came with another content
   * @param redacted what of earlier records was rewritten for policies
   */
  public record Replayed(
      long published,
      RecordedInputs.Totals totals,
      long conflicting,
      boolean resumed,
      Redaction.Report redacted) {}

  private final Warehouse warehouse;
  private final Path home;
  private final String tenantId;
  private final Options options;
  private final Privacy privacy;
  private final LabelHashes hashes;
  private final @Nullable DeliveryGuard guard;
  private final Clock clock;

  /**
   * @param warehouse open, and locked by the caller
   * @param home where runs keep their directories
   * @param guard asked before anything is published; null where somebody says that all is right
   * @param privacy how labels are hashed
   * @throws io.tributary.attribution.MissingLabelKeyException where its keys cannot be had
   */
  public ReplayJob(
      Warehouse warehouse,
      Path home,
      String tenantId,
      Options options,
      @Nullable DeliveryGuard guard,
      Privacy privacy,
      Clock clock) {
    this.guard = guard;
    this.warehouse = warehouse;
    this.privacy = privacy.ofFiles();
    this.hashes = privacy.labelHashes();
    this.home = home;
    this.tenantId = tenantId;
    this.options = options;
    this.clock = clock;
  }

  /**
   * Replays.
   *
   * @throws DeliveryHeldException where the guard holds a delivery
   */
  public Replayed run(RecordedInputs inputs, RunProgress progress) throws Exception {
    RunDirectory run = RunDirectory.of(home, inputs.contents(), options.toString() + tenantId);
    Owners owners = Owners.read(warehouse);
    String stream = "replay." + run.id();
    owners.refuseOwnedByOther(tenantId, stream);
    InputPlan plan = plan(run, inputs);
    Reading replayed;
    if (isFinished(run, stream)) {
      RecordedInputs.Totals totals = inputs.read(plan, Ignoring.EVERYTHING);
      requireEverythingCommitted(run, stream);
      end(run, stream, totals);
      replayed = new Reading(0, totals, 0, true);
    } else {
      commit(run.id() + "-begin", List.of(WarehouseRow.of(owners.owned(tenantId, stream))));
      replayed = replay(run, stream, plan, inputs, progress);
    }
    // Of what was there before the policies among the inputs came.
    Redaction.Report redacted = new Redaction(warehouse, privacy, clock).run(Duration.ZERO);
    run.finish();
    return new Replayed(
        replayed.published, replayed.totals, replayed.conflicting, replayed.resumed, redacted);
  }

  private record Reading(
      long published, RecordedInputs.Totals totals, long conflicting, boolean resumed) {}

  /** The plan of an earlier attempt, else a new one. */
  private InputPlan plan(RunDirectory run, RecordedInputs inputs)
      throws IOException, InvalidDefinitionsException, DeliveryHeldException {
    if (Files.exists(run.plan())) {
      return InputPlan.read(run.plan());
    }
    WarehouseReader reader = WarehouseReader.current(warehouse);
    InputPlan plan = new ArchiveState(reader, tenantId).plan(inputs, true);
    if (guard != null) {
      ask(guard, inputs, plan, inputs.changes(reader, plan));
    }
    plan.write(run.plan());
    return plan;
  }

  private static void ask(
      DeliveryGuard guard, RecordedInputs inputs, InputPlan plan, DeliveryChanges changes)
      throws IOException, InvalidDefinitionsException, DeliveryHeldException {
    if (changes.replaceAny()) {
      RecordedInputs.Totals totals = inputs.read(plan, new Rehearsal(changes));
      DeliveryHeldException.check(guard, changes.changes(inputs.exports(totals)), "published");
    }
  }

  private record Rehearsal(DeliveryChanges changes) implements InputSink {

    @Override
    public void accept(SpecificRecordBase record) {
      if (record instanceof Charge charge) {
        changes.comes(charge);
      }
    }

    @Override
    public Rejection reject(Rejection rejection) {
      return rejection; // Counted by what reads.
    }
  }

  /** Whether the job of an earlier attempt ended: its checkpoints went with it, its mark stayed. */
  private boolean isFinished(RunDirectory run, String stream) {
    return LocalFlink.newestCheckpoint(run.checkpoints()).isEmpty()
        && SnapshotMarks.checkpoint(warehouse.table(WarehouseTable.COST_LEDGER), stream) > 0;
  }

  private Reading replay(
      RunDirectory run, String stream, InputPlan plan, RecordedInputs inputs, RunProgress progress)
      throws Exception {
    boolean resumed = LocalFlink.newestCheckpoint(run.checkpoints()).isPresent();
    Topics topics = new Topics("tributary." + stream + ".");
    try (Broker broker = broker(run)) {
      topics.create(broker.servers, PARTITIONS);
      TenantPolicies policies = ArchivedPolicies.with(inputs, warehouse, hashes);
      Rejecting rejecting = new Rejecting(privacy.privacy(), policies);
      RecordedInputs.Totals totals;
      long published;
      try (Publisher publisher = Publisher.resuming(broker.servers, topics)) {
        Publishing publishing = new Publishing(publisher, policies, rejecting, options, progress);
        totals = inputs.read(plan, publishing);
        for (var delivery : totals.deliveries()) {
          publishing.accept(delivery.delivery());
        }
        published = publishing.end();
      }
      run.published(published);
      commit(run.id() + "-rejected", rejecting.rows);
      execute(run, stream, plan, topics, broker.servers, totals, progress);
      requireEverythingCommitted(run, stream);
      end(run, stream, totals);
      long conflicting = counted().getOrDefault(Count.CONFLICTING + "." + stream, 0L);
      return new Reading(published, totals, conflicting, resumed);
    }
  }

  private void execute(
      RunDirectory run,
      String stream,
      InputPlan plan,
      Topics topics,
      String servers,
      RecordedInputs.Totals totals,
      RunProgress progress)
      throws Exception {
    BucketCount.hold(warehouse);
    new CheckpointDirectory(run.checkpoints().toUri())
        .open(LocalFlink.newestCheckpoint(run.checkpoints()).map(Path::toString).orElse(null));
    StreamExecutionEnvironment env =
        LocalFlink.streaming(PARALLELISM, run.checkpoints(), options.checkpointInterval, false);
    Map<String, DeliveryReceipt> receipts = new HashMap<>();
    totals
        .deliveries()
        .forEach(
            summary -> receipts.put(summary.delivery().getDeliveryId(), BillReceipts.of(summary)));
    StreamingTopology.build(
        env,
        source(topics, servers, stream),
        null,
        new StreamingTopology.Settings(
            warehouse.settings(),
            stream,
            Admission.DEFAULT,
            false,
            Duration.ofSeconds(1),
            RESPLIT_INTERVAL,
            ForeignTenants.NONE,
            List.of(),
            new TreeMap<>(Map.of(tenantId, plan.adopted())),
            receipts,
            RateLimits.NONE,
            privacy,
            ArchivedPolicies.read(WarehouseReader.current(warehouse)),
            0),
        clock);
    try (var watching = progress.consumed(servers, stream, topics.endOffsets(servers))) {
      env.execute("tributary " + stream);
    }
  }

  private static BoundedKafkaSource<RawRecord> source(Topics topics, String servers, String stream)
      throws ExecutionException, InterruptedException {
    return new BoundedKafkaSource<>(
        KafkaSource.<RawRecord>builder()
            .setBootstrapServers(servers)
            .setGroupId(stream)
            .setTopics(topics.all())
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setBounded(OffsetsInitializer.offsets(topics.endOffsets(servers)))
            .setDeserializer(new RawRecordSchema())
            .build());
  }

  /**
   * The job ended, so every record must have come to its end: the ledger has counted it, and none
   * waits for others. The run stays unfinished otherwise.
   */
  private void requireEverythingCommitted(RunDirectory run, String stream) throws IOException {
    Map<String, Long> counted = counted();
    long in = counted.getOrDefault(Count.IN + "." + stream, 0L);
    long waiting = counted.getOrDefault(Count.WAITING + "." + stream, 0L);
    if (in != run.published() || waiting != 0) {
      throw new IllegalStateException(
          "the replay ended, but of %d records published the ledger has counted %d, %d of them waiting"
              .formatted(run.published(), in, waiting));
    }
  }

  private Map<String, Long> counted() {
    return SnapshotMarks.tallies(warehouse.table(WarehouseTable.COST_LEDGER));
  }

  private void end(RunDirectory run, String stream, RecordedInputs.Totals totals)
      throws IOException {
    List<WarehouseRow> rows = new ArrayList<>();
    totals
        .usageFiles()
        .forEach(
            file ->
                rows.add(
                    WarehouseRow.of(
                        new UsageFile(
                            tenantId,
                            file.file().sha256(),
                            file.file().source().name(),
                            file.events()))));
    rows.add(WarehouseRow.of(Owners.read(warehouse).released(tenantId, stream)));
    commit(run.id() + "-end", rows);
  }

  private void commit(String runId, List<WarehouseRow> rows) {
    if (!rows.isEmpty()) {
      try (WarehouseCommit commit = new WarehouseCommit(warehouse, runId, clock)) {
        rows.forEach(commit::add);
        commit.commit(true);
      }
    }
  }

  private Broker broker(RunDirectory run) throws IOException {
    String given = options.bootstrapServers;
    if (given != null) {
      return new Broker(given, null);
    }
    EmbeddedKafka kafka = EmbeddedKafka.start(run.kafka());
    return new Broker(kafka.bootstrapServers(), kafka);
  }

  private record Broker(String servers, @Nullable EmbeddedKafka embedded) implements AutoCloseable {

    @Override
    public void close() {
      if (embedded != null) {
        embedded.close();
      }
    }
  }

  /** Keeps what was rejected for the table. */
  private static final class Rejecting {

    private final List<WarehouseRow> rows = new ArrayList<>();
    private final RejectedPrivacy privacy;
    private final TenantPolicies policies;

    Rejecting(RejectedPrivacy privacy, TenantPolicies policies) {
      this.privacy = privacy;
      this.policies = policies;
    }

    Rejection reject(Rejection rejection) {
      Rejection kept = privacy.allowed(rejection, policies);
      rows.add(WarehouseRow.of(kept));
      return kept;
    }
  }

  private enum Ignoring implements InputSink {
    EVERYTHING;

    @Override
    public void accept(SpecificRecordBase record) {}

    @Override
    public Rejection reject(Rejection rejection) {
      return rejection;
    }
  }

  /**
   * Publishes in the order asked for, some records twice; of each what the policies allow, since
   * topics are read in no order.
   */
  private static final class Publishing implements InputSink {

    private final Publisher publisher;
    private final TenantPolicies policies;
    private final Rejecting rejecting;
    private final RunProgress progress;
    private final double duplicates;
    private final SplittableRandom random;
    private final @Nullable List<SpecificRecordBase> shuffled;
    private long published;

    Publishing(
        Publisher publisher,
        TenantPolicies policies,
        Rejecting rejecting,
        Options options,
        RunProgress progress) {
      this.publisher = publisher;
      this.policies = policies;
      this.rejecting = rejecting;
      this.progress = progress;
      this.duplicates = options.duplicates;
      Long seed = options.shuffleSeed;
      this.random = new SplittableRandom(seed == null ? 0 : seed);
      this.shuffled = seed == null ? null : new ArrayList<>();
    }

    @Override
    public void accept(SpecificRecordBase came) {
      SpecificRecordBase record = policies.allowed(came);
      take(record);
      if (random.nextDouble() < duplicates) {
        take(record);
      }
    }

    private void take(SpecificRecordBase record) {
      if (shuffled == null) {
        publish(record);
      } else {
        shuffled.add(record);
      }
    }

    private void publish(SpecificRecordBase record) {
      publisher.publish(record, RecordTime.of(record));
      progress.published(++published);
    }

    @Override
    public Rejection reject(Rejection rejection) {
      return rejecting.reject(rejection);
    }

    /** Publishes what waited to be shuffled, and waits for the broker. */
    long end() {
      if (shuffled != null) {
        for (int left = shuffled.size(); left > 1; left--) {
          int chosen = random.nextInt(left);
          SpecificRecordBase last = shuffled.set(left - 1, shuffled.get(chosen));
          shuffled.set(chosen, last);
        }
        shuffled.forEach(this::publish);
      }
      publisher.flush();
      return published;
    }
  }
}
