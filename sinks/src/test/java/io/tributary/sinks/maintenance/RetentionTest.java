package io.tributary.sinks.maintenance;

import static io.tributary.sinks.TestRecords.charge;
import static io.tributary.sinks.TestRecords.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.events.UsageHour;
import io.tributary.sinks.Audit;
import io.tributary.sinks.RemovedPeriods;
import io.tributary.sinks.Rollups;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseCommit;
import io.tributary.sinks.WarehouseReader;
import io.tributary.sinks.WarehouseReader.Stored;
import io.tributary.sinks.WarehouseRow;
import io.tributary.sinks.WarehouseSettings;
import io.tributary.sinks.WarehouseTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

  private static final Instant AUGUST = Instant.parse("2026-08-01T00:00:00Z");
  private static final YearMonth JANUARY = YearMonth.of(2026, 1);
  private static final YearMonth MARCH = YearMonth.of(2026, 3);

  @TempDir private Path directory;
  private Warehouse warehouse;
  private int runs;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
    for (YearMonth month = JANUARY;
        month.isBefore(MARCH.plusMonths(2));
        month = month.plusMonths(1)) {
      writeMonth("acme", month);
      writeMonth("globex", month);
    }
    new Rollups(warehouse).follow();
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  private static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private void writeMonth(String tenant, YearMonth month) {
    Charge charge = charge(tenant, "c" + month, 1, "2");
    charge.setBillingPeriodStart(start(month));
    charge.setBillingPeriodEnd(start(month.plusMonths(1)));
    charge.setChargePeriodStart(start(month));
    charge.setChargePeriodEnd(start(month).plusSeconds(3600));
    LedgerEntry entry = entry(tenant, "c" + month, "2", "Team", "web");
    entry.setBillingPeriodStart(start(month));
    entry.setChargePeriodStart(start(month));
    entry.setChargePeriodEnd(start(month).plusSeconds(3600));
    UsageHour usage = (UsageHour) TestRecords.sparse(WarehouseTable.USAGE_HOURLY);
    usage.setTenantId(tenant);
    usage.setHour(start(month));
    write(
        WarehouseRow.archived(charge, start(month)),
        WarehouseRow.archived(usage, start(month)),
        WarehouseRow.of(entry));
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

    assertThat(months("acme")).containsExactlyInAnyOrder(MARCH, MARCH.plusMonths(1));
    assertThat(entries("globex")).containsExactlyInAnyOrderElementsOf(others);
    assertThat(count(Charge.class, "acme")).isEqualTo(2);
    assertThat(count(Charge.class, "globex")).isEqualTo(4);
    assertThat(count(UsageHour.class, "acme")).as("for lines of later periods").isEqualTo(4);
    RemovedPeriods removed = RemovedPeriods.of(warehouse);
    assertThat(removed.before("acme")).isEqualTo(MARCH);
    assertThat(removed.before("globex")).isNull();
    assertThat(removed.has("acme", start(MARCH).minusSeconds(1))).isTrue();
    assertThat(removed.has("acme", start(MARCH))).isFalse();
    assertThat(Rollups.status(warehouse)).allMatch(Rollups.Status::follows);
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
    assertThat(retention.run(AUGUST)).as("once").isEmpty();
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
    covering.setChargePeriodEnd(start(MARCH).plusSeconds(3600));
    LedgerEntry entry = entry("acme", "covering", "2");
    entry.setResourceId("r1");
    write(WarehouseRow.archived(covering, start(JANUARY)), WarehouseRow.of(entry));

    retention(5, Map.of()).run(AUGUST);

    assertThat(count(Charge.class, "acme")).isEqualTo(3);
    assertThat(months("acme")).doesNotContain(JANUARY);
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
  }

  @Test
  void everyTierIsReachedAndWhatComesLateGoesWithTheNextPeriod() throws IOException {
    TableTiers tiers = new TableTiers(warehouse);
    tiers.freeze(YearMonth.of(2026, 2));
    tiers.coolDown(Instant.MAX);
    Retention retention = retention(5, Map.of());
    retention.run(AUGUST);
    assertThat(months("acme")).hasSize(2);
    assertThat(tiers.status()).extracting(TableTiers.Tier::entries).containsExactly(4L);

    writeMonth("acme", JANUARY);
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
    assertThat(retention.run(AUGUST)).as("reads nothing").isEmpty();
    retention.run(Instant.parse("2026-09-01T00:00:00Z"));
    assertThat(months("acme")).containsExactly(MARCH.plusMonths(1));
    assertThat(RemovedPeriods.of(warehouse).before("acme")).isEqualTo(MARCH.plusMonths(1));
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

  private List<YearMonth> months(String tenant) throws IOException {
    return entries(tenant).stream()
        .map(entry -> RemovedPeriods.month(entry.getBillingPeriodStart()))
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
