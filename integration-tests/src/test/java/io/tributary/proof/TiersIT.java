package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.jobs.Limits;
import io.tributary.query.Answer;
import io.tributary.query.CostEngine;
import io.tributary.query.Question;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.TableTiers;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotChanges;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is merged, moved or let go of, and whoever is killed meanwhile: every answer stays. */
@Timeout(300)
class TiersIT {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Instant NOW = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.HOURS);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CHARGES = 200;
  private static final int ROUNDS = 100;
  private static final WarehouseTable[] MERGED_EACH_ROUND = {
    WarehouseTable.COST_LEDGER, WarehouseTable.COST_DAILY
  };

  @TempDir private Path directory;

  @Test
  void aHundredCompactionsBesideAStreamAndAReaderChangeNoAnswer() throws Exception {
    try (LiveStream stream = new LiveStream(directory);
        Warehouse warehouse = Tables.open(directory.resolve("warehouse"));
        CostEngine engine = new CostEngine(warehouse, 1)) {
      stream.start(Limits.NONE);
      stream.publish(List.of(definitions()));
      stream.publish(IntStream.range(0, CHARGES).mapToObj(TiersIT::charge).toList());
      LiveStream.await("charges", PATIENCE, () -> stream.counted("applied") == CHARGES + 1);

      CompletableFuture<TableTiers.Result> compacting =
          CompletableFuture.supplyAsync(() -> compact(warehouse));
      SplittableRandom random = new SplittableRandom(4);
      int owners = 0;
      int answers = 0;
      while (!compacting.isDone()) {
        stream.publish(List.of(owner(random.nextInt(20), owners++)));
        answers++;
        assertThat(total(engine)).as("answer %d", answers).isEqualByComparingTo("" + CHARGES);
        Feed.pause(Duration.ofMillis(150));
      }
      TableTiers.Result moved = compacting.join();
      int published = CHARGES + 1 + owners;
      LiveStream.await("owners", PATIENCE, () -> stream.counted("applied") == published);

      assertThat(total(engine)).isEqualByComparingTo("" + CHARGES);
      assertThat(stream.audit()).isEmpty();
      int replaced = assertThatReplacedSnapshotsSayTheSame(warehouse);
      System.out.printf(
          "%d compactions, %d replacements, of %d rows in %d files, beside %d changes; %d answers%n",
          ROUNDS, replaced, moved.rows(), moved.files(), owners, answers);
      assertThat(moved.files()).isGreaterThan(ROUNDS / 4);
    }
  }

  private static TableTiers.Result compact(Warehouse warehouse) {
    TableTiers tiers = new TableTiers(warehouse);
    TableTiers.Result moved = new TableTiers.Result(0, 0, 0, 0);
    for (int round = 0; round < ROUNDS; round++) {
      for (WarehouseTable table : round % 10 == 0 ? WarehouseTable.values() : MERGED_EACH_ROUND) {
        tiers.merge(table);
      }
      moved = moved.plus(tiers.coolDown(Instant.MAX));
      Feed.pause(Duration.ofMillis(50));
    }
    return moved;
  }

  private static int assertThatReplacedSnapshotsSayTheSame(Warehouse warehouse) throws IOException {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    int replaced = 0;
    for (Snapshot snapshot : ledger.snapshots()) {
      if (snapshot.operation().equals(DataOperations.REPLACE)) {
        SnapshotChanges changes = SnapshotChanges.builderFor(ledger).snapshot(snapshot).build();
        assertThat(Tables.netLedger(ledger, changes.addedDataFiles()))
            .isEqualTo(Tables.netLedger(ledger, changes.removedDataFiles()));
        replaced++;
      }
    }
    return replaced;
  }

  private static BigDecimal total(CostEngine engine) {
    return engine.answer(Question.about("acme").by("Owner").build()).rows().stream()
        .map(Answer.Row::cost)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static SpecificRecordBase definitions() {
    return LiveStream.record(
        """
        {"type":"definitions","tenant_id":"acme","version":1,"effective_from":"1970-01-01T00:00:00Z",
         "yaml":"Dimensions: {Owner: {DefaultValue: nobody, GroupBy: {Source: Entity:resource:owner}}}"}
        """);
  }

  private static SpecificRecordBase charge(int i) {
    return LiveStream.record(
        """
        {"type":"charge","tenant_id":"acme","charge_key":"c%d","version":1,"resource_id":"r%d",
         "charge_period_start":"%s","charge_period_end":"%s","billing_currency":"USD",
         "billed_cost":"1"}
        """
            .formatted(i, i % 20, NOW, NOW));
  }

  private static SpecificRecordBase owner(int resource, int version) {
    return LiveStream.record(
        """
        {"type":"entity","tenant_id":"acme","kind":"resource","entity_id":"r%d","version":%d,
         "valid_from":"2020-01-01T00:00:00Z","attributes":{"owner":"o%d"}}
        """
            .formatted(resource, version, version % 5));
  }

  @Test
  void aCompactionThatIsKilledAtAnyMomentLosesNothing() throws IOException, InterruptedException {
    Path warehouse = directory.resolve("warehouse");
    Path inputs = Recorded.of(3, 2_500).write(directory.resolve("inputs.jsonl"));
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--records", inputs);
    SortedMap<String, List<BigDecimal>> net = Tables.netLedger(warehouse, "acme");
    String answer = Cli.fine("query", "--warehouse", warehouse, "--tenant", "acme", "--by", "Team");
    SplittableRandom random = new SplittableRandom(8);
    for (int kill = 0; kill < 6; kill++) {
      try (Forked forked = Forked.start(directory, "tiers", "compact", "--warehouse", warehouse)) {
        Thread.sleep(600 + random.nextInt(1_200));
        forked.kill();
      }
      assertThat(Tables.netLedger(warehouse, "acme")).as("kill %d", kill).isEqualTo(net);
    }

    Cli.fine("tiers", "compact", "--warehouse", warehouse);

    assertThat(tiers(warehouse)).containsExactly("cold");
    assertThat(Tables.netLedger(warehouse, "acme")).isEqualTo(net);
    Cli.fine("audit", "--warehouse", warehouse);
    Cli.fine("tiers", "expire", "--warehouse", warehouse, "--older-than", "0s");
    Cli.fine("audit", "--warehouse", warehouse);
    assertThat(Cli.fine("query", "--warehouse", warehouse, "--tenant", "acme", "--by", "Team"))
        .isEqualTo(answer);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--verify");
  }

  private static List<String> tiers(Path warehouse) throws IOException {
    List<String> tiers = new ArrayList<>();
    for (JsonNode tier :
        JSON.readTree(Cli.fine("tiers", "status", "--warehouse", warehouse, "--format", "json"))) {
      assertThat(tier.fieldNames())
          .toIterable()
          .containsExactly("tier", "files", "bytes", "entries");
      tiers.add(tier.get("tier").asText());
    }
    return tiers;
  }

  @Test
  void anErasedTenantIsNowhereAndOthersStay() throws IOException {
    Path path = directory.resolve("warehouse");
    for (String tenant : List.of("acme-to-forget", "globex")) {
      Path inputs = directory.resolve(tenant + ".jsonl");
      Files.write(inputs, Recorded.of(5, 500).lines());
      Cli.fine("backfill", "--warehouse", path, "--tenant", tenant, "--records", inputs);
      Cli.fine("tiers", "compact", "--warehouse", path);
    }
    SortedMap<String, List<BigDecimal>> globex = Tables.netLedger(path, "globex");

    Cli.fine("tenant", "erase", "--warehouse", path, "--tenant", "acme-to-forget", "--dry-run");
    assertThat(Tables.netLedger(path, "acme-to-forget")).isNotEmpty();
    assertThat(Cli.fine("tenant", "erase", "--warehouse", path, "--tenant", "acme-to-forget"))
        .contains("cost_ledger: ", "charges: ", "usage_hourly: ", "entities: ", "rejected: ");

    assertThat(filesNaming(path, "acme-to-forget")).isEmpty();
    assertThat(Tables.netLedger(path, "globex")).isEqualTo(globex);
    Cli.fine("audit", "--warehouse", path);
    assertThat(Cli.fine("tenant", "erase", "--warehouse", path, "--tenant", "acme-to-forget"))
        .contains("nothing is there");
  }

  /**
   * Files whose bytes, unpacked where they are packed, hold {@code text}. A writer beside it
   * renames and removes files: what is gone is not there, what is new is looked at too.
   */
  static List<String> filesNaming(Path warehouse, String text) throws IOException {
    try (Warehouse open = Tables.open(warehouse)) {
      return filesNaming(open, warehouse, text);
    }
  }

  /** The same of the files of a warehouse under {@code root}. */
  static List<String> filesNaming(Warehouse open, Path root, String text) throws IOException {
    List<String> naming = new ArrayList<>();
    Set<Path> seen = new HashSet<>();
    for (List<Path> unseen = files(root, seen); !unseen.isEmpty(); unseen = files(root, seen)) {
      for (Path file : unseen) {
        if (names(open, file, text)) {
          naming.add(file.toString());
        }
      }
    }
    return naming;
  }

  /** Files that are not in {@code seen}, which are then. */
  private static List<Path> files(Path directory, Set<Path> seen) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (seen.add(file)) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return files;
  }

  private static boolean names(Warehouse warehouse, Path file, String text) throws IOException {
    try {
      String raw = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return raw.contains(text) || unpacked(warehouse, file).contains(text);
    } catch (IOException | NotFoundException | UncheckedIOException e) {
      if (Files.exists(file)) {
        throw e;
      }
      return false;
    }
  }

  private static String unpacked(Warehouse warehouse, Path file) throws IOException {
    StringBuilder unpacked = new StringBuilder();
    String name = file.getFileName().toString();
    if (name.endsWith(".parquet")) {
      Schema schema = tableOf(warehouse, file).schema();
      try (CloseableIterable<Record> rows =
          Parquet.read(org.apache.iceberg.Files.localInput(file.toFile()))
              .project(schema)
              .createReaderFunc(parquet -> GenericParquetReaders.buildReader(schema, parquet))
              .build()) {
        rows.forEach(row -> append(unpacked, row));
      }
    } else if (name.endsWith(".avro")) {
      try (DataFileReader<Object> manifest =
          new DataFileReader<>(file.toFile(), new GenericDatumReader<>())) {
        manifest.forEach(unpacked::append);
      }
    } else if (name.endsWith(".gz.metadata.json")) {
      try (GZIPInputStream metadata = new GZIPInputStream(Files.newInputStream(file))) {
        unpacked.append(new String(metadata.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return unpacked.toString();
  }

  /** Bytes as the characters that they are. */
  private static void append(StringBuilder unpacked, Record row) {
    for (int i = 0; i < row.size(); i++) {
      Object value = row.get(i);
      unpacked
          .append(
              value instanceof ByteBuffer bytes
                  ? StandardCharsets.ISO_8859_1.decode(bytes.duplicate())
                  : value)
          .append('\n');
    }
  }

  private static Table tableOf(Warehouse warehouse, Path file) {
    SortedMap<String, Table> tables = Rollups.declaredTables(warehouse);
    for (WarehouseTable table : WarehouseTable.values()) {
      tables.put(table.tableName(), warehouse.table(table));
    }
    return tables.entrySet().stream()
        .filter(table -> file.toString().contains("/" + table.getKey() + "/"))
        .findFirst()
        .orElseThrow()
        .getValue();
  }
}
