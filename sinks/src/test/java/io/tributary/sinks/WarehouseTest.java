package io.tributary.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.LedgerEntry;
import io.tributary.sinks.WarehouseReader.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WarehouseTest {

  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC);
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
          reader.entries("acme", List.of(TestRecords.FEBRUARY))) {
        assertThat(entries).containsExactly(february);
      }
      try (CloseableIterable<LedgerEntry> entries = reader.entries("acme", List.of())) {
        assertThat(entries).hasSize(2);
      }
      assertThat(
              reader.plan(
                  WarehouseTable.COST_LEDGER,
                  WarehouseReader.billingPeriods(List.of(TestRecords.FEBRUARY))))
          .hasSize(1);
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
      assertThat(ledger.spec().toString()).contains("tier: identity", "month(");
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

  static void commit(Warehouse warehouse, String run, SpecificRecordBase... records) {
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, run, CLOCK)) {
      for (SpecificRecordBase record : records) {
        commit.add(row(WarehouseTable.of(record.getClass()), record));
      }
      commit.commit(true);
    }
  }

  static WarehouseRow row(WarehouseTable table, SpecificRecordBase record) {
    return new WarehouseRow(table, record, table.hasRecordTime() ? RECORD_TIME : null);
  }

  static List<SpecificRecordBase> records(WarehouseReader reader, WarehouseTable table)
      throws IOException {
    List<SpecificRecordBase> records = new ArrayList<>();
    try (CloseableIterable<? extends Stored<?>> rows =
        reader.records(table.recordClass(), Expressions.alwaysTrue())) {
      rows.forEach(row -> records.add(row.record()));
    }
    return records;
  }
}
