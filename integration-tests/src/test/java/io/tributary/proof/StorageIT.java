package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.catalog.DimensionDocs;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.commit.WarehouseFiles;
import io.tributary.sinks.read.AskedQuestions;
import io.tributary.sinks.rows.DimensionColumns;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every command on warehouses that are not a local directory, against real servers. */
@Timeout(300)
class StorageIT {

  /** Catalog and object store. */
  private enum Storage {
    POSTGRESQL_AND_FILES,
    POSTGRESQL_AND_S3,
    REST_AND_S3
  }

  private static final String TENANT = "acme";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int COMMITS = 6;

  @TempDir private static Path home;

  /** Inputs of every kind in two parts, and the answers after each, of a local warehouse. */
  private static final List<List<String>> PARTS = new ArrayList<>();

  private static final List<String> ANSWERS = new ArrayList<>();
  private static final Map<Storage, StoredWarehouse> WAREHOUSES = new EnumMap<>(Storage.class);

  @AutoClose private static final Started STARTED = new Started();

  private static Path everything;
  private static PostgresUnderTest postgres;
  private static KafkaUnderTest kafka;
  private static S3UnderTest s3;
  private static RestCatalogUnderTest rest;

  @BeforeAll
  static void start() throws Exception {
    everything = home.resolve("everything.jsonl");
    postgres = STARTED.add(PostgresUnderTest.start());
    s3 = STARTED.add(S3UnderTest.start(home.resolve("s3")));
    postgres.execute("postgres", "CREATE DATABASE rest");
    rest = STARTED.add(RestCatalogUnderTest.start(home.resolve("rest"), postgres, "rest", s3));
    kafka = STARTED.add(KafkaUnderTest.start(home.resolve("kafka")));
    WAREHOUSES.put(
        Storage.POSTGRESQL_AND_FILES,
        StoredWarehouse.prepared("files", home, postgres, home.resolve("data").toUri().toString()));
    WAREHOUSES.put(
        Storage.POSTGRESQL_AND_S3,
        StoredWarehouse.owned(
            "objects", home, postgres, "s3://" + S3UnderTest.BUCKET + "/jdbc", s3.endpoint()));
    WAREHOUSES.put(
        Storage.REST_AND_S3, StoredWarehouse.rest("behind_rest", home, rest.uri(), s3.endpoint()));
    drawInputs();
  }

  private static void drawInputs() throws Exception {
    PARTS.add(new ArrayList<>());
    PARTS.add(new ArrayList<>());
    SplittableRandom random = new SplittableRandom(3);
    for (String line : Recorded.of(3, 60).lines()) {
      // What belongs to one delivery comes in one part; questions need definitions.
      boolean first = line.contains("delivery_id") || line.contains("definitions");
      PARTS.get(first ? 0 : random.nextInt(2)).add(recent(line));
    }
    List<String> lines = new ArrayList<>();
    for (List<String> part : PARTS) {
      lines.addAll(part);
      Files.write(everything, lines);
      Path local = home.resolve("local-" + ANSWERS.size());
      Cli.fine("backfill", "--warehouse", local, "--tenant", TENANT, "--records", everything);
      ANSWERS.add(answer("--warehouse", local, TENANT));
    }
    assertThat(ANSWERS.get(0)).contains("Team").isNotEqualTo(ANSWERS.get(1));
  }

  /** A line about the last two months: a live stream forgets what is older than its horizon. */
  static String recent(String line) {
    YearMonth now = YearMonth.now(Clock.systemUTC());
    return line.replace("2026-01", "first-month")
        .replace("2026-02", "second-month")
        .replace("2026-03", now.toString())
        .replace("second-month", now.minusMonths(1).toString())
        .replace("first-month", now.minusMonths(2).toString());
  }

  private static String answer(String option, Path place, String tenant) {
    return Cli.run(
            "query", option, place, "--tenant", tenant, "--by", "Team,Month", "--format", "json")
        .out();
  }

  @ParameterizedTest
  @EnumSource
  void answersAsALocalWarehouseDoes(Storage storage) throws Exception {
    StoredWarehouse warehouse = warehouse(storage);
    Path config = warehouse.configuration(kafka.bootstrapServers());
    Feed feed = new Feed(kafka.bootstrapServers(), new Topics(warehouse.prefix()), TENANT);
    try (RunInThread run = RunInThread.start(config)) {
      LiveStream.await("topics", PATIENCE, () -> Files.exists(checkpoints(warehouse)));
      feed.publish(PARTS.get(0)).join();
      awaitAnswer(ANSWERS.get(0), config);
    }
    try (RunInThread run = RunInThread.start(config)) {
      feed.publish(PARTS.get(1)).join();
      // None that a recorded line names: the stream would own it.
      Cli.fine("backfill", "--config", config, "--tenant", "hooli", "--records", everything);
      awaitAnswer(ANSWERS.get(1), config);
      assertThat(answer("--config", config, "hooli")).isEqualTo(ANSWERS.get(1));
      assertThat(Cli.fine("backfill", "--config", config, "--tenant", TENANT, "--verify"))
          .contains("the ledger equals the attribution of its archives");
    }
    Cli.fine("tiers", "compact", "--config", config);
    assertThat(answer("--config", config, TENANT)).isEqualTo(ANSWERS.get(1));
    assertThat(Cli.fine("audit", "--config", config)).contains("every invariant holds");
    assertKeepsNoSecret(warehouse);
  }

  /** The catalog serves the command and the stream, which runs on for others. */
  @Test
  void aTenantIsReleasedAndErasedBesideItsStream() throws Exception {
    assertThatATenantIsReleasedAndErased(Storage.POSTGRESQL_AND_FILES);
  }

  @Tag("proof")
  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL_AND_S3", "REST_AND_S3"})
  void soIsATenantWhoseFilesAreObjects(Storage storage) throws Exception {
    assertThatATenantIsReleasedAndErased(storage);
  }

  private static void assertThatATenantIsReleasedAndErased(Storage storage) throws Exception {
    StoredWarehouse stored = warehouse(storage);
    Path config = stored.configuration(kafka.bootstrapServers());
    Object[] erase = {"tenant", "erase", "--config", config, "--tenant", "acme-to-forget"};
    List<String> tenants = List.of("acme-to-forget", "initech");
    try (RunInThread run = RunInThread.start(config)) {
      for (String tenant : tenants) {
        new Feed(kafka.bootstrapServers(), new Topics(stored.prefix()), tenant)
            .publish(PARTS.get(0))
            .join();
        awaitAnswer(ANSWERS.get(0), config, tenant);
      }
      Cli.fine("tenant", "release", "--config", config, "--tenant", "acme-to-forget");
      assertThat(Cli.run(erase).problem()).contains("has not let go");
    }
    try (RunInThread run = RunInThread.start(config)) {
      LiveStream.await("the release", PATIENCE, () -> Cli.run(erase).exitCode() == 0);
      new Feed(kafka.bootstrapServers(), new Topics(stored.prefix()), "initech")
          .publish(PARTS.get(1))
          .join();
      awaitAnswer(ANSWERS.get(1), config, "initech");
      Cli.fine("audit", "--config", config);
    }
    try (Warehouse warehouse = Warehouse.openExisting(stored.settings())) {
      Path files =
          storage == Storage.POSTGRESQL_AND_FILES ? home.resolve("data") : copied(warehouse);
      assertThat(TiersIT.filesNaming(warehouse, files, "acme-to-forget")).isEmpty();
      assertThat(TiersIT.filesNaming(warehouse, files, "initech")).isNotEmpty();
    }
  }

  /** The objects of a warehouse, as files of the same names. */
  private static Path copied(Warehouse warehouse) throws IOException {
    Path copy = Files.createTempDirectory(home, "copy");
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    String objects = ledger.location().replaceFirst("/tributary/cost_ledger.*$", "");
    for (FileInfo object : ((SupportsPrefixOperations) ledger.io()).listPrefix(objects)) {
      Path file = copy.resolve(object.location().substring("s3://".length()));
      Files.createDirectories(file.getParent());
      try (InputStream content = ledger.io().newInputFile(object.location()).newStream()) {
        Files.copy(content, file);
      }
    }
    return copy;
  }

  /** Commits of one table at once, each of which must add to the totals of the one before. */
  @ParameterizedTest
  @EnumSource(names = {"POSTGRESQL_AND_FILES", "REST_AND_S3"})
  void losesNoneOfTheCommitsThatMeet(Storage storage) {
    StoredWarehouse stored = warehouse(storage);
    try (Warehouse first = Warehouse.open(stored.settings());
        Warehouse second = Warehouse.open(stored.settings())) {
      CompletableFuture.allOf(commits(first, "first"), commits(second, "second")).join();

      Table ledger = first.table(WarehouseTable.COST_LEDGER);
      assertThat(SnapshotMarks.tallies(ledger)).containsEntry("met.both", 2L * COMMITS);
      assertThat(SnapshotMarks.checkpoint(ledger, "first")).isEqualTo(COMMITS);
      assertThat(SnapshotMarks.checkpoint(ledger, "second")).isEqualTo(COMMITS);
      assertThat(DimensionDocs.idsByColumn(ledger.schema()).values())
          .contains("Of-first-1", "Of-second-1", "Of-both-" + COMMITS);
    }
  }

  /** Each commit twice: the second must be found to be there. */
  private static CompletableFuture<Void> commits(Warehouse warehouse, String stream) {
    return CompletableFuture.runAsync(
        () -> {
          WarehouseAppends appends = new WarehouseAppends(warehouse);
          for (int checkpoint = 1; checkpoint <= COMMITS; checkpoint++) {
            new DimensionColumns(warehouse, DimensionColumns.PER_TENANT)
                .place(
                    "t-" + stream,
                    new TreeSet<>(
                        List.of("Of-" + stream + "-" + checkpoint, "Of-both-" + checkpoint)));
            for (long known : new long[] {checkpoint - 1, checkpoint}) {
              appends.commit(
                  new CommitMark.Checkpoint(stream, "test", checkpoint, known),
                  WarehouseFiles.NONE,
                  true,
                  Map.of("met.both", 1L));
            }
          }
        });
  }

  @Test
  void answersARoleThatMayOnlyRead() throws Exception {
    StoredWarehouse prepared = warehouse(Storage.POSTGRESQL_AND_FILES);
    Warehouse.open(prepared.settings()).close();
    Path config = prepared.directory().resolve("analyst.yaml");
    String analyst = "user: " + StoredWarehouse.analyst(prepared.name());
    Files.writeString(config, prepared.block().replace("user: " + prepared.name(), analyst));

    Cli.fine("audit", "--config", config);

    Cli.Outcome refused =
        Cli.run("backfill", "--config", config, "--tenant", "t", "--records", everything);
    assertThat(refused.exitCode()).isEqualTo(3);

    // What it asks cannot be written down; it is answered all the same.
    Path owner = prepared.configuration(kafka.bootstrapServers());
    Cli.fine("backfill", "--config", owner, "--tenant", "read", "--records", everything);
    assertThat(answer("--config", config, "read"))
        .contains("Team")
        .isEqualTo(answer("--config", owner, "read"));
    try (Warehouse warehouse = Warehouse.openExisting(prepared.settings())) {
      assertThat(AskedQuestions.since(warehouse, Instant.EPOCH))
          .filteredOn(asked -> asked.getTenantId().equals("read"))
          .hasSize(1);
    }
  }

  @Test
  void showsNoSecretWhereItIsRefused() throws Exception {
    StoredWarehouse owned = warehouse(Storage.POSTGRESQL_AND_FILES);
    Path wrong = Files.writeString(home.resolve("wrong"), "s3cret-and-wrong\n");
    Path config = owned.directory().resolve("wrong.yaml");
    Files.writeString(
        config, owned.block().replaceFirst("password: .*", "password: \\${file:" + wrong + "}"));

    Cli.Outcome outcome = Cli.run("audit", "--config", config, "--verbose");

    assertThat(outcome.exitCode()).isEqualTo(3);
    assertThat(outcome.err())
        .startsWith("tributary: cannot open the warehouse of jdbc:postgresql://")
        .contains("password authentication failed for user \"files\"")
        .doesNotContain("s3cret");
  }

  private static StoredWarehouse warehouse(Storage storage) {
    StoredWarehouse warehouse = WAREHOUSES.get(storage);
    if (warehouse == null) {
      throw new IllegalStateException("not started: " + storage);
    }
    return warehouse;
  }

  private static Path checkpoints(StoredWarehouse warehouse) {
    return warehouse.directory().resolve("checkpoints");
  }

  private static void awaitAnswer(String expected, Path config) throws Exception {
    awaitAnswer(expected, config, TENANT);
  }

  private static void awaitAnswer(String expected, Path config, String tenant) throws Exception {
    LiveStream.await(
        "the answers of a local warehouse",
        PATIENCE,
        () -> answer("--config", config, tenant).equals(expected));
  }

  private static void assertKeepsNoSecret(StoredWarehouse stored) throws Exception {
    try (Warehouse warehouse = Warehouse.openExisting(stored.settings())) {
      assertThat(warehouse.settings().toString()).doesNotContain(StoredWarehouse.SECRETS);
      for (WarehouseTable id : WarehouseTable.values()) {
        Table table = warehouse.table(id);
        assertThat(table.properties().toString()).doesNotContain(StoredWarehouse.SECRETS);
        for (Snapshot snapshot : table.snapshots()) {
          assertThat(snapshot.summary().toString()).doesNotContain(StoredWarehouse.SECRETS);
        }
      }
    }
    Path log = Path.of(System.getProperty("tributary.log", "no log"));
    if (Files.exists(log)) {
      assertThat(Files.readString(log)).doesNotContain(StoredWarehouse.SECRETS);
    }
  }
}
