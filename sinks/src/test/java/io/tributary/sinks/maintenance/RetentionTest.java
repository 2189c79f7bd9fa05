package io.tributary.sinks.maintenance;

import static io.tributary.sinks.TestRecords.charge;
import static io.tributary.sinks.TestRecords.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.events.UsageHour;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.RemovedPeriods;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.sinks.rollup.Rollups;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

  private static final Instant AUGUST = Instant.parse("2026-08-01T00:00:00Z");
  private static final BillingMonth JANUARY = BillingMonth.parse("2026-01");
  private static final BillingMonth MARCH = BillingMonth.parse("2026-03");

  @TempDir private Path directory;
  private Warehouse warehouse;
  private int runs;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
    for (BillingMonth month = JANUARY; month.isBefore(MARCH.plus(2)); month = month.plus(1)) {
      writeMonth("acme", month);
      writeMonth("globex", month);
    }
    new Rollups(warehouse).follow();
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  /** A charge and its entry of a period that starts at {@code start}. */
  private static List<WarehouseRow> billed(String tenant, String key, Instant start) {
    Charge charge = charge(tenant, key, 1, "2");
    charge.setBillingPeriodStart(start);
    charge.setBillingPeriodEnd(BillingMonth.endOfPeriod(start));
    charge.setChargePeriodStart(start);
    charge.setChargePeriodEnd(start.plusSeconds(3600));
    LedgerEntry entry = entry(tenant, key, "2", "Team", "web");
    entry.setBillingPeriodStart(start);
    entry.setChargePeriodStart(start);
    entry.setChargePeriodEnd(start.plusSeconds(3600));
    return List.of(WarehouseRow.archived(charge, start), WarehouseRow.of(entry));
  }

  private void writeMonth(String tenant, BillingMonth month) {
    List<WarehouseRow> rows = new ArrayList<>(billed(tenant, "c" + month, month.start()));
    UsageHour usage = (UsageHour) TestRecords.sparse(WarehouseTable.USAGE_HOURLY);
    usage.setTenantId(tenant);
    usage.setHour(month.start());
    rows.add(WarehouseRow.archived(usage, month.start()));
    write(rows.toArray(WarehouseRow[]::new));
  }

  private void write(WarehouseRow... rows) {
    try (WarehouseCommit commit =
        new WarehouseCommit(warehouse, "run " + runs++, Clock.fixed(AUGUST, ZoneOffset.UTC))) {
      for (WarehouseRow row : rows) {
        commit.add(row);
      }
      commit.commit(true);
    }
  }

  private Retention retention(int months, Map<String, Integer> tenants) {
    return new Retention(warehouse, new RetentionSettings(months, tenants), 3);
  }

  private static SortedMap<WarehouseTable, Long> rows(long ledger, long charges, long usage) {
    SortedMap<WarehouseTable, Long> rows = new TreeMap<>();
    rows.put(WarehouseTable.COST_LEDGER, ledger);
    rows.put(WarehouseTable.CHARGES, charges);
    rows.put(WarehouseTable.USAGE_HOURLY, usage);
    rows.values().removeIf(count -> count == 0);
    return rows;
  }

  @Test
  void everythingIsKeptUnlessSettingsSayOtherwise() {
    assertThat(new Retention(warehouse, RetentionSettings.FOREVER).run(AUGUST)).isEmpty();
    assertThat(TierSettings.DEFAULT.retention()).isEqualTo(RetentionSettings.FOREVER);
  }

  @Test
  void periodsOfATenantGoWholeAndThoseOfOthersStay() throws IOException {
    List<LedgerEntry> others = entries("globex");
    Retention retention = retention(TierSettings.NEVER, Map.of("acme", 5));
    assertThat(retention.due(AUGUST)).isEqualTo(rows(2, 2, 0));
    assertThat(months("acme")).as("nothing is changed").hasSize(4);

    assertThat(retention.run(AUGUST)).isEqualTo(rows(2, 2, 0));

    assertThat(months("acme")).containsExactlyInAnyOrder(MARCH, MARCH.plus(1));
    assertThat(entries("globex")).containsExactlyInAnyOrderElementsOf(others);
    assertThat(count(Charge.class, "acme")).isEqualTo(2);
    assertThat(count(Charge.class, "globex")).isEqualTo(4);
    assertThat(count(UsageHour.class, "acme")).as("for lines of later periods").isEqualTo(4);
    RemovedPeriods removed = RemovedPeriods.of(warehouse);
    assertThat(removed.before("acme")).isEqualTo(MARCH);
    assertThat(removed.before("globex")).isNull();
    assertThat(removed.has("acme", MARCH.plus(-1))).isTrue();
    assertThat(removed.has("acme", MARCH)).isFalse();
    assertThat(Rollups.status(warehouse)).allMatch(Rollups.Status::follows);
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
    assertThat(retention.run(AUGUST)).as("once").isEmpty();
  }

  /** Of clouds at UTC+14, UTC+8, UTC-8 and UTC-12, of half months and of a year. */
  @Test
  void theSameMonthGoesOfEveryCloudWheneverItStarts() throws IOException {
    List<String> removed =
        List.of(
            "2026-01-31T10:00:00Z",
            "2026-01-31T16:00:00Z",
            "2026-02-01T08:00:00Z",
            "2026-02-01T12:00:00Z",
            "2026-02-16T00:00:00Z",
            "2026-02-28T09:59:59Z",
            "2025-06-01T00:00:00Z");
    List<String> kept =
        List.of(
            "2026-02-28T10:00:00Z",
            "2026-02-28T16:00:00Z",
            "2026-03-01T08:00:00Z",
            "2026-03-01T12:00:00Z",
            "2026-03-16T00:00:00Z");
    for (String start : Stream.concat(removed.stream(), kept.stream()).toList()) {
      write(billed("initech", start, Instant.parse(start)).toArray(WarehouseRow[]::new));
    }
    Retention retention = retention(TierSettings.NEVER, Map.of("initech", 5));
    assertThat(retention.due(AUGUST)).isEqualTo(rows(7, 7, 0));
    assertThat(retention.run(AUGUST)).isEqualTo(rows(7, 7, 0));

    assertThat(entries("initech"))
        .extracting(LedgerEntry::getChargeKey)
        .containsExactlyInAnyOrderElementsOf(kept);
    assertThat(count(Charge.class, "initech")).isEqualTo(kept.size());
    assertThat(Rollups.status(warehouse)).allMatch(Rollups.Status::follows);
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
  }

  @Test
  void usageGoesThreeMonthsLater() throws IOException {
    Instant november = Instant.parse("2026-11-01T00:00:00Z");
    Retention retention = retention(5, Map.of("globex", TierSettings.NEVER));
    assertThat(retention.run(november)).isEqualTo(rows(4, 4, 2));
    assertThat(count(UsageHour.class, "acme")).isEqualTo(2);
    assertThat(months("acme")).isEmpty();
    assertThat(months("globex")).hasSize(4);
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
  }

  /** Its estimates would come back in a period that is kept. */
  @Test
  void aChargeThatCoversUsageOfAPeriodThatIsKeptStays() throws IOException {
    Charge covering = charge("acme", "covering", 1, "2");
    covering.setResourceId("r1");
    covering.setChargePeriodEnd(MARCH.start().plusSeconds(3600));
    LedgerEntry entry = entry("acme", "covering", "2");
    entry.setResourceId("r1");
    write(WarehouseRow.archived(covering, JANUARY.start()), WarehouseRow.of(entry));

    retention(5, Map.of()).run(AUGUST);

    assertThat(count(Charge.class, "acme")).isEqualTo(3);
    assertThat(months("acme")).doesNotContain(JANUARY);
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
  }

  @Test
  void everyTierIsReachedAndWhatComesLateGoesWithTheNextPeriod() throws IOException {
    TableTiers tiers = new TableTiers(warehouse);
    tiers.freeze(BillingMonth.parse("2026-02"));
    tiers.coolDown(Instant.MAX);
    Retention retention = retention(5, Map.of());
    retention.run(AUGUST);
    assertThat(months("acme")).hasSize(2);
    assertThat(tiers.status()).extracting(TableTiers.Tier::entries).containsExactly(4L);

    writeMonth("acme", JANUARY);
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
    assertThat(retention.run(AUGUST)).as("reads nothing").isEmpty();
    retention.run(Instant.parse("2026-09-01T00:00:00Z"));
    assertThat(months("acme")).containsExactly(MARCH.plus(1));
    assertThat(RemovedPeriods.of(warehouse).before("acme")).isEqualTo(MARCH.plus(1));
  }

  @Test
  void whatWasRemovedStaysRemovedUnderLongerSettings() {
    retention(5, Map.of()).run(AUGUST);
    retention(7, Map.of()).run(AUGUST);
    assertThat(RemovedPeriods.of(warehouse).before("acme")).isEqualTo(MARCH);
  }

  @Test
  void aRoundThatWasKilledIsFinished() throws IOException {
    RemovedPeriods.add(warehouse, Map.of("acme", MARCH));
    assertThat(Audit.run(warehouse, null).findings()).as("in between").isEmpty();
    assertThat(retention(TierSettings.NEVER, Map.of("acme", 5)).run(AUGUST))
        .isEqualTo(rows(2, 2, 0));
    assertThat(months("acme")).hasSize(2);
  }

  @Test
  void aPeriodThatMayStillChangeIsNotRemoved() {
    assertThatThrownBy(() -> new RetentionSettings(3, Map.of()))
        .hasMessageContaining("cannot be removed after 3");
    assertThatThrownBy(() -> new RetentionSettings(12, Map.of("acme", 1)))
        .hasMessageContaining("cannot be removed after 1");
  }

  private List<LedgerEntry> entries(String tenant) throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    try (CloseableIterable<LedgerEntry> rows =
        WarehouseReader.sealed(warehouse).entries(tenant, List.of())) {
      rows.forEach(entries::add);
    }
    return entries;
  }

  private List<BillingMonth> months(String tenant) throws IOException {
    return entries(tenant).stream()
        .map(entry -> BillingMonth.of(entry.getBillingPeriodStart()))
        .distinct()
        .toList();
  }

  private <R extends SpecificRecordBase> int count(Class<R> recordClass, String tenant)
      throws IOException {
    List<R> records = new ArrayList<>();
    try (CloseableIterable<Stored<R>> rows =
        WarehouseReader.sealed(warehouse)
            .records(
                recordClass,
                Expressions.and(WarehouseReader.tenant(tenant), Expressions.alwaysTrue()))) {
      rows.forEach(row -> records.add(row.record()));
    }
    return records.size();
  }
}
