package io.tributary.sinks.catalog;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

public class WarehouseTest {

  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC);
  private static final Instant RECORD_TIME = Instant.parse("2026-01-02T03:04:05.678901Z");

  @TempDir Path directory;

  @ParameterizedTest
  // What has cost_daily written is the ledger's commit: DailyRollupTest.
  @EnumSource(value = WarehouseTable.class, names = "COST_DAILY", mode = EnumSource.Mode.EXCLUDE)
  void readsBackWhatWasWritten(WarehouseTable table) throws IOException {
    List<SpecificRecordBase> written = new ArrayList<>();
    written.add(TestRecords.sparse(table));
    for (int n = 0; n < 3; n++) {
      written.add(TestRecords.full(table, n));
    }
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      try (WarehouseCommit commit = new WarehouseCommit(warehouse, "run-1", CLOCK)) {
        written.forEach(record -> commit.add(row(table, record)));
        commit.commit(true);
      }
      assertThat(records(WarehouseReader.sealed(warehouse), table))
          .containsExactlyInAnyOrderElementsOf(written);
    }
  }

  @ParameterizedTest
  @EnumSource(value = WarehouseTable.class, names = "COST_DAILY", mode = EnumSource.Mode.EXCLUDE)
  void readsPlannedFilesOneByOne(WarehouseTable table) throws IOException {
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      for (int n = 0; n < 3; n++) {
        try (WarehouseCommit commit = new WarehouseCommit(warehouse, "run-" + n, CLOCK)) {
          commit.add(row(table, TestRecords.full(table, n))).commit(false);
        }
      }
      List<SpecificRecordBase> read = new ArrayList<>();
      WarehouseReader reader = WarehouseReader.current(warehouse);
      for (String file : reader.plan(table, Expressions.alwaysTrue())) {
        try (var rows = WarehouseReader.read(warehouse, table.recordClass(), file)) {
          rows.forEach(
              row -> {
                read.add(row.record());
                assertThat(row.recordTime()).isEqualTo(table.hasRecordTime() ? RECORD_TIME : null);
              });
        }
      }
      assertThat(read)
          .containsExactlyInAnyOrder(
              TestRecords.full(table, 0), TestRecords.full(table, 1), TestRecords.full(table, 2));
    }
  }

  @Test
  void ledgerRowsAreHotLowerCaseAndStamped() throws IOException {
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      commit(warehouse, "run-1", TestRecords.entry("acme", "c1", "1.5", "CostCenter", "cc-1"));
      try (CloseableIterable<Record> rows =
          WarehouseReader.sealed(warehouse)
              .rows(
                  WarehouseTable.COST_LEDGER,
                  Expressions.alwaysTrue(),
                  "tier",
                  "entry_kind",
                  "basis",
                  "entry_time",
                  "cost_center")) {
        assertThat(rows)
            .extracting(Record::toString)
            .containsExactly("Record(hot, 2026-02-03T04:05:06Z, base, billed, cc-1)");
      }
    }
  }

  @Test
  void prunesByTenantAndBillingPeriod() throws IOException {
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      LedgerEntry february = TestRecords.entry("acme", "c2", "2");
      february.setBillingPeriodStart(TestRecords.FEBRUARY);
      commit(
          warehouse,
          "run-1",
          TestRecords.entry("acme", "c1", "1"),
          february,
          TestRecords.entry("globex", "c3", "3"));
      WarehouseReader reader = WarehouseReader.sealed(warehouse);
      try (CloseableIterable<LedgerEntry> entries =
          reader.entries("acme", List.of(BillingMonth.parse("2026-02")))) {
        assertThat(entries).containsExactly(february);
      }
      try (CloseableIterable<LedgerEntry> entries = reader.entries("acme", List.of())) {
        assertThat(entries).hasSize(2);
      }
      for (Expression filter :
          List.of(
              WarehouseReader.billingPeriods(List.of(TestRecords.FEBRUARY)),
              WarehouseReader.billingMonths(List.of(BillingMonth.parse("2026-02"))))) {
        assertThat(reader.plan(WarehouseTable.COST_LEDGER, filter)).hasSize(1);
      }
    }
  }

  @ParameterizedTest(name = "a period from {0} is in the partition of {1}")
  @CsvSource({
    "2026-03-01T00:00:00Z, 2026-03-01",
    "2026-03-01T08:00:00Z, 2026-03-01",
    "2026-02-28T16:00:00Z, 2026-03-01",
    "2026-02-28T10:00:00Z, 2026-03-01",
    "2026-02-28T09:59:59.999999Z, 2026-02-01",
    "2026-04-16T00:00:00Z, 2026-04-01",
    "1969-12-31T16:00:00Z, 1970-01-01",
    "1969-11-30T16:00:00Z, 1969-12-01",
  })
  void rowsGetTheirBillingMonthWhenTheyAreWritten(Instant start, LocalDate month)
      throws IOException {
    LedgerEntry entry = TestRecords.entry("acme", "c1", "1");
    entry.setBillingPeriodStart(start);
    Charge charge = TestRecords.charge("acme", "c1", 1, "1");
    charge.setBillingPeriodStart(start);
    DeliveryReceipt receipt = (DeliveryReceipt) TestRecords.sparse(WarehouseTable.DELIVERIES);
    receipt.setBillingPeriodStart(start);
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      commit(warehouse, "run-1", entry, charge, receipt);
      WarehouseReader reader = WarehouseReader.sealed(warehouse);
      for (WarehouseTable table :
          List.of(
              WarehouseTable.COST_LEDGER,
              WarehouseTable.COST_DAILY,
              WarehouseTable.CHARGES,
              WarehouseTable.DELIVERIES)) {
        try (CloseableIterable<Record> rows =
            reader.rows(table, Expressions.alwaysTrue(), "billing_month")) {
          assertThat(rows)
              .as("%s", table)
              .singleElement()
              .returns(month, row -> row.getField("billing_month"));
        }
      }
      for (WarehouseTable table :
          List.of(WarehouseTable.COST_LEDGER, WarehouseTable.COST_DAILY, WarehouseTable.CHARGES)) {
        assertThat(reader.plan(table, Expressions.alwaysTrue()))
            .singleElement(as(STRING))
            .contains("/billing_month=" + month + "/");
      }
      assertThat(records(reader, WarehouseTable.COST_LEDGER)).containsExactly(entry);
      assertThat(records(reader, WarehouseTable.CHARGES)).containsExactly(charge);
    }
  }

  @Test
  void reopensWithTheSameColumnNumbers() {
    Map<String, Integer> first = new TreeMap<>();
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      warehouse
          .table(WarehouseTable.COST_LEDGER)
          .schema()
          .columns()
          .forEach(column -> first.put(column.name(), column.fieldId()));
    }
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
      assertThat(ledger.schema().columns())
          .allSatisfy(c -> assertThat(c.fieldId()).isEqualTo(first.get(c.name())));
      assertThat(ledger.spec().toString()).contains("tier: identity", "billing_month: identity");
      assertThat(ledger.properties()).containsEntry("write.metadata.compression-codec", "gzip");
    }
  }

  @Test
  void leavesNoSidecarsNorHalfFiles() throws IOException {
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      commit(warehouse, "run-1", TestRecords.entry("acme", "c1", "1"));
    }
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".crc") || name.endsWith(".partial"));
    }
  }

  @Test
  void refusesToReadWhereNoWarehouseIs() {
    assertThatThrownBy(() -> Warehouse.openExisting(WarehouseSettings.local(directory)))
        .isInstanceOf(WarehouseException.class)
        .hasMessage("no warehouse in " + directory);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void settingsShowNoSecret() {
    WarehouseSettings settings =
        WarehouseSettings.jdbc(
            "jdbc:postgresql://joe:hunter2@db/lake?password=hunter2",
            "s3://lake",
            Map.of("jdbc.password", "hunter2", "s3.secret-access-key", "hunter2"));
    assertThat(settings.toString()).contains("s3://lake").doesNotContain("hunter2");
  }

  public static void commit(Warehouse warehouse, String run, SpecificRecordBase... records) {
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, run, CLOCK)) {
      for (SpecificRecordBase record : records) {
        commit.add(row(WarehouseTable.of(record.getClass()), record));
      }
      commit.commit(true);
    }
  }

  public static WarehouseRow row(WarehouseTable table, SpecificRecordBase record) {
    return new WarehouseRow(table, record, table.hasRecordTime() ? RECORD_TIME : null);
  }

  public static List<SpecificRecordBase> records(WarehouseReader reader, WarehouseTable table)
      throws IOException {
    List<SpecificRecordBase> records = new ArrayList<>();
    try (CloseableIterable<? extends Stored<?>> rows =
        reader.records(table.recordClass(), Expressions.alwaysTrue())) {
      rows.forEach(row -> records.add(row.record()));
    }
    return records;
  }
}
