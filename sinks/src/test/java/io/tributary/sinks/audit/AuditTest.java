package io.tributary.sinks.audit;

import static io.tributary.sinks.catalog.WarehouseTest.CLOCK;
import static io.tributary.sinks.catalog.WarehouseTest.commit;
import static io.tributary.sinks.catalog.WarehouseTest.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Op;
import io.tributary.events.Rejection;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.audit.Audit.Finding;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.catalog.LocalFileIO;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.commit.WarehouseFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditTest {

  @TempDir Path directory;
  private Warehouse warehouse;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  @Test
  void passesWhereEntriesAddUpToTheLiveCharges() {
    sound();
    Audit.Report report = Audit.run(warehouse, null);
    assertThat(report.findings()).isEmpty();
    assertThat(report.tenants()).isEqualTo(2);
    assertThat(report.charges()).isEqualTo(4);
    assertThat(report.entries()).isEqualTo(7);
    assertThat(report.deliveries()).isEqualTo(2);
  }

  @Test
  void givesTheSameAnswerInManyPasses() {
    sound();
    Charge february = TestRecords.charge("acme", "c1-february", 1, "4");
    february.setBillingPeriodStart(TestRecords.FEBRUARY);
    commit(warehouse, "february", february);
    assertThat(Audit.run(warehouse, null, 1)).isEqualTo(Audit.run(warehouse, null));
    assertThat(Audit.run(warehouse, null, 1).findings())
        .hasSize(4)
        .allSatisfy(f -> assertThat(f.subject()).contains("2026-02-01"));
  }

  @Test
  void findsAStrayEntry() {
    sound();
    commit(warehouse, "stray", TestRecords.entry("acme", "c9", "0.000000000000000001"));
    assertThat(Audit.run(warehouse, "acme").findings())
        .contains(
            new Finding(
                "I1",
                "acme",
                "billing month 2026-01, from 2026-01-01T00:00:00Z, USD, billed_cost",
                "3.5",
                "3.500000000000000001"))
        .hasSize(4)
        .allSatisfy(finding -> assertThat(finding.invariant()).isEqualTo("I1"));
    assertThat(Audit.run(warehouse, "globex").findings()).isEmpty();
  }

  @Test
  void chargesThatFitMaySumToMoreDigits() {
    commit(
        warehouse,
        "large",
        receipt("delivery-1", 1, 2),
        TestRecords.charge("acme", "c1", 1, "60000000000000000000"),
        TestRecords.charge("acme", "c2", 1, "60000000000000000000"),
        TestRecords.entry("acme", "c1", "60000000000000000000"),
        TestRecords.entry("acme", "c2", "60000000000000000000"));
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
    commit(warehouse, "stray", TestRecords.entry("acme", "c2", "0.000000000000000001"));
    assertThat(Audit.run(warehouse, null).findings())
        .hasSize(4)
        .allSatisfy(
            finding -> {
              assertThat(finding.expected()).isEqualTo("120000000000000000000");
              assertThat(finding.actual()).isEqualTo("120000000000000000000.000000000000000001");
            });
  }

  @Test
  void findsATransferThatDoesNotBalance() {
    sound();
    commit(warehouse, "stray", transfer("c1", "-0.25", "Shared"));
    assertThat(Audit.run(warehouse, null).findings())
        .contains(
            new Finding(
                "I2",
                "acme",
                "billing month 2026-01, from 2026-01-01T00:00:00Z, allocation Shared, billed, USD, list_cost",
                "0",
                "-0.25"))
        .hasSize(4);
  }

  @Test
  void countsAChargeOnceHoweverOftenItWasArchivedBehindItsSuccessor() {
    sound();
    commit(
        warehouse,
        "again",
        TestRecords.charge("acme", "c1", 1, "1"),
        TestRecords.charge("acme", "c1", 1, "1"));
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
  }

  @Test
  void countsChargesThatDoNotNameTheirDeliveryByScopeAndSequence() {
    Charge unnamed = TestRecords.charge("acme", "c1", 1, "1");
    unnamed.setDeliveryId("");
    commit(
        warehouse,
        "unnamed",
        receipt("delivery-1", 1, 1),
        unnamed,
        TestRecords.entry("acme", "c1", "1"));
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
    commit(warehouse, "second", receipt("", 2, 0), TestRecords.entry("acme", "c1", "-1"));
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
  }

  @Test
  void findsAnArchivedChargeTooFewAndARejectionTooMany() {
    sound();
    DeliveryReceipt receipt = receipt("delivery-3", 3, 2);
    receipt.setRejected(0L);
    Charge third = TestRecords.charge("acme", "c3", 3, "1");
    commit(
        warehouse,
        "more",
        receipt,
        third,
        TestRecords.entry("acme", "c3", "1"),
        rejection("delivery-3"));
    assertThat(Audit.run(warehouse, "acme").findings())
        .contains(
            new Finding("I6", "acme", "charges archived of delivery delivery-3", "2", "1"),
            new Finding("I6", "acme", "rows rejected of delivery delivery-3", "0", "1"));
  }

  @Test
  void findsRecordsThatVanishedOnTheWay() {
    sound();
    new WarehouseAppends(warehouse)
        .commit(
            new CommitMark.Checkpoint("live", "ledger", 1, 0),
            WarehouseFiles.NONE,
            true,
            Map.of("in.charge", 10L, "applied.charge", 6L, "duplicates.charge", 3L));
    assertThat(Audit.run(warehouse, null).findings())
        .containsExactly(new Finding("I6", "", "records in of charge", "10", "9"));
  }

  @Test
  void findsADeletedDataFile() throws IOException {
    sound();
    Path file = ledgerFile();
    Files.delete(file);
    assertThat(Audit.run(warehouse, null).findings())
        .contains(
            new Finding(
                Audit.FILES, "", LocalFileIO.location(file), "there and readable", "missing"));
  }

  @Test
  void findsACutDataFile() throws IOException {
    sound();
    Path file = ledgerFile();
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, List.of("short"));
    assertThat(Audit.run(warehouse, null).findings())
        .contains(
            new Finding(
                Audit.FILES,
                "",
                LocalFileIO.location(file),
                "there and readable",
                "6 bytes, not " + bytes.length));
  }

  @Test
  void findsAnOverwrittenDataFileOfTheSameLength() throws IOException {
    sound();
    Path file = ledgerFile();
    Files.write(file, new byte[(int) Files.size(file)]);
    assertThat(Audit.run(warehouse, null).findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.subject()).isEqualTo(LocalFileIO.location(file));
              assertThat(finding.actual()).startsWith("unreadable: ");
            });
  }

  @Test
  void ofOneVersionTheGreaterEncodingCounts() {
    Charge lesser = TestRecords.charge("acme", "c1", 1, "1");
    Charge greater = TestRecords.charge("acme", "c1", 1, "2");
    greater.setChargeCategory("Usagf");
    commit(warehouse, "run", greater, lesser, TestRecords.entry("acme", "c1", "2"));
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
  }

  @Test
  void leavesOutArchivesThatNoLedgerSnapshotSeals() {
    sound();
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, "unfinished", CLOCK)) {
      commit.add(row(WarehouseTable.CHARGES, TestRecords.charge("acme", "c7", 2, "7")));
      commit.commit(false);
    }
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
  }

  /**
   * Of acme's first delivery c1 is repriced, c2 is withdrawn by the second, c3 was a mistake; of
   * globex no delivery is recorded.
   */
  private void sound() {
    commit(
        warehouse,
        "first",
        receipt("delivery-1", 1, 3),
        TestRecords.charge("acme", "c1", 1, "1"),
        TestRecords.charge("acme", "c2", 1, "2"),
        TestRecords.charge("acme", "c3", 1, "5"),
        TestRecords.charge("globex", "c1", 1, "100"),
        TestRecords.entry("acme", "c1", "1"),
        TestRecords.entry("acme", "c2", "2"),
        TestRecords.entry("globex", "c1", "100"));
    Charge deleted = TestRecords.charge("acme", "c3", 2, "5");
    deleted.setOp(Op.DELETE);
    DeliveryReceipt second = receipt("delivery-2", 2, 2);
    second.setRejected(1L);
    commit(
        warehouse,
        "second",
        second,
        rejection("delivery-2"),
        TestRecords.charge("acme", "c1", 2, "3.5"),
        deleted,
        TestRecords.entry("acme", "c1", "2.5"),
        TestRecords.entry("acme", "c2", "-2"),
        transfer("c1", "-0.5", "Shared"),
        transfer("c2", "0.5", "Shared"));
  }

  private static LedgerEntry transfer(String key, String cost, String allocation) {
    LedgerEntry entry = TestRecords.entry("acme", key, cost);
    entry.setEntryKind(EntryKind.TRANSFER);
    entry.setAllocation(allocation);
    return entry;
  }

  private static DeliveryReceipt receipt(String id, long sequence, long charges) {
    DeliveryReceipt receipt = (DeliveryReceipt) TestRecords.sparse(WarehouseTable.DELIVERIES);
    receipt.setTenantId("acme");
    receipt.setDeliveryId(id);
    receipt.setServiceProviderName("aws");
    receipt.setBillingAccountId("payer");
    receipt.setReport("default");
    receipt.setBillingPeriodStart(TestRecords.JANUARY);
    receipt.setSequence(sequence);
    receipt.setRows(charges);
    receipt.setCharges(charges);
    return receipt;
  }

  private static SpecificRecordBase rejection(String delivery) {
    Rejection rejection = (Rejection) TestRecords.sparse(WarehouseTable.REJECTED);
    rejection.setTenantId("acme");
    rejection.setDeliveryId(delivery);
    return rejection;
  }

  private Path ledgerFile() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("data/tributary/cost_ledger/data"))) {
      return files
          .filter(f -> f.toString().endsWith(".parquet"))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }
}
