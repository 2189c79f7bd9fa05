package io.tributary.sinks.rollup;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.BillingMonth;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.WatchedFileIO;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.DimensionDocs;
import io.tributary.sinks.catalog.TableScans;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.AppendCommit;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.maintenance.Erasure;
import io.tributary.sinks.maintenance.Maintenance;
import io.tributary.sinks.maintenance.TierSettings;
import io.tributary.sinks.rows.OpenFiles;
import io.tributary.sinks.rows.WarehouseRow;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RollupsTest {

  private static final Instant WRITTEN = Instant.parse("2026-02-03T04:05:06Z");

  private static final Rollup TEAMS =
      new Rollup("team_months", Rollup.Grain.MONTH, List.of("service_name"), List.of("Team"));

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

  @ParameterizedTest(name = "{0}")
  @EnumSource(Rollup.Grain.class)
  void equalsTheLedgerByWhatItKeepsWhateverIsWritten(Rollup.Grain grain) {
    Rollup rollup =
        new Rollup("sums", grain, List.of("service_name", "resource_id"), List.of("Team", "Späti"));
    SplittableRandom random = new SplittableRandom(grain.ordinal());
    for (int commit = 0; commit < 6; commit++) {
      if (commit == 2) {
        // Later than the first entries.
        Rollups.declare(warehouse, rollup);
      }
      LedgerEntry[] entries =
          IntStream.range(0, random.nextInt(1, 40))
              .mapToObj(i -> entry(random))
              .toArray(LedgerEntry[]::new);
      commit(WRITTEN.plus(Duration.ofDays(commit / 2)), entries);
      if (commit >= 2) {
        assertEqualsLedger(rollup);
      }
    }
    new Rollups(warehouse, new Rollups.Limits(1_000, 3, 0)).rebuild(List.of(rollup));
    assertEqualsLedger(rollup);
    assertThat(Audit.run(warehouse, null).findings())
        .noneMatch(finding -> finding.invariant().equals(Audit.ROLLUP));
  }

  @Test
  void hasNoOtherColumnsThanItKeeps() {
    Rollups.declare(warehouse, TEAMS);
    commit(WRITTEN, entry("acme", "1", "Team", "web", "Env", "prod"));

    assertThat(table(TEAMS).schema().columns())
        .extracting(NestedField::name)
        .containsExactlyInAnyOrder(
            "tenant_id",
            "entry_time",
            "entry_kind",
            "basis",
            "allocation",
            "billing_period_start",
            "billing_month",
            "charge_period_start",
            "service_name",
            "billing_currency",
            "billed_cost",
            "effective_cost",
            "list_cost",
            "contracted_cost",
            "elements_overflow",
            "team");
    assertThat(rows(table(TEAMS)))
        .hasSize(1)
        .allSatisfy(
            row ->
                assertThat(row.getField("charge_period_start"))
                    .isEqualTo(TestRecords.JANUARY.atOffset(ZoneOffset.UTC)));
  }

  @Test
  void keepsElementsBeyondTheColumnsOfItsDimensionsAlone() {
    Rollup rollup = new Rollup("beyond", Rollup.Grain.DAY, List.of(), List.of("D150", "D001"));
    Rollups.declare(warehouse, rollup);
    String[] elements =
        IntStream.range(0, 160)
            .boxed()
            .flatMap(i -> List.of("D%03d".formatted(i), "e" + i).stream())
            .toArray(String[]::new);
    commit(WRITTEN, entry("acme", "1", elements));

    assertThat(rows(table(rollup)))
        .hasSize(1)
        .allSatisfy(
            row -> {
              assertThat(row.getField("d001")).isEqualTo("e1");
              assertThat(row.getField("elements_overflow")).isEqualTo(Map.of("D150", "e150"));
              assertThat(row.struct().field("d002")).isNull();
            });
  }

  @Test
  void sumsElementsWithoutAPlaceInEveryRollup() {
    Rollup rollup = new Rollup("pods", Rollup.Grain.HOUR, List.of(), List.of("Pod"));
    Rollups.declare(warehouse, rollup);
    LedgerEntry[] entries =
        IntStream.range(0, 1_002)
            .mapToObj(i -> entry("acme", Integer.toString(i + 1), "Pod", "p" + i))
            .toArray(LedgerEntry[]::new);
    commit(WRITTEN, entries);

    SortedMap<String, BigDecimal> byPod = new TreeMap<>();
    rows(table(rollup))
        .forEach(
            row ->
                byPod.merge(
                    row.getField("pod").toString(),
                    (BigDecimal) row.getField("effective_cost"),
                    BigDecimal::add));
    assertThat(byPod).hasSize(1_001);
    assertThat(byPod.get("(other)")).isEqualByComparingTo("3");
    assertThat(byPod.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add))
        .isEqualByComparingTo(BigDecimal.valueOf(1_002 * 1_003 / 2));
  }

  @Test
  void isDeclaredOnceAndLetGoOf() {
    Rollups.declare(warehouse, TEAMS);
    Rollups.declare(warehouse, TEAMS);
    assertThat(Rollups.of(warehouse.table(WarehouseTable.COST_LEDGER)))
        .containsExactly(Rollup.DAILY, TEAMS);
    Rollup other = new Rollup(TEAMS.name(), Rollup.Grain.DAY, List.of(), List.of());
    assertThatThrownBy(() -> Rollups.declare(warehouse, other))
        .hasMessage(
            "the rollup team_months is declared as month;service_name;Team, not as day;;; drop it"
                + " first, or take another name");
    assertThatThrownBy(
            () ->
                Rollups.declare(
                    warehouse, new Rollup("cost_ledger", Rollup.Grain.DAY, List.of(), List.of())))
        .hasMessage("there is a table cost_ledger already; take another name");

    commit(WRITTEN, entry("acme", "1"));
    assertThat(Rollups.drop(warehouse, TEAMS.name())).isTrue();
    assertThat(Rollups.existing(warehouse, TEAMS)).isNull();
    assertThat(Rollups.drop(warehouse, TEAMS.name())).isFalse();
    assertThat(Rollups.drop(warehouse, "cost_daily")).as("no declared one").isFalse();
    assertThat(Rollups.drop(warehouse, "cost_ledger")).isFalse();
    commit(WRITTEN, entry("acme", "1"));
    assertThat(Rollups.existing(warehouse, TEAMS)).isNull();
  }

  @Test
  void refusesWhatIsNoRollup() {
    assertThatThrownBy(() -> new Rollup("Teams", Rollup.Grain.DAY, List.of(), List.of()))
        .hasMessageContaining("'Teams' is no name of a table");
    assertThatThrownBy(
            () -> new Rollup("teams", Rollup.Grain.DAY, List.of("charge_key"), List.of()))
        .hasMessageContaining(
            "'charge_key' is no column that a rollup may keep; those are service");
    assertThatThrownBy(() -> new Rollup("teams", Rollup.Grain.DAY, List.of(), List.of("*", "A")))
        .hasMessageContaining("* stands for all dimensions");
  }

  @Test
  void auditFindsOneThatIsNotTheLedger() {
    Rollups.declare(warehouse, TEAMS);
    commit(WRITTEN, entry("acme", "1"));
    addStray();

    assertThat(Audit.run(warehouse, "acme").findings())
        .contains(
            new Audit.Finding(
                Audit.ROLLUP,
                "acme",
                "team_months, billing month 2026-01, from 2026-01-01T00:00:00Z, USD, list_cost",
                "1",
                "1.25"));
    new Rollups(warehouse).rebuild(List.of(TEAMS));
    assertThat(Audit.run(warehouse, "acme").findings())
        .noneMatch(finding -> finding.invariant().equals(Audit.ROLLUP));
  }

  @Test
  void maintenanceMergesAndNetsItAndKeepsItsName() {
    Rollups.declare(warehouse, TEAMS);
    for (int i = 0; i < 4; i++) {
      commit(WRITTEN, entry("acme", i == 3 ? "-2" : "1", "Team", "web"));
    }
    new Maintenance(warehouse, TierSettings.DEFAULT).run(WRITTEN);

    assertThat(rows(table(TEAMS))).hasSize(1);
    assertEqualsLedger(TEAMS);
  }

  @Test
  void keepsNoMoreThanTheLedgerOnceAMonthIsFrozen() {
    Rollup fine =
        new Rollup("fine", Rollup.Grain.HOUR, List.of("resource_id"), List.of(Rollup.EVERY));
    Rollups.declare(warehouse, fine);
    LedgerEntry used = entry("acme", "1", "Team", "web");
    used.setResourceId("r1");
    commit(WRITTEN, used);
    commit(WRITTEN.plus(Duration.ofDays(1)), used);
    assertThat(rows(table(fine)))
        .extracting(row -> row.getField("resource_id"))
        .containsExactly("r1", "r1");

    BillingMonth month = BillingMonth.of(used.getBillingPeriodStart());
    new Maintenance(warehouse, TierSettings.DEFAULT).freeze(month.plus(1));

    assertEqualsLedger(fine);
    assertEqualsLedger(Rollup.DAILY);
    assertThat(rows(table(fine)))
        .extracting(row -> row.getField("resource_id"))
        .containsOnlyNulls();
    assertThat(Audit.run(warehouse, null).findings())
        .noneMatch(finding -> finding.invariant().equals(Audit.ROLLUP));
  }

  @Test
  void isThatOfTheOthersOnceATenantIsErased() {
    Rollups.declare(warehouse, TEAMS);
    commit(WRITTEN, entry("acme", "1"), entry("globex", "2"));
    commit(WRITTEN, entry("acme", "3"));
    Erasure erasure = new Erasure(warehouse, "acme");
    assertThat(erasure.rowsOfRollups()).isEqualTo(Map.of("team_months", 2L));
    erasure.run();

    assertThat(erasure.rowsOfRollups()).isEmpty();
    assertThat(rows(table(TEAMS))).hasSize(1);
    assertThat(table(TEAMS).snapshots()).hasSize(1);
    assertEqualsLedger(TEAMS);
  }

  @Test
  void isBuiltAnewBesideWhoCommitsAllTheTime() {
    Rollups.declare(warehouse, TEAMS);
    commit(WRITTEN, entry("acme", "1", "Team", "web"));
    addStray();
    AtomicInteger commits = new AtomicInteger();
    Consumer<String> commitBeforeEachRead =
        location -> {
          if (location.contains("/cost_ledger/data/")) {
            commit(WRITTEN, entry("acme", "1", "Team", "web"));
            commits.incrementAndGet();
          }
        };
    try (Warehouse watched =
        WatchedFileIO.open(WarehouseSettings.local(directory), commitBeforeEachRead)) {
      new Rollups(watched).rebuild(List.of(TEAMS));
    }

    assertThat(commits).hasPositiveValue();
    assertEqualsLedger(TEAMS);
    assertThat(Audit.run(warehouse, null).findings())
        .noneMatch(finding -> finding.invariant().equals(Audit.ROLLUP));
  }

  /** A row of {@link #TEAMS} that nothing in the ledger is the reason of. */
  private void addStray() {
    Table table = table(TEAMS);
    Record stray = rows(table).get(0).copy();
    stray.setField("list_cost", new BigDecimal("0.250000000000000000"));
    List<DataFile> files;
    try (OpenFiles writer = new OpenFiles(table, 0)) {
      writer.write(stray);
      files = writer.complete();
    }
    AppendCommit.appendIfUnchanged(table, files);
  }

  private Table table(Rollup rollup) {
    return requireNonNull(Rollups.existing(warehouse, rollup));
  }

  private static List<Record> rows(Table table) {
    List<Record> rows = new ArrayList<>();
    TableScans.forEach(table, Expressions.alwaysTrue(), rows::add);
    return rows;
  }

  private void assertEqualsLedger(Rollup rollup) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Table table = table(rollup);
    assertThat(SnapshotMarks.ledgerSnapshot(table.currentSnapshot()))
        .isEqualTo(ledger.currentSnapshot().snapshotId());
    assertThat(sums(rollup, table)).isNotEmpty().isEqualTo(sums(rollup, ledger));
  }

  /** Effective costs by what the rollup tells apart. */
  private static SortedMap<String, BigDecimal> sums(Rollup rollup, Table table) {
    SortedMap<String, String> kept = new TreeMap<>();
    DimensionDocs.idsByColumn(table.schema())
        .forEach(
            (column, id) -> {
              if (rollup.keeps(id)) {
                kept.put(id, column);
              }
            });
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    for (Record row : rows(table)) {
      String group =
          Stream.of(
                      "tenant_id",
                      "entry_kind",
                      "basis",
                      "billing_period_start",
                      "billing_month",
                      "billing_currency")
                  .map(column -> row.getField(column).toString())
                  .collect(Collectors.joining("/"))
              + rollup.columns().stream().map(column -> "/" + row.getField(column)).toList()
              + kept.values().stream().map(column -> "/" + row.getField(column)).toList()
              + rollup.grain().start(time(row, "charge_period_start"))
              + time(row, "entry_time").atOffset(ZoneOffset.UTC).toLocalDate();
      sums.merge(group, (BigDecimal) row.getField("effective_cost"), BigDecimal::add);
    }
    sums.values().removeIf(sum -> sum.signum() == 0);
    return sums;
  }

  private static Instant time(Record row, String column) {
    return ((OffsetDateTime) row.getField(column)).toInstant();
  }

  private void commit(Instant time, LedgerEntry... entries) {
    try (WarehouseCommit commit =
        new WarehouseCommit(warehouse, "run-" + runs++, Clock.fixed(time, ZoneOffset.UTC))) {
      for (LedgerEntry entry : entries) {
        commit.add(WarehouseRow.of(entry));
      }
      commit.commit(true);
    }
  }

  private static LedgerEntry entry(String tenant, String cost, String... elements) {
    return TestRecords.entry(tenant, "c1", cost, elements);
  }

  private static LedgerEntry entry(SplittableRandom random) {
    LedgerEntry entry =
        entry(
            "tenant-" + random.nextInt(3),
            BigDecimal.valueOf(random.nextLong(-1_000_000, 1_000_000), 6).toPlainString(),
            List.of("Team", "Env", "Späti").get(random.nextInt(3)),
            "e" + random.nextInt(4));
    entry.setChargePeriodStart(TestRecords.JANUARY.plusSeconds(random.nextInt(4_000_000)));
    entry.setBillingPeriodStart(
        (random.nextBoolean() ? TestRecords.JANUARY : TestRecords.FEBRUARY)
            .plusSeconds(3600L * random.nextInt(-14, 13)));
    entry.setServiceName(random.nextInt(3) == 0 ? null : "s" + random.nextInt(2));
    entry.setResourceId("r" + random.nextInt(5));
    return entry;
  }
}
