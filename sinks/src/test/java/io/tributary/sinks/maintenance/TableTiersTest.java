package io.tributary.sinks.maintenance;

import static io.tributary.sinks.TestRecords.charge;
import static io.tributary.sinks.TestRecords.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.maintenance.TableTiers.Tier;
import io.tributary.sinks.read.LedgerNet;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.WarehouseRow;
import io.tributary.sinks.rows.WarehouseWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTiersTest {

  private static final Instant MONDAY = Instant.parse("2026-03-02T10:00:00Z");
  private static final Instant TUESDAY = MONDAY.plus(Duration.ofDays(1));

  @TempDir private Path directory;
  private Warehouse warehouse;
  private TableTiers tiers;
  private int runs;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
    tiers = new TableTiers(warehouse);
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  @Test
  void whatIsColdIsNettedByDay() throws IOException {
    write(MONDAY, entry("acme", "c1", "10", "Team", "web"), entry("acme", "c2", "1"));
    write(
        MONDAY.plusSeconds(60),
        entry("acme", "c1", "-10", "Team", "web"),
        entry("acme", "c1", "10", "Team", "app"));
    write(TUESDAY, entry("acme", "c2", "-1"), entry("acme", "c2", "3"));

    TableTiers.Result moved = tiers.coolDown(Instant.MAX);

    assertThat(moved).isEqualTo(new TableTiers.Result(3, 1, 6, 3));
    assertThat(tiers.status()).singleElement().extracting(Tier::tier).isEqualTo("cold");
    assertThat(rows())
        .containsExactlyInAnyOrder(
            "c1 {Team=app} 10 on 2026-03-02T10:01:00Z",
            "c2 {} 1 on 2026-03-02T10:00:00Z",
            "c2 {} 2 on 2026-03-03T10:00:00Z");
  }

  @Test
  void coldFilesGoWhereTheyArePlaced() throws IOException {
    Path cold = directory.resolve("cold");
    TableTiers.placeCold(warehouse, "file://" + cold + "/");
    write(MONDAY, entry("acme", "c1", "10"));
    tiers.coolDown(Instant.MAX);
    try (Stream<Path> files = Files.walk(cold)) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet")))
          .singleElement()
          .satisfies(
              file ->
                  assertThat(cold.relativize(file))
                      .startsWithRaw(Path.of("tier=cold/billing_month=2026-01-01")));
    }
    assertThat(rows()).hasSize(1);
    int there =
        new Maintenance(warehouse, TierSettings.DEFAULT)
            .removeOrphans(Clock.systemUTC().instant().plus(Duration.ofDays(8)));
    assertThat(there).isZero();
    assertThat(rows()).hasSize(1);
  }

  @Test
  void onlyFilesWithNothingNewerMove() throws IOException {
    write(MONDAY, entry("acme", "c1", "10"));
    write(TUESDAY, entry("acme", "c2", "1"));
    assertThat(tiers.coolDown(TUESDAY)).isEqualTo(new TableTiers.Result(1, 1, 1, 1));
    assertThat(tiers.coolDown(TUESDAY)).isEqualTo(TableTiers.Result.NOTHING);
    assertThat(tiers.status())
        .extracting(Tier::tier, Tier::files, Tier::entries)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("hot", 1L, 1L),
            org.assertj.core.groups.Tuple.tuple("cold", 1L, 1L));
  }

  @Test
  void whatIsFrozenIsNettedAcrossDaysWithoutChargesAndResources() throws IOException {
    LedgerEntry first = entry("acme", "c1", "10", "Team", "web");
    LedgerEntry second = entry("acme", "c2", "1", "Team", "web");
    first.setResourceId("r1");
    second.setChargePeriodStart(first.getChargePeriodStart().plusSeconds(1));
    write(MONDAY, first);
    write(TUESDAY, second, entry("acme", "c3", "5"));
    BillingMonth month = BillingMonth.of(first.getBillingPeriodStart());
    assertThat(tiers.freeze(month)).isEqualTo(TableTiers.Result.NOTHING);

    assertThat(tiers.freeze(month.plus(1))).isEqualTo(new TableTiers.Result(2, 1, 3, 2));

    assertThat(rows())
        .containsExactlyInAnyOrder(
            "null {Team=web} 11 on 2026-03-03T10:00:00Z", "null {} 5 on 2026-03-03T10:00:00Z");
    write(TUESDAY, entry("acme", "c4", "-5"));
    assertThat(tiers.freeze(month.plus(1))).isEqualTo(new TableTiers.Result(2, 1, 3, 1));
    assertThat(tiers.status()).extracting(Tier::tier).containsExactly("frozen");
    assertThat(TableTiers.frozen(WarehouseReader.sealed(warehouse))).containsExactly(month);
  }

  @Test
  void monthsThatStartAtOtherHoursAreMovedAndFrozenTogether() throws IOException {
    List<String> starts =
        List.of("2025-12-31T16:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T08:00:00Z");
    for (String start : starts) {
      String cost = Integer.toString(starts.indexOf(start) + 1);
      LedgerEntry line = entry("acme", "c " + start, cost, "Team", "web");
      line.setBillingPeriodStart(Instant.parse(start));
      write(MONDAY, line);
    }
    LedgerEntry february = entry("acme", "february", "1", "Team", "web");
    february.setBillingPeriodStart(Instant.parse("2026-01-31T16:00:00Z"));
    write(MONDAY, february);

    assertThat(tiers.coolDown(Instant.MAX)).isEqualTo(new TableTiers.Result(4, 2, 4, 4));
    assertThat(tiers.freeze(BillingMonth.parse("2026-02")))
        .isEqualTo(new TableTiers.Result(1, 1, 3, 3));
    assertThat(TableTiers.frozen(WarehouseReader.sealed(warehouse)))
        .containsExactly(BillingMonth.parse("2026-01"));
    assertThat(rows())
        .containsExactlyInAnyOrder(
            "null {Team=web} 1 on 2026-03-02T10:00:00Z",
            "null {Team=web} 2 on 2026-03-02T10:00:00Z",
            "null {Team=web} 3 on 2026-03-02T10:00:00Z",
            "february {Team=web} 1 on 2026-03-02T10:00:00Z");
  }

  @Test
  void whatComesToNothingLeavesNoFile() throws IOException {
    write(MONDAY, entry("acme", "c1", "10"));
    write(MONDAY, entry("acme", "c1", "-10"));
    assertThat(tiers.coolDown(Instant.MAX).written()).isZero();
    assertThat(tiers.status()).isEmpty();
    assertThat(rows()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 100, 100_000})
  void anyNumberOfRowsIsNettedWithBoundedMemory(int onHeap) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    LedgerNet expected = new LedgerNet();
    for (int commit = 0; commit < 12; commit++) {
      LedgerEntry[] entries = new LedgerEntry[50];
      for (int i = 0; i < entries.length; i++) {
        entries[i] =
            entry(
                "t" + random.nextInt(3),
                "c" + random.nextInt(20),
                (random.nextInt(9) - 4) + ".000000000000000001",
                "Team",
                "team " + random.nextInt(3));
        entries[i].setServiceName(random.nextBoolean() ? null : "s");
        entries[i].setResourceId(random.nextBoolean() ? null : "r" + random.nextInt(2));
        expected.add(entries[i]);
      }
      write(MONDAY.plusSeconds(commit), entries);
    }

    TableTiers.Result moved = new TableTiers(warehouse, onHeap).coolDown(Instant.MAX);

    assertThat(moved.rows()).isEqualTo(600);
    assertThat(entries()).containsExactlyInAnyOrderElementsOf(withoutVersion(expected.entries()));
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 100_000})
  void sumsThatARowDoesNotHoldAreNettedAndFrozenAsSeveralRows(int onHeap) throws IOException {
    List<String> amounts =
        List.of("99999999999999999999.999999999999999999", "-99999999999999999999", "1", "-3");
    SplittableRandom random = new SplittableRandom(5);
    LedgerNet expected = new LedgerNet();
    for (int commit = 0; commit < 4; commit++) {
      LedgerEntry[] entries = new LedgerEntry[20];
      for (int i = 0; i < entries.length; i++) {
        String cost = amounts.get(random.nextInt(amounts.size()));
        entries[i] = entry("t" + random.nextInt(2), "c" + random.nextInt(3), cost);
        expected.add(entries[i]);
      }
      write(MONDAY.plusSeconds(commit), entries);
    }
    TableTiers some = new TableTiers(warehouse, onHeap);
    some.coolDown(Instant.MAX);
    assertThat(entries()).containsExactlyInAnyOrderElementsOf(withoutVersion(expected.entries()));

    LedgerEntry[] more = {entry("t0", "c0", amounts.get(0)), entry("t0", "c0", amounts.get(0))};
    Arrays.stream(more).forEach(expected::add);
    write(MONDAY.plusSeconds(10), more);
    some.coolDown(Instant.MAX);
    some.freeze(BillingMonth.parse("2026-02"));
    LedgerNet frozen = new LedgerNet();
    entries().forEach(frozen::add);
    assertThat(totals(frozen)).isEqualTo(totals(expected));
  }

  private static Map<String, BigDecimal> totals(LedgerNet net) {
    return net.lines().stream()
        .collect(
            Collectors.toMap(
                LedgerEntry::getTenantId,
                LedgerEntry::getBilledCost,
                BigDecimal::add,
                TreeMap::new));
  }

  @Test
  void dimensionsOfBeforeAndAfterStayApart() throws IOException {
    write(MONDAY, entry("acme", "c1", "10"));
    write(MONDAY, entry("acme", "c1", "5", "Team", "web"));
    tiers.coolDown(Instant.MAX);
    write(MONDAY, entry("acme", "c1", "-5", "Team", "web"), entry("acme", "c1", "1", "App", "x"));
    tiers.coolDown(Instant.MAX);
    assertThat(rows())
        .containsExactlyInAnyOrder(
            "c1 {} 10 on 2026-03-02T10:00:00Z", "c1 {App=x} 1 on 2026-03-02T10:00:00Z");
  }

  @Test
  void theMarksOfTheTableAreCarriedOn() throws IOException {
    checkpoint(1, entry("acme", "c1", "10"));
    checkpoint(2, entry("acme", "c2", "10"));
    write(MONDAY, entry("acme", "c3", "10"));
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    String run = ledger.currentSnapshot().summary().get("tributary.run");

    tiers.merge(WarehouseTable.COST_LEDGER);

    ledger.refresh();
    assertThat(ledger.currentSnapshot().operation()).isEqualTo(DataOperations.REPLACE);
    assertThat(ledger.currentSnapshot().summary()).containsEntry("tributary.run", run);
    assertThat(SnapshotMarks.checkpoint(ledger, "live")).isEqualTo(2);
    assertThat(SnapshotMarks.tallies(ledger)).isEqualTo(Map.of("in.acme", 2L));
  }

  @Test
  void aRunIsSortedOnceHoweverLargeItIs() {
    LedgerEntry[] entries = new LedgerEntry[(int) Runs.SMALL + 1];
    Arrays.setAll(entries, n -> entry("t" + n % 2, "c" + n, "1"));
    write(MONDAY, entries);
    write(MONDAY, entry("acme", "c1", "10"));
    write(MONDAY, entries);

    TableTiers.Result first = tiers.merge(WarehouseTable.COST_LEDGER);

    assertThat(first.files()).isEqualTo(3);
    assertThat(first.written()).isEqualTo(1);
    assertThat(tiers.merge(WarehouseTable.COST_LEDGER)).isEqualTo(TableTiers.Result.NOTHING);
    write(MONDAY, entry("acme", "c2", "10"));
    assertThat(tiers.merge(WarehouseTable.COST_LEDGER))
        .isEqualTo(new TableTiers.Result(1, 1, 1, 1));
  }

  @Test
  void archivesAreMergedAndNothingIsPutTogether() throws IOException {
    for (int version = 1; version <= 3; version++) {
      Charge charge = charge("acme", "c1", 7, "10");
      commit(MONDAY, List.of(WarehouseRow.archived(charge, MONDAY.plusSeconds(version))));
    }
    assertThat(tiers.merge(WarehouseTable.CHARGES)).isEqualTo(new TableTiers.Result(3, 1, 3, 3));
    List<Instant> times = new ArrayList<>();
    try (CloseableIterable<Stored<Charge>> rows =
        WarehouseReader.sealed(warehouse).records(Charge.class, Expressions.alwaysTrue())) {
      rows.forEach(row -> times.add(row.recordTime()));
    }
    assertThat(times)
        .containsExactlyInAnyOrder(
            MONDAY.plusSeconds(1), MONDAY.plusSeconds(2), MONDAY.plusSeconds(3));
  }

  @Test
  void snapshotsAreLetGoOfWithTheFilesThatOnlyTheyHave() throws IOException {
    for (int i = 0; i < 60; i++) {
      write(MONDAY, entry("acme", "c" + i % 3, "1"));
    }
    tiers.coolDown(Instant.MAX);
    long before = dataFiles();
    Instant now = Clock.systemUTC().instant().plus(Duration.ofHours(2));
    Maintenance maintenance = new Maintenance(warehouse, TierSettings.DEFAULT);
    assertThat(maintenance.expire(Clock.systemUTC().instant())).as("within the hour").isZero();
    assertThat(dataFiles()).isEqualTo(before);

    assertThat(maintenance.expire(now)).isGreaterThan(30);

    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    assertThat(ledger.snapshots()).hasSizeBetween(20, 22);
    assertThat(before).isEqualTo(61);
    assertThat(rows()).hasSize(3);
    maintenance.expire(now.plus(Duration.ofDays(3)));
    assertThat(rows()).hasSize(3);
    write(MONDAY, entry("acme", "c9", "1"));
    write(MONDAY, entry("acme", "c9", "1"));
    assertThat(tiers.coolDown(Instant.MAX).files()).as("without the history").isEqualTo(3);
  }

  @Test
  void aFileThatNobodyCommittedIsRemovedWhenItIsOld() throws IOException {
    write(MONDAY, entry("acme", "c1", "10"));
    Path orphan;
    try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
      Path file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      orphan = Files.copy(file, file.resolveSibling("left-over.parquet"));
    }
    Maintenance maintenance = new Maintenance(warehouse, TierSettings.DEFAULT);
    Instant now = Clock.systemUTC().instant();
    assertThat(maintenance.removeOrphans(now)).isZero();
    assertThat(maintenance.removeOrphans(now.plus(Duration.ofDays(8)))).isEqualTo(1);
    assertThat(orphan).doesNotExist();
    assertThat(rows()).hasSize(1);
  }

  @Test
  void whoComesSecondChangesNothing() throws IOException {
    write(MONDAY, entry("acme", "c1", "10"));
    write(MONDAY, entry("acme", "c2", "10"));
    Table table = warehouse.table(WarehouseTable.COST_LEDGER);
    Consolidation late = new Consolidation(table, WarehouseTable.COST_LEDGER, SortedRows.ON_HEAP);
    var files = new ArrayList<org.apache.iceberg.DataFile>();
    try (var tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
    tiers.coolDown(Instant.MAX);
    long snapshot = table.currentSnapshot().snapshotId();
    long there = dataFiles();
    assertThat(late.run(files, "cold")).isEqualTo(new Consolidation.Result(0, 0, 0, 0));
    table.refresh();
    assertThat(table.currentSnapshot().parentId()).isEqualTo(snapshot);
    assertThat(dataFiles()).isEqualTo(there);
  }

  private long dataFiles() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("data/tributary/cost_ledger"))) {
      return files.filter(f -> f.toString().endsWith(".parquet")).count();
    }
  }

  private void write(Instant time, LedgerEntry... entries) {
    commit(time, Stream.of(entries).map(WarehouseRow::of).toList());
  }

  private void checkpoint(long checkpoint, LedgerEntry... entries) {
    try (WarehouseWriter writer =
        new WarehouseWriter(
            warehouse, DimensionColumns.PER_TENANT, Clock.fixed(MONDAY, ZoneOffset.UTC), 0)) {
      Stream.of(entries).map(WarehouseRow::of).forEach(writer::write);
      new WarehouseAppends(warehouse)
          .commit(
              new CommitMark.Checkpoint("live", "sink", checkpoint, checkpoint - 1),
              writer.complete(),
              true,
              Map.of("in.acme", 1L));
    }
  }

  private void commit(Instant time, List<WarehouseRow> rows) {
    try (WarehouseCommit commit =
        new WarehouseCommit(warehouse, "run " + runs++, Clock.fixed(time, ZoneOffset.UTC))) {
      rows.forEach(commit::add);
      commit.commit(true);
    }
  }

  private List<LedgerEntry> entries() throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    for (String tenant : List.of("t0", "t1", "t2")) {
      try (CloseableIterable<LedgerEntry> rows =
          WarehouseReader.sealed(warehouse).entries(tenant, List.of())) {
        rows.forEach(entries::add);
      }
    }
    return withoutVersion(entries);
  }

  private static List<LedgerEntry> withoutVersion(List<LedgerEntry> entries) {
    entries.forEach(entry -> entry.setDefinitionsVersion(0));
    return entries;
  }

  private Set<String> rows() throws IOException {
    Set<String> rows = new HashSet<>();
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Snapshot snapshot = ledger.currentSnapshot();
    assertThat(snapshot).isNotNull();
    try (CloseableIterable<LedgerEntry> entries =
            WarehouseReader.sealed(warehouse).entries("acme", List.of());
        var times =
            WarehouseReader.sealed(warehouse)
                .rows(WarehouseTable.COST_LEDGER, Expressions.alwaysTrue(), "entry_time")) {
      var time = times.iterator();
      for (LedgerEntry entry : entries) {
        rows.add(
            "%s %s %s on %s"
                .formatted(
                    entry.getChargeKey(),
                    entry.getElements(),
                    entry.getBilledCost().stripTrailingZeros().toPlainString(),
                    ((java.time.OffsetDateTime) time.next().getField("entry_time")).toInstant()));
      }
    }
    return rows;
  }
}
