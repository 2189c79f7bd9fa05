package io.tributary.sinks.rollup;

import static io.tributary.sinks.catalog.WarehouseTest.CLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.LedgerEntry;
import io.tributary.events.Money;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.DailyCost;
import io.tributary.sinks.catalog.RollupElement;
import io.tributary.sinks.catalog.Tables;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.catalog.WarehouseTest;
import io.tributary.sinks.commit.AppendCommit;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.commit.WarehouseFiles;
import io.tributary.sinks.maintenance.Erasure;
import io.tributary.sinks.maintenance.Maintenance;
import io.tributary.sinks.maintenance.TierSettings;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.TableWriter;
import io.tributary.sinks.rows.WarehouseRow;
import io.tributary.sinks.rows.WarehouseWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DailyRollupTest {

  private static final Rollups.Limits TWO_ELEMENTS = new Rollups.Limits(2, 1_000, 1_000);

  @TempDir Path directory;
  private Warehouse warehouse;
  private int runs;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  @Test
  void sumsTheEntriesOfADayAndKeepsTheirSigns() throws IOException {
    LedgerEntry morning = entry("acme", "1.5", "Team", "web");
    morning.setResourceId("i-1");
    LedgerEntry evening = entry("acme", "2", "Team", "web");
    evening.setResourceId("i-2");
    evening.setChargePeriodStart(TestRecords.JANUARY.plus(Duration.ofHours(23)));
    commit(morning, evening);
    commit(entry("acme", "-5", "Team", "web"));

    assertThat(rows())
        .extracting(DailyRollupTest::text)
        .containsExactlyInAnyOrder("acme {Team=web} 3.5", "acme {Team=web} -5");
    assertThat(rows())
        .allSatisfy(
            row -> {
              assertThat(row.getChargePeriodStart()).isEqualTo(TestRecords.JANUARY);
              assertThat(row.getEntryTime()).isEqualTo(CLOCK.instant());
              assertThat(row.getEntryKind()).isEqualTo("base");
              assertThat(row.getBasis()).isEqualTo("billed");
            });
  }

  @Test
  void dropsWhatNetsToZeroInACommit() throws IOException {
    commit(
        entry("acme", "5", "Team", "web"),
        entry("acme", "-5", "Team", "web"),
        entry("acme", "5", "Team", "app"));

    assertThat(rows()).extracting(DailyRollupTest::text).containsExactly("acme {Team=app} 5");
  }

  @Test
  void eachSnapshotNamesTheLedgerSnapshotItEquals() throws IOException {
    commit(entry("acme", "1"));
    new WarehouseAppends(warehouse)
        .commit(checkpoint(1), WarehouseFiles.NONE, true, Map.of("in", 1L));
    commit(entry("acme", "2"));

    List<Long> ledger = new ArrayList<>();
    table(WarehouseTable.COST_LEDGER).snapshots().forEach(s -> ledger.add(s.snapshotId()));
    assertThat(table(WarehouseTable.COST_DAILY).snapshots())
        .extracting(SnapshotMarks::ledgerSnapshot)
        .hasSize(3)
        .containsExactlyElementsOf(ledger);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void equalsTheLedgerWhateverIsWritten(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    for (int commit = 0; commit < 8; commit++) {
      LedgerEntry[] entries = new LedgerEntry[random.nextInt(30)];
      for (int i = 0; i < entries.length; i++) {
        entries[i] = randomEntry(random);
      }
      commit(entries);
      assertEqualsLedger();
    }
    new Rollups(warehouse, new Rollups.Limits(1_000, 3, 0)).rebuild();
    assertEqualsLedger();
  }

  @Test
  void completesACommitThatStoppedBehindTheLedger() throws IOException {
    WarehouseFiles files;
    try (WarehouseWriter writer = new WarehouseWriter(warehouse, 10, CLOCK, 0)) {
      writer.write(WarehouseRow.of(entry("acme", "1")));
      files = writer.complete();
    }
    Table ledger = table(WarehouseTable.COST_LEDGER);
    AppendCommit.append(
        ledger, checkpoint(1), files.of(WarehouseTable.COST_LEDGER, ledger), Map.of());
    assertThat(WarehouseReader.sealed(warehouse).snapshot(WarehouseTable.COST_DAILY)).isNull();
    for (int i = 0; i < 2; i++) {
      new WarehouseAppends(warehouse).commit(checkpoint(1), files, true, Map.of());
      assertThat(rows()).extracting(DailyRollupTest::text).containsExactly("acme {} 1");
      assertThat(table(WarehouseTable.COST_DAILY).snapshots()).hasSize(1);
      assertEqualsLedger();
    }
  }

  @Test
  void takesInWhatSeveralLeftBehind() throws IOException {
    commit(entry("acme", "1"));
    appendToLedgerAlone(entry("acme", "2"));
    appendToLedgerAlone(entry("globex", "4"));
    WarehouseReader sealed = WarehouseReader.sealed(warehouse);
    assertThat(SnapshotMarks.ledgerSnapshot(sealed.snapshot(WarehouseTable.COST_DAILY)))
        .isNotNull()
        .isNotEqualTo(table(WarehouseTable.COST_LEDGER).currentSnapshot().snapshotId());
    assertThat(Audit.run(warehouse, null).findings())
        .noneMatch(finding -> finding.invariant().equals(Audit.ROLLUP));

    new Rollups(warehouse).follow();
    assertEqualsLedger();
    assertThat(rows()).hasSize(3);
  }

  @Test
  void staysRightWhereSeveralFollowAtOnce() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 3; writer++) {
        String run = "writer-" + writer + "-";
        writers.add(
            pool.submit(
                () -> {
                  try (Warehouse own = Warehouse.open(WarehouseSettings.local(directory))) {
                    for (int i = 0; i < 6; i++) {
                      WarehouseTest.commit(own, run + i, entry("acme", "1", "Team", run + i));
                    }
                  }
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      pool.shutdown();
    }
    assertThat(rows()).hasSize(18);
    assertEqualsLedger();
  }

  @Test
  void keepsTheCostliestElementsAndEveryCentOfTheOthers() throws IOException {
    appendToLedgerAlone(
        entry("acme", "1", "Team", "a", "Env", "prod"),
        entry("acme", "-4", "Team", "b", "Env", "prod"),
        entry("acme", "2", "Team", "c", "Env", "prod"),
        entry("acme", "1.5", "Team", "d", "Env", "prod"),
        entry("globex", "1", "Team", "a"));
    new Rollups(warehouse, TWO_ELEMENTS).follow();

    assertThat(rows())
        .extracting(DailyRollupTest::text)
        .containsExactlyInAnyOrder(
            "acme {Env=prod, Team=b} -4",
            "acme {Env=prod, Team=c} 2",
            "acme {Env=prod, Team=(other)} 2.5",
            "globex {Team=a} 1");
    assertThat(Audit.run(warehouse, null).findings())
        .noneMatch(finding -> finding.invariant().equals(Audit.ROLLUP));
  }

  @Test
  void anEntryAndItsReversalMeetWhoeverWritesThem() throws IOException {
    appendToLedgerAlone(entry("acme", "1", "Team", "a"), entry("acme", "3", "Team", "b"));
    new Rollups(warehouse, TWO_ELEMENTS).follow();
    appendToLedgerAlone(entry("acme", "9", "Team", "c"), entry("acme", "7", "Team", "d"));
    new Rollups(warehouse, TWO_ELEMENTS).follow();
    appendToLedgerAlone(
        entry("acme", "-9", "Team", "c"),
        entry("acme", "-7", "Team", "d"),
        entry("acme", "-1", "Team", "a"),
        entry("acme", "-3", "Team", "b"));
    new Rollups(warehouse, TWO_ELEMENTS).follow();

    SortedMap<String, BigDecimal> net = new TreeMap<>();
    rows()
        .forEach(
            row -> net.merge(row.getElements().get("Team"), row.getBilledCost(), BigDecimal::add));
    assertThat(net).containsOnlyKeys("a", "b", "(other)");
    assertThat(net.values()).allSatisfy(sum -> assertThat(sum).isZero());
    new Rollups(warehouse, TWO_ELEMENTS).rebuild();
    assertThat(rows()).isEmpty();
  }

  @Test
  void sumsBeyond38DigitsStayInSeveralRows() throws IOException {
    String most = "99999999999999999999";
    commit(entry("acme", most), entry("acme", most), entry("acme", "-1"));

    assertThat(rows()).hasSize(2);
    assertThat(
            rows().stream().map(DailyCost::getBilledCost).reduce(BigDecimal.ZERO, BigDecimal::add))
        .isEqualByComparingTo("199999999999999999997");
  }

  @Test
  void neverSumsEntriesOfTwoDays() throws IOException {
    commitAt(Instant.parse("2026-02-03T23:00:00Z"), entry("acme", "1"));
    commitAt(Instant.parse("2026-02-03T23:59:59Z"), entry("acme", "2"));
    commitAt(Instant.parse("2026-02-04T00:00:00Z"), entry("acme", "4"));
    new Rollups(warehouse).rebuild();

    assertThat(rows())
        .extracting(row -> row.getEntryTime() + " " + text(row))
        .containsExactlyInAnyOrder(
            "2026-02-03T23:59:59Z acme {} 3", "2026-02-04T00:00:00Z acme {} 4");
  }

  @Test
  void isBuiltWithTheFirstCommitToAnOldWarehouse() throws IOException {
    commit(entry("acme", "1", "Team", "web"));
    forgetRollup();
    assertThat(WarehouseReader.sealed(warehouse).snapshot(WarehouseTable.COST_DAILY)).isNull();

    commit(entry("acme", "2", "Team", "web"));
    assertThat(rows()).extracting(DailyRollupTest::text).containsExactly("acme {Team=web} 3");
    assertEqualsLedger();
  }

  @Test
  void aWarehouseWithoutRollupsIsRead() throws IOException {
    commit(entry("acme", "1"));
    warehouse.catalog().dropTable(WarehouseTable.COST_DAILY.identifier());
    warehouse.catalog().dropTable(WarehouseTable.ROLLUP_ELEMENTS.identifier());

    assertThat(rows()).isEmpty();
    assertThat(Audit.run(warehouse, null).entries()).isEqualTo(1);
  }

  @Test
  void isLeftToRebuildWhereTheOldLedgerIsLarge() throws IOException {
    commit(entry("acme", "1"), entry("globex", "2"));
    forgetRollup();
    Rollups rollup = new Rollups(warehouse, new Rollups.Limits(1_000, 1_000, 1));
    rollup.follow();
    appendToLedgerAlone(entry("acme", "4"));
    rollup.follow();
    assertThat(WarehouseReader.sealed(warehouse).snapshot(WarehouseTable.COST_DAILY)).isNull();

    rollup.rebuild();
    assertEqualsLedger();
    commit(entry("acme", "8"));
    assertEqualsLedger();
    assertThat(rows()).hasSize(3);
  }

  @Test
  void isBuiltAnewWhereRowsOfTheLedgerWereChanged() throws IOException {
    commit(entry("acme", "1"));
    commit(entry("globex", "2"));
    Table ledger = table(WarehouseTable.COST_LEDGER);
    ledger.newOverwrite().deleteFile(files(ledger, "acme").get(0)).commit();
    assertThat(WarehouseReader.sealed(warehouse).snapshot(WarehouseTable.COST_DAILY)).isNull();

    new Rollups(warehouse).follow();
    assertThat(rows()).extracting(DailyRollupTest::text).containsExactly("globex {} 2");
    assertEqualsLedger();
  }

  @Test
  void followsTheLedgerOverReplacedFiles() throws IOException {
    commit(entry("acme", "1"));
    appendToLedgerAlone(entry("acme", "2"));
    List<DataFile> both = files(table(WarehouseTable.COST_LEDGER), "acme");
    List<DataFile> moved = writtenAlone(entry("acme", "3"));
    table(WarehouseTable.COST_LEDGER)
        .newRewrite()
        .rewriteFiles(Set.copyOf(both), Set.copyOf(moved))
        .commit();
    appendToLedgerAlone(entry("acme", "4"));
    assertThat(WarehouseReader.sealed(warehouse).snapshot(WarehouseTable.COST_DAILY)).isNotNull();

    new Rollups(warehouse).follow();
    assertThat(rows())
        .extracting(DailyRollupTest::text)
        .containsExactlyInAnyOrder("acme {} 1", "acme {} 6");
    assertEqualsLedger();
  }

  @Test
  void isBuiltAnewWhereTheSnapshotItNamesIsExpired() throws IOException {
    commit(entry("acme", "1"));
    appendToLedgerAlone(entry("acme", "2"));
    Table ledger = table(WarehouseTable.COST_LEDGER);
    ledger
        .expireSnapshots()
        .expireSnapshotId(ledger.currentSnapshot().parentId())
        .cleanExpiredFiles(false)
        .commit();

    commit(entry("acme", "4"));
    assertThat(rows()).extracting(DailyRollupTest::text).containsExactly("acme {} 7");
    assertEqualsLedger();
  }

  @Test
  void maintenanceNetsItAndKeepsItsName() throws IOException {
    for (int i = 0; i < 30; i++) {
      commit(entry("acme", "1", "Team", "web"), entry("acme", "2", "Team", "t" + i % 2));
    }
    Table ledger = table(WarehouseTable.COST_LEDGER);
    Instant later =
        Instant.ofEpochMilli(ledger.currentSnapshot().timestampMillis()).plus(Duration.ofDays(9));
    new Maintenance(warehouse, TierSettings.DEFAULT).run(later);

    assertThat(rows())
        .extracting(DailyRollupTest::text)
        .containsExactlyInAnyOrder("acme {Team=web} 30", "acme {Team=t0} 30", "acme {Team=t1} 30");
    assertEqualsLedger();
    assertThat(table(WarehouseTable.COST_DAILY).currentSnapshot().operation()).isEqualTo("append");
    commit(entry("acme", "4", "Team", "app"));
    assertThat(rows()).hasSize(4);
    assertEqualsLedger();
  }

  @Test
  void isThatOfTheOthersOnceATenantIsErased() throws IOException {
    commit(entry("acme", "1", "Team", "web"), entry("globex", "2", "Team", "app"));
    commit(entry("acme", "4", "Team", "web"));
    new Erasure(warehouse, "acme").run();

    assertThat(rows()).extracting(DailyRollupTest::text).containsExactly("globex {Team=app} 2");
    assertEqualsLedger();
    assertThat(
            WarehouseTest.records(
                WarehouseReader.current(warehouse), WarehouseTable.ROLLUP_ELEMENTS))
        .extracting(element -> ((RollupElement) element).getTenantId())
        .containsExactly("globex");
    commit(entry("globex", "8", "Team", "app"));
    assertThat(rows()).hasSize(2);
    assertEqualsLedger();
  }

  @Test
  void auditFindsARollupThatIsNotTheLedger() throws IOException {
    commit(entry("acme", "1"));
    Table daily = table(WarehouseTable.COST_DAILY);
    DailyCost stray = rows().get(0);
    stray.setListCost(Money.exact(new BigDecimal("0.25")));
    List<DataFile> files;
    try (TableWriter writer =
        new TableWriter(
            warehouse, WarehouseTable.COST_DAILY, new DimensionColumns(warehouse, 10), CLOCK, 0)) {
      writer.write(WarehouseRow.of(stray));
      files = writer.complete();
    }
    AppendCommit.appendIfUnchanged(daily, files);

    assertThat(Audit.run(warehouse, "acme").findings())
        .contains(
            new Audit.Finding(
                Audit.ROLLUP,
                "acme",
                "cost_daily, billing month 2026-01, from 2026-01-01T00:00:00Z, USD, list_cost",
                "1",
                "1.25"))
        .contains(
            new Audit.Finding(
                Audit.ROLLUP,
                "acme",
                "cost_daily, billing month 2026-01, from 2026-01-01T00:00:00Z, USD, billed_cost",
                "1",
                "2"));
  }

  @Test
  void everyColumnIsOneOfTheLedger() {
    assertThat(Tables.schema(WarehouseTable.COST_LEDGER).columns())
        .extracting(column -> column.name() + " " + column.type().typeId())
        .containsAll(
            Tables.schema(WarehouseTable.COST_DAILY).columns().stream()
                .map(column -> column.name() + " " + column.type().typeId())
                .toList());
  }

  private static LedgerEntry entry(String tenant, String cost, String... elements) {
    return TestRecords.entry(tenant, "c1", cost, elements);
  }

  private static LedgerEntry randomEntry(SplittableRandom random) {
    LedgerEntry entry =
        TestRecords.entry(
            "tenant-" + random.nextInt(3),
            "c" + random.nextInt(50),
            BigDecimal.valueOf(random.nextLong(-1_000_000, 1_000_000), 6).toPlainString(),
            random.nextBoolean() ? "Team" : "Env",
            "e" + random.nextInt(4));
    entry.setChargePeriodStart(TestRecords.JANUARY.plusSeconds(random.nextInt(400_000)));
    entry.setServiceName(random.nextInt(3) == 0 ? null : "s" + random.nextInt(2));
    entry.setResourceId("r" + random.nextInt(100));
    entry.setConsumedQuantity(Money.exact(BigDecimal.valueOf(random.nextInt(100))));
    entry.setConsumedUnit(random.nextBoolean() ? "h" : null);
    return entry;
  }

  private static CommitMark checkpoint(long checkpoint) {
    return new CommitMark.Checkpoint("live", "sink", checkpoint, Long.MAX_VALUE);
  }

  private Table table(WarehouseTable id) {
    return warehouse.table(id);
  }

  private void commit(LedgerEntry... entries) {
    WarehouseTest.commit(warehouse, "run-" + runs++, entries);
  }

  private void commitAt(Instant time, LedgerEntry... entries) {
    try (WarehouseCommit commit =
        new WarehouseCommit(warehouse, "run-" + runs++, Clock.fixed(time, ZoneOffset.UTC))) {
      for (LedgerEntry entry : entries) {
        commit.add(WarehouseRow.of(entry));
      }
      commit.commit(true);
    }
  }

  /** As if the process had died behind the ledger's commit. */
  private void appendToLedgerAlone(LedgerEntry... entries) {
    AppendCommit.append(
        table(WarehouseTable.COST_LEDGER),
        new CommitMark.Run("run-" + runs++),
        writtenAlone(entries),
        Map.of());
  }

  private List<DataFile> writtenAlone(LedgerEntry... entries) {
    try (WarehouseWriter writer = new WarehouseWriter(warehouse, 10, CLOCK, 0)) {
      for (LedgerEntry entry : entries) {
        writer.write(WarehouseRow.of(entry));
      }
      return writer.complete().of(WarehouseTable.COST_LEDGER, table(WarehouseTable.COST_LEDGER));
    }
  }

  /** As a warehouse is that was made before there were rollups. */
  private void forgetRollup() {
    warehouse.catalog().dropTable(WarehouseTable.COST_DAILY.identifier());
    warehouse.catalog().dropTable(WarehouseTable.ROLLUP_ELEMENTS.identifier());
    warehouse.close();
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
  }

  private static List<DataFile> files(Table table, String tenant) throws IOException {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().filter(WarehouseReader.tenant(tenant)).planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    }
    return files;
  }

  private List<DailyCost> rows() throws IOException {
    return WarehouseTest.records(WarehouseReader.sealed(warehouse), WarehouseTable.COST_DAILY)
        .stream()
        .map(DailyCost.class::cast)
        .toList();
  }

  private static String text(DailyCost row) {
    return "%s %s %s"
        .formatted(
            row.getTenantId(), new TreeMap<>(row.getElements()), Money.plain(row.getBilledCost()));
  }

  /** Column by column and digit by digit, and under the name of the snapshot. */
  private void assertEqualsLedger() throws IOException {
    Snapshot ledger = table(WarehouseTable.COST_LEDGER).currentSnapshot();
    Snapshot daily = table(WarehouseTable.COST_DAILY).currentSnapshot();
    assertThat(SnapshotMarks.ledgerSnapshot(daily)).isEqualTo(ledger.snapshotId());
    assertThat(sums(WarehouseTable.COST_DAILY)).isEqualTo(sums(WarehouseTable.COST_LEDGER));
    assertThat(Audit.run(warehouse, null).findings())
        .noneMatch(finding -> finding.invariant().equals(Audit.ROLLUP));
  }

  private Map<String, List<BigDecimal>> sums(WarehouseTable table) throws IOException {
    Map<String, List<BigDecimal>> sums = new TreeMap<>();
    for (SpecificRecordBase row :
        WarehouseTest.records(WarehouseReader.current(warehouse), table)) {
      List<String> group = new ArrayList<>();
      List<BigDecimal> measures = new ArrayList<>();
      for (Schema.Field field : WarehouseTable.COST_DAILY.avroSchema().getFields()) {
        Schema.Field own = row.getSchema().getField(field.name());
        Object value = own == null ? null : row.get(own.pos());
        if (value instanceof BigDecimal measure) {
          measures.add(measure);
        } else {
          group.add(groupText(field.name(), value));
        }
      }
      sums.merge(
          group.toString(),
          measures,
          (left, right) -> {
            List<BigDecimal> both = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
              both.add(left.get(i).add(right.get(i)));
            }
            return both;
          });
    }
    sums.values().removeIf(all -> all.stream().allMatch(sum -> sum.signum() == 0));
    return sums;
  }

  private static String groupText(String field, @Nullable Object value) {
    if (field.equals("entry_time")) {
      return "";
    }
    if (field.equals("charge_period_start") && value instanceof Instant start) {
      return start.truncatedTo(ChronoUnit.DAYS).toString();
    }
    if (value instanceof Map<?, ?> elements) {
      return elements.entrySet().stream()
          .map(Object::toString)
          .sorted()
          .collect(Collectors.joining(","));
    }
    return value == null ? "-" : value.toString().toLowerCase(Locale.ROOT);
  }
}
