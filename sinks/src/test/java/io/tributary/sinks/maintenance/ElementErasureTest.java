package io.tributary.sinks.maintenance;

import static io.tributary.sinks.TestRecords.entry;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.BillingMonth;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.RollupElement;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.LedgerNet;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rollup.Rollups;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.WarehouseRow;
import io.tributary.sinks.rows.WarehouseWriter;
import java.io.IOException;
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
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElementErasureTest {

  private static final Instant MONDAY = Instant.parse("2026-03-02T10:00:00Z");
  private static final Instant TUESDAY = MONDAY.plus(Duration.ofDays(1));
  private static final Instant WEDNESDAY = MONDAY.plus(Duration.ofDays(2));
  private static final Instant LATER = Instant.parse("9999-01-01T00:00:00Z");
  private static final Set<String> CUSTOMER = Set.of("Customer");

  private static final Rollup CUSTOMERS =
      new Rollup("customers", Rollup.Grain.MONTH, List.of(), List.of("Customer"));

  @TempDir private Path directory;
  private Warehouse warehouse;
  private int checkpoints;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  /** What a policy makes of three lines: one of a name that another label may still give. */
  private void writeHistory() {
    write(
        MONDAY,
        entry("acme", "c1", "10", "Customer", "ann", "Team", "web"),
        entry("acme", "c2", "3", "Customer", "bob", "Team", "web"),
        entry("globex", "c1", "5", "Customer", "ann"));
    write(
        TUESDAY,
        entry("acme", "c1", "-10", "Customer", "ann", "Team", "web"),
        entry("acme", "c1", "10", "Team", "web"),
        entry("acme", "c2", "-3", "Customer", "bob", "Team", "web"),
        entry("acme", "c2", "3", "Customer", "eve", "Team", "web"),
        entry("acme", "c3", "7", "Customer", "bob", "Team", "web"));
  }

  @Test
  void whatNoNetEntryHasIsNotInTheHistoryEither() throws IOException {
    Rollups.declare(warehouse, CUSTOMERS);
    writeHistory();
    new Rollups(warehouse).follow();
    List<LedgerEntry> net = net("acme");
    SortedMap<String, Long> tallies = SnapshotMarks.tallies(ledger());
    assertThat(elements("acme")).as("the test can fail").contains("ann");
    assertThat(placed()).contains("acme Customer ann");

    ElementErasure erasure = erasure("acme", CUSTOMER);
    assertThat(erasure.due()).isEqualTo(rows(2, 1));
    assertThat(erasure.run()).isEqualTo(rows(2, 1));
    assertThat(erasure.run()).as("once").isEmpty();
    new Rollups(warehouse).catchUp();

    assertThat(elements("acme")).containsExactly("(erased)", "bob", "eve");
    assertThat(elements("globex")).containsExactly("ann");
    assertThat(placed())
        .contains("acme Customer (erased)", "acme Customer bob", "globex Customer ann")
        .doesNotContain("acme Customer ann");
    for (String rollup : List.of("cost_daily", "customers")) {
      assertThat(elementsOf(rollup, "acme")).doesNotContain("ann").contains("bob");
    }
    assertThat(net("acme")).containsExactlyInAnyOrderElementsOf(net);
    assertThat(SnapshotMarks.tallies(ledger())).isEqualTo(tallies);
    assertThat(Audit.run(warehouse, null).findings())
        .allMatch(finding -> finding.invariant().equals("I1"), "there are no charges");
    assertThat(Rollups.status(warehouse)).allMatch(Rollups.Status::follows);
  }

  @Test
  void theEndOfEachDayKeepsItsTotals() throws IOException {
    writeHistory();
    assertThat(totals(TUESDAY)).isEqualTo(Map.of("ann", "15", "bob", "3"));
    erasure("acme", CUSTOMER).run();
    assertThat(totals(TUESDAY)).isEqualTo(Map.of("(erased)", "10", "ann", "5", "bob", "3"));
    assertThat(totals(WEDNESDAY)).isEqualTo(Map.of("", "10", "ann", "5", "bob", "7", "eve", "3"));
  }

  @Test
  void earlierSnapshotsGoWithTheirFilesOfRollupsToo() throws IOException {
    writeHistory();
    new Rollups(warehouse).follow();
    erasure("acme", CUSTOMER).run();
    ForgottenHistory history = new ForgottenHistory(warehouse);
    new Rollups(warehouse).catchUp();
    assertThat(history.letGo(WarehouseTable.COST_LEDGER, Instant.EPOCH).left())
        .as("readers")
        .isPositive();
    int gone = new Maintenance(warehouse, TierSettings.DEFAULT).expire(LATER);
    assertThat(gone).isPositive();
    for (String name : List.of("cost_ledger", "cost_daily", "rollup_elements")) {
      Table table = table(name);
      assertThat(table.snapshots()).as(name).hasSize(1);
    }
  }

  /** Every tier, an element without a column of its own, more rows than are sorted at once. */
  @Test
  void noPlaceIsLeftOut() throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      entries.add(entry("acme", "c" + i, "1", "Customer", "ann " + i, "Beyond", "ann"));
      entries.add(entry("acme", "c" + i, "-1", "Customer", "ann " + i, "Beyond", "ann"));
      entries.add(entry("acme", "c" + i, "1", "Customer", "all", "Other", "ann"));
    }
    write(1, MONDAY, entries.toArray(LedgerEntry[]::new));
    TableTiers tiers = new TableTiers(warehouse, 7);
    tiers.freeze(BillingMonth.parse("2026-02"));
    write(1, TUESDAY, entries.toArray(LedgerEntry[]::new));
    tiers.coolDown(WEDNESDAY);
    write(1, WEDNESDAY, entries.toArray(LedgerEntry[]::new));
    List<LedgerEntry> net = net("acme");

    new ElementErasure(warehouse, "acme", Set.of("Customer", "Beyond"), clock(MONDAY), 7).run();

    SortedSet<String> left = new TreeSet<>();
    entries("acme")
        .forEach(e -> e.getElements().forEach((id, element) -> left.add(id + " " + element)));
    assertThat(left).contains("Customer all", "Other ann").doesNotContain("Beyond ann");
    assertThat(left).filteredOn(element -> element.startsWith("Customer ann")).isEmpty();
    assertThat(net("acme")).containsExactlyInAnyOrderElementsOf(net);
    assertThat(tiers.status()).extracting(TableTiers.Tier::tier).contains("hot", "cold", "frozen");
  }

  @Test
  void whatWasThereIsReversedLaterAsItIsNow() throws IOException {
    writeHistory();
    erasure("acme", CUSTOMER).run();
    write(
        WEDNESDAY,
        entry("acme", "c3", "-7", "Customer", "bob", "Team", "web"),
        entry("acme", "c3", "8", "Customer", "bob", "Team", "web"));
    assertThat(totals(LATER)).isEqualTo(Map.of("", "10", "ann", "5", "bob", "8", "eve", "3"));
    new Rollups(warehouse).catchUp();
    assertThat(Rollups.status(warehouse)).allMatch(Rollups.Status::follows);
  }

  private ElementErasure erasure(String tenant, Set<String> dimensions) {
    return new ElementErasure(warehouse, tenant, dimensions, clock(MONDAY));
  }

  private static SortedMap<WarehouseTable, Long> rows(long ledger, long places) {
    return new TreeMap<>(
        Map.of(WarehouseTable.COST_LEDGER, ledger, WarehouseTable.ROLLUP_ELEMENTS, places));
  }

  private static Clock clock(Instant time) {
    return Clock.fixed(time, ZoneOffset.UTC);
  }

  private Table ledger() {
    return warehouse.table(WarehouseTable.COST_LEDGER);
  }

  private Table table(String name) {
    return requireNonNull(
        Stream.of(WarehouseTable.values())
            .filter(table -> table.tableName().equals(name))
            .findFirst()
            .map(warehouse::table)
            .orElseGet(() -> Rollups.declaredTables(warehouse).get(name)));
  }

  private void write(Instant time, LedgerEntry... entries) {
    write(DimensionColumns.PER_TENANT, time, entries);
  }

  private void write(int columns, Instant time, LedgerEntry... entries) {
    try (WarehouseWriter writer = new WarehouseWriter(warehouse, columns, clock(time), 0)) {
      Stream.of(entries).map(WarehouseRow::of).forEach(writer::write);
      checkpoints++;
      new WarehouseAppends(warehouse)
          .commit(
              new CommitMark.Checkpoint("live", "sink", checkpoints, checkpoints - 1),
              writer.complete(),
              true,
              Map.of("in.acme", 1L, "applied.acme", 1L));
    }
  }

  private List<LedgerEntry> entries(String tenant) throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    try (CloseableIterable<LedgerEntry> rows =
        WarehouseReader.sealed(warehouse).entries(tenant, List.of())) {
      rows.forEach(entries::add);
    }
    return entries;
  }

  private List<LedgerEntry> net(String tenant) throws IOException {
    LedgerNet net = new LedgerNet();
    entries(tenant).forEach(net::add);
    return net.entries();
  }

  private SortedSet<String> elements(String tenant) throws IOException {
    SortedSet<String> elements = new TreeSet<>();
    entries(tenant).stream()
        .map(entry -> entry.getElements().get("Customer"))
        .filter(element -> element != null)
        .forEach(elements::add);
    return elements;
  }

  private SortedSet<String> elementsOf(String rollup, String tenant) throws IOException {
    SortedSet<String> elements = new TreeSet<>();
    try (CloseableIterable<Record> rows =
        IcebergGenerics.read(table(rollup)).where(WarehouseReader.tenant(tenant)).build()) {
      rows.forEach(row -> elements.add(String.valueOf(row.getField("customer"))));
    }
    return elements;
  }

  private SortedSet<String> placed() throws IOException {
    SortedSet<String> placed = new TreeSet<>();
    try (CloseableIterable<Stored<RollupElement>> rows =
        WarehouseReader.current(warehouse)
            .records(
                RollupElement.class, org.apache.iceberg.expressions.Expressions.alwaysTrue())) {
      rows.forEach(
          row ->
              placed.add(
                  row.record().getTenantId()
                      + " "
                      + row.record().getDimension()
                      + " "
                      + row.record().getElement()));
    }
    return placed;
  }

  /** Costs by customer of entries written before an instant, without those that are 0. */
  private Map<String, String> totals(Instant before) throws IOException {
    SortedMap<String, BigDecimal> totals = new TreeMap<>();
    try (CloseableIterable<Record> rows = IcebergGenerics.read(ledger()).build()) {
      for (Record row : rows) {
        Instant written = ((OffsetDateTime) row.getField("entry_time")).toInstant();
        if (written.isBefore(before.truncatedTo(java.time.temporal.ChronoUnit.DAYS))) {
          Object customer = row.getField("customer");
          totals.merge(
              customer == null ? "" : customer.toString(),
              (BigDecimal) row.getField("billed_cost"),
              BigDecimal::add);
        }
      }
    }
    SortedMap<String, String> texts = new TreeMap<>();
    totals.forEach(
        (customer, sum) -> {
          if (sum.signum() != 0) {
            texts.put(customer, sum.stripTrailingZeros().toPlainString());
          }
        });
    return texts;
  }
}
