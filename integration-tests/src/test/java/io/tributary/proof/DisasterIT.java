package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.jobs.Limits;
import io.tributary.jobs.Recovery;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.commit.StreamPositions;
import io.tributary.sinks.commit.StreamRefusedException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What docs/operations/disaster-recovery.md says: after state, Kafka, a table or the catalog was
 * lost, the ledger becomes that of a backfill of all inputs again. Lost files of the ledger and
 * other damage are those of {@link RepairIT}.
 */
@Timeout(300)
class DisasterIT {

  private static final String TENANT = "acme";
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern EVENT = Pattern.compile("\"event_id\":\"[^\"]+\"");

  @TempDir private Path directory;

  /** Records of every kind, a usage event once: across a loss of state its id is forgotten. */
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void inputs() {
    Set<String> events = new HashSet<>();
    YearMonth now = YearMonth.now(Clock.systemUTC());
    for (String line : Recorded.of(7, 250).lines()) {
      Matcher event = EVENT.matcher(line);
      if (!event.find() || events.add(event.group())) {
        lines.add(
            line.replace("2026-01", "first-month")
                .replace("2026-02", "second-month")
                .replace("2026-03", now.toString())
                .replace("second-month", now.minusMonths(1).toString())
                .replace("first-month", now.minusMonths(2).toString()));
      }
    }
  }

  private List<String> part(int part) {
    return lines.subList(lines.size() * part / 3, lines.size() * (part + 1) / 3);
  }

  /** The net ledger of a backfill of the inputs, none of which came twice or not at all. */
  private SortedMap<String, List<BigDecimal>> backfilled() throws Exception {
    Path warehouse = directory.resolve("fresh");
    Path file = Files.write(directory.resolve("lines.jsonl"), lines);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", TENANT, "--records", file);
    return Tables.netLedger(warehouse, TENANT);
  }

  private void publish(LiveStream stream, int part) {
    feed(stream).publish(part(part)).join();
  }

  private static Feed feed(LiveStream stream) {
    return new Feed(stream.bootstrapServers(), new Topics(Topics.LIVE), TENANT);
  }

  /** Waits until streams have read so many records and nothing is left to be done for them. */
  private static void awaitRead(LiveStream stream, long records) throws Exception {
    try {
      LiveStream.await(
          records + " records",
          PATIENCE,
          () -> {
            SortedMap<String, Long> tallies = stream.tallies();
            return sum(tallies, "in.") == records
                && sum(tallies, "waiting.") == 0
                && !tallies.containsKey("unsettled." + TENANT);
          });
    } catch (AssertionError e) {
      throw new AssertionError("still waiting for " + records + ", at " + stream.tallies(), e);
    }
  }

  private static long sum(SortedMap<String, Long> tallies, String prefix) {
    return tallies.tailMap(prefix).entrySet().stream()
        .takeWhile(tally -> tally.getKey().startsWith(prefix))
        .mapToLong(tally -> tally.getValue())
        .sum();
  }

  private Path warehouse() {
    return directory.resolve("warehouse");
  }

  /** Nothing differs from a backfill. */
  private void assertWhole() throws Exception {
    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", TENANT, "--verify");
    Cli.fine("audit", "--warehouse", warehouse());
    assertThat(Tables.netLedger(warehouse(), TENANT)).isNotEmpty().isEqualTo(backfilled());
  }

  @Tag("proof")
  @Test
  void aStreamWhoseStateIsLostIsTakenOver() throws Exception {
    Recovery takeOver = new Recovery(LiveStream.STREAM, false);
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      publish(stream, 0);
      awaitRead(stream, part(0).size());
      stream.stop();
      FileUtils.deleteDirectory(stream.checkpoints(LiveStream.STREAM).toFile());

      publish(stream, 1);
      assertThatThrownBy(() -> stream.start(Limits.NONE))
          .isInstanceOf(StreamRefusedException.class)
          .hasMessageContaining("started without its state");
      assertThatThrownBy(() -> stream.start("live-2", Limits.NONE, takeOver))
          .isInstanceOf(StreamRefusedException.class)
          .hasMessageContaining("may still run");
      Thread.sleep(LiveStream.CHECKPOINTS.multipliedBy(20).toMillis());
      assertThatThrownBy(() -> stream.start("live-3", Limits.NONE, new Recovery("none", false)))
          .hasMessageContaining("nothing to take over");

      stream.start("live-2", Limits.NONE, takeOver);
      awaitRead(stream, part(0).size() + part(1).size());
      // It goes on from its own state, whatever it took over.
      stream.stop();
      stream.start("live-2", Limits.NONE, takeOver);
      publish(stream, 2);
      awaitRead(stream, lines.size());
      stream.stop();
      assertThat(stream.rejections()).noneMatch(r -> r.getReason().equals("WRONG_TENANT"));
    }
    assertWhole();
  }

  /** The commits of one checkpoint come one after the other, in the order of the tables. */
  @Tag("proof")
  @ParameterizedTest(name = "before that of {0}")
  @EnumSource(names = {"USAGE_HOURLY", "ENTITIES", "COST_LEDGER"})
  void aStreamThatEndedBetweenTwoCommitsIsTakenOver(WarehouseTable missed) throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      publish(stream, 0);
      awaitRead(stream, part(0).size());
      CompletableFuture<Void> more = feed(stream).publish(part(1));
      LiveStream.await(
          "some more", PATIENCE, () -> sum(stream.tallies(), "in.") > part(0).size() + 20);
      stream.stop();
      more.join();
      FileUtils.deleteDirectory(stream.checkpoints(LiveStream.STREAM).toFile());
      long read = sum(stream.tallies(), "in.");
      undoFrom(missed, stream.warehouse());
      assertThat(sum(stream.tallies(), "in.")).as("told by the ledger").isLessThan(read);

      Thread.sleep(LiveStream.CHECKPOINTS.multipliedBy(20).toMillis());
      stream.start("live-2", Limits.NONE, new Recovery(LiveStream.STREAM, false));
      publish(stream, 2);
      LiveStream.await("all", PATIENCE, () -> positions(stream) == lines.size());
      awaitRead(stream, sum(stream.tallies(), "in."));
      stream.stop();
    }
    // What the archives had and the ledger not yet.
    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", TENANT);
    assertWhole();
  }

  /** How many records lie before where the ledger says it was read up to, in all topics. */
  private static long positions(LiveStream stream) {
    Table ledger = stream.warehouse().table(WarehouseTable.COST_LEDGER);
    Table usage = stream.warehouse().table(WarehouseTable.USAGE_HOURLY);
    Map<String, Long> next = new HashMap<>();
    Stream.of(
            StreamPositions.of(ledger, LiveStream.STREAM),
            StreamPositions.of(usage, LiveStream.STREAM),
            StreamPositions.of(ledger, "live-2"))
        .forEach(
            positions ->
                positions.forEach(
                    (topic, offsets) ->
                        offsets.forEach(
                            (partition, offset) ->
                                next.merge(topic + partition, offset, Math::max))));
    return next.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Undoes the last checkpoint with usage in {@code first}, and in all that is committed later but
   * rollups, which then name a ledger snapshot that is gone.
   */
  private static void undoFrom(WarehouseTable first, Warehouse warehouse) {
    long last = newest(warehouse.table(WarehouseTable.USAGE_HOURLY).currentSnapshot());
    for (WarehouseTable id : WarehouseTable.values()) {
      long kept = id.compareTo(first) < 0 ? last : last - 1;
      Table table = warehouse.table(id);
      for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
        if (newest(snapshot) <= kept) {
          table.manageSnapshots().rollbackTo(snapshot.snapshotId()).commit();
          break;
        }
      }
    }
  }

  /** The newest checkpoint of the stream in a snapshot, 0 where it has none. */
  private static long newest(Snapshot snapshot) {
    String property = "tributary.checkpoint." + LiveStream.STREAM;
    return Long.parseLong(snapshot.summary().getOrDefault(property, "0"));
  }

  @Tag("proof")
  @Test
  void topicsThatWereMadeAnewAreRefusedAndReadWhenToldSo() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      publish(stream, 0);
      publish(stream, 1);
      long read = part(0).size() + part(1).size();
      awaitRead(stream, read);
      stream.stop();

      stream.loseKafka();
      // Producers repeat what they are not sure of; ids and versions are known.
      publish(stream, 1);
      publish(stream, 2);
      assertThatThrownBy(() -> stream.start(Limits.NONE))
          .isInstanceOf(StreamRefusedException.class)
          .hasMessageContaining("made anew")
          .hasMessageContaining("tributary.usage")
          .hasMessageContaining("kafka.newTopics: true");

      Recovery newTopics = new Recovery(null, true);
      stream.start(LiveStream.STREAM, Limits.NONE, newTopics);
      awaitRead(stream, read + part(1).size() + part(2).size());
      stream.stop();
      assertThat(stream.counted("duplicates")).isPositive();
      // From then on as ever, with and without the word.
      stream.start(Limits.NONE);
      publish(stream, 2);
      awaitRead(stream, read + part(1).size() + 2L * part(2).size());
      stream.stop();
    }
    assertWhole();
  }

  @Tag("proof")
  @Test
  void aLostLedgerIsWrittenAgainFromTheArchives() throws Exception {
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      publish(stream, 0);
      publish(stream, 1);
      awaitRead(stream, part(0).size() + part(1).size());
      LiveStream.await(
          "as many checkpoints as leave a trace in any case",
          PATIENCE,
          () -> checkpoint(stream) > 30);
      stream.stop();
      drop(stream.warehouse(), WarehouseTable.COST_LEDGER);
      drop(stream.warehouse(), WarehouseTable.COST_DAILY);
    }
    try (LiveStream stream = new LiveStream(directory)) {
      stream.start(Limits.NONE);
      assertThat(stream.failure()).contains("the ledger has nothing of it");
      stream.start("live-2", Limits.NONE, new Recovery(LiveStream.STREAM, false));
      publish(stream, 2);
      awaitRead(stream, part(2).size());
      stream.stop();
    }
    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", TENANT);
    assertWhole();
  }

  private static long checkpoint(LiveStream stream) throws Exception {
    return SnapshotMarks.checkpoint(
        stream.warehouse().table(WarehouseTable.COST_LEDGER), LiveStream.STREAM);
  }

  /** As an engine does that deletes the files of what it drops. */
  private static void drop(Warehouse warehouse, WarehouseTable table) {
    assertThat(warehouse.catalog().dropTable(table.identifier(), true)).isTrue();
  }

  @Test
  void aLostCatalogAndLostSumsByDayAreMadeAgain() throws Exception {
    Path file = Files.write(directory.resolve("lines.jsonl"), lines);
    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", TENANT, "--records", file);
    SortedMap<String, Long> snapshots = Tables.snapshots(warehouse());
    SortedMap<String, BigDecimal> costs = Costs.by(warehouse(), TENANT, "billed", "Day");
    for (String name : List.of("catalog.db", "catalog.db-wal", "catalog.db-shm")) {
      Files.deleteIfExists(warehouse().resolve(name));
    }
    assertThat(Cli.run("audit", "--warehouse", warehouse()).exitCode()).isEqualTo(2);
    assertThat(Cli.fine("tiers", "register", "--warehouse", warehouse()))
        .contains("cost_ledger: file:")
        .contains("charges: file:");
    assertThat(Tables.snapshots(warehouse())).isEqualTo(snapshots);
    assertThat(Cli.fine("tiers", "register", "--warehouse", warehouse())).isEmpty();

    try (Warehouse open = Tables.open(warehouse())) {
      drop(open, WarehouseTable.COST_DAILY);
    }
    Cli.fine("tiers", "rollups", "--warehouse", warehouse(), "--rebuild");
    assertThat(Tables.daysFollow(warehouse())).isTrue();
    assertThat(Costs.by(warehouse(), TENANT, "billed", "Day")).isNotEmpty().isEqualTo(costs);
    Cli.fine("audit", "--warehouse", warehouse());
  }
}
