package io.tributary.sinks.audit;

import static io.tributary.sinks.catalog.WarehouseTest.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.catalog.DeliveryReceipt;
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
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From snapshot to snapshot the same is found as by an audit of everything. */
class ContinuousAuditTest {

  @TempDir private Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private Warehouse warehouse;

  @SuppressWarnings("NullAway.Init")
  private ContinuousAudit audit;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
    audit = new ContinuousAudit(warehouse);
    commit(
        warehouse,
        "first",
        receipt("delivery-1", 1, 1),
        TestRecords.charge("acme", "c1", 1, "1"),
        TestRecords.charge("globex", "c1", 1, "100"),
        TestRecords.entry("acme", "c1", "1"),
        TestRecords.entry("globex", "c1", "100"));
    assertThat(audit.step()).isEmpty();
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  @Test
  void staysSilentWhileWhatComesIsRight() {
    commit(
        warehouse,
        "second",
        receipt("delivery-2", 2, 1),
        TestRecords.charge("acme", "c1", 2, "3"),
        TestRecords.entry("acme", "c1", "2"));
    assertThat(audit.step()).isEmpty();
    assertThat(audit.step()).as("nothing new").isEmpty();
    assertThat(Audit.run(warehouse, null).findings()).isEmpty();
  }

  @Test
  void tellsOnceOfDriftWithTheDeliveryItCameWith() {
    commit(
        warehouse,
        "second",
        receipt("delivery-2", 2, 1),
        TestRecords.charge("acme", "c1", 2, "3"),
        TestRecords.entry("acme", "c1", "2.5"));
    assertThat(audit.step())
        .hasSize(4)
        .allSatisfy(drift -> assertThat(drift.deliveries()).containsExactly("delivery-2"))
        .extracting(ContinuousAudit.Drift::finding)
        .containsExactlyElementsOf(Audit.run(warehouse, null).findings());
    commit(warehouse, "other", TestRecords.entry("globex", "c1", "0"));
    assertThat(audit.step()).as("known").isEmpty();
    assertThat(audit.findings()).hasSize(4);
    commit(warehouse, "mended", TestRecords.entry("acme", "c1", "-0.5"));
    assertThat(audit.step()).isEmpty();
    assertThat(audit.findings()).isEmpty();
  }

  @Test
  void findsTransfersThatDoNotBalanceAndPassesThoseThatDo() {
    commit(warehouse, "balanced", transfer("c1", "-0.25"), transfer("c2", "0.25"));
    assertThat(audit.step()).isEmpty();
    commit(warehouse, "stray", transfer("c1", "-0.25"));
    assertThat(audit.step())
        .hasSize(4)
        .allSatisfy(drift -> assertThat(drift.finding().invariant()).isEqualTo("I2"));
  }

  @Test
  void findsUsageWithoutItsEstimateAndTellsWhenItHasCome() {
    commit(warehouse, "price", UsageAuditTest.price("acme", "0.5"));
    commit(
        warehouse,
        "right",
        UsageAuditTest.usage("acme", "i-1", 7, "2"),
        UsageAuditTest.estimate("acme", "i-1", 7, "2", "1"));
    assertThat(audit.step()).isEmpty();
    commit(warehouse, "wrong", UsageAuditTest.usage("acme", "i-1", 8, "1"));
    assertThat(audit.step())
        .hasSize(5)
        .extracting(ContinuousAudit.Drift::finding)
        .containsExactlyElementsOf(Audit.run(warehouse, null).findings());
    commit(warehouse, "other", TestRecords.entry("globex", "c1", "0"));
    assertThat(audit.step()).as("known").isEmpty();
    assertThat(audit.findings()).hasSize(5);
    commit(warehouse, "mended", UsageAuditTest.estimate("acme", "i-1", 8, "1", "0.5"));
    assertThat(audit.step()).isEmpty();
    assertThat(audit.findings()).isEmpty();
  }

  @Test
  void findsAnEstimateThatABillHasNotReversedAndOneThatAWithdrawalHasNotBroughtBack() {
    commit(
        warehouse,
        "usage",
        UsageAuditTest.price("acme", "0.5"),
        UsageAuditTest.usage("acme", "/subscriptions/0/vm", 7, "2"),
        UsageAuditTest.estimate("acme", "/subscriptions/0/vm", 7, "2", "1"));
    assertThat(audit.step()).isEmpty();
    commit(
        warehouse,
        "bill",
        UsageAuditTest.charge("c2", 1, 6, 8, "3"),
        TestRecords.entry("acme", "c2", "3"));
    assertThat(actuals(audit.step())).containsExactly("2", "1", "1", "1", "1");
    commit(
        warehouse,
        "reversed",
        UsageAuditTest.estimate("acme", "/subscriptions/0/vm", 7, "-2", "-1"));
    assertThat(audit.step()).isEmpty();
    assertThat(audit.findings()).extracting(Audit.Finding::invariant).containsOnly("I6");
    commit(
        warehouse,
        "withdrawn",
        receipt("delivery-2", 2, 0),
        TestRecords.entry("acme", "c1", "-1"),
        TestRecords.entry("acme", "c2", "-3"));
    assertThat(actuals(audit.step())).containsExactly("0", "0", "0", "0", "0");
  }

  /** What was found of usage. */
  private static List<String> actuals(List<ContinuousAudit.Drift> drifts) {
    return drifts.stream()
        .map(ContinuousAudit.Drift::finding)
        .filter(finding -> finding.invariant().equals("I9"))
        .map(Audit.Finding::actual)
        .toList();
  }

  @Test
  void whatItFoundAtFirstIsComparedAgainWhenItIsMended() {
    commit(
        warehouse,
        "wrong",
        UsageAuditTest.price("acme", "0.5"),
        UsageAuditTest.usage("acme", "i-1", 7, "2"));
    ContinuousAudit late = new ContinuousAudit(warehouse);
    assertThat(late.step()).hasSize(5);
    commit(warehouse, "mended", UsageAuditTest.estimate("acme", "i-1", 7, "2", "1"));
    assertThat(late.step()).isEmpty();
    assertThat(late.findings()).isEmpty();
  }

  @Test
  void looksAgainAtDaysOnWhichEstimatesLackedWhileTheLedgerFollowedAChange() {
    unsettled(1);
    commit(
        warehouse,
        "usage",
        UsageAuditTest.price("acme", "0.5"),
        UsageAuditTest.usage("acme", "i-1", 7, "2"));
    assertThat(audit.step()).isEmpty();
    unsettled(-1);
    assertThat(actuals(audit.step())).containsExactly("0", "0", "0", "0", "0");
  }

  private void unsettled(long more) {
    new WarehouseAppends(warehouse)
        .commit(
            new CommitMark.Checkpoint("live" + more, "ledger", 1, 0),
            WarehouseFiles.NONE,
            true,
            Map.of("unsettled.acme", more));
  }

  @Test
  void findsALostFile() throws IOException {
    assertThat(audit.checkFiles()).isEmpty();
    Path file = directory.resolve(ledgerFile().location().replaceFirst("^file:", ""));
    byte[] content = Files.readAllBytes(file);
    Files.delete(file);
    assertThat(audit.checkFiles())
        .extracting(drift -> drift.finding().invariant() + " " + drift.finding().actual())
        .containsExactly("files missing");
    assertThat(audit.checkFiles()).as("known").isEmpty();
    Files.write(file, content);
    audit.checkFiles();
    assertThat(audit.findings()).isEmpty();
  }

  @Test
  void findsAFileThatIsThereTwice() throws IOException {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    ledger.newAppend().appendFile(ledgerFile()).commit();
    assertThat(audit.step())
        .extracting(drift -> drift.finding().invariant())
        .isNotEmpty()
        .containsOnly("I1");
    assertThat(audit.checkFiles())
        .extracting(drift -> drift.finding().actual())
        .containsExactly("there twice");
  }

  private DataFile ledgerFile() throws IOException {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    try (CloseableIterable<FileScanTask> files = ledger.newScan().planFiles()) {
      return files.iterator().next().file();
    }
  }

  private static LedgerEntry transfer(String key, String cost) {
    LedgerEntry entry = TestRecords.entry("acme", key, cost);
    entry.setEntryKind(EntryKind.TRANSFER);
    entry.setAllocation("Shared");
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
}
