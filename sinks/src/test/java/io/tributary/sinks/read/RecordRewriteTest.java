package io.tributary.sinks.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.catalog.WarehouseTest;
import io.tributary.sinks.maintenance.ForgottenHistory;
import io.tributary.sinks.maintenance.TableTiers;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordRewriteTest {

  private static final Instant RECORD_TIME = Instant.parse("2026-01-02T03:04:05.678901Z");

  /** Later than any commit of the test, which Iceberg stamps with the time of the machine. */
  private static final Instant LATER = Instant.parse("9999-01-01T00:00:00Z");

  @TempDir Path directory;
  private Warehouse warehouse;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
    commit("run-1", charge("acme", "a"), charge("globex", "b"));
    commit("run-2", charge("globex", "c"));
    commit("run-3", charge("acme", "d"));
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  private static Charge charge(String tenant, String key) {
    Charge charge = TestRecords.charge(tenant, key, 1, "1.5");
    charge.setTags(new TreeMap<>(Map.of("customer", "ann")));
    return charge;
  }

  private void commit(String run, Charge... charges) {
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, run, WarehouseTest.CLOCK)) {
      for (Charge charge : charges) {
        commit.add(WarehouseRow.archived(charge, RECORD_TIME));
      }
      commit.commit(true);
    }
  }

  private static SpecificRecordBase withoutTags(SpecificRecordBase record) {
    Charge charge = (Charge) record;
    if (!charge.getTenantId().equals("acme") || charge.getTags().isEmpty()) {
      return record;
    }
    Charge copy = Charge.newBuilder(charge).build();
    copy.setTags(new TreeMap<>());
    return copy;
  }

  private long rewrite(UnaryOperator<SpecificRecordBase> change) {
    return new RecordRewrite(warehouse, WarehouseTable.CHARGES, WarehouseTest.CLOCK)
        .run(WarehouseReader.tenant("acme"), change);
  }

  private List<String> rows() throws IOException {
    List<String> rows = new ArrayList<>();
    try (CloseableIterable<Stored<Charge>> read =
        WarehouseReader.sealed(warehouse).records(Charge.class, Expressions.alwaysTrue())) {
      for (Stored<Charge> row : read) {
        assertThat(row.recordTime()).isEqualTo(RECORD_TIME);
        rows.add(row.record().getChargeKey() + row.record().getTags());
      }
    }
    return rows;
  }

  private Set<String> files() throws IOException {
    Set<String> files = new HashSet<>();
    try (CloseableIterable<FileScanTask> tasks =
        warehouse.table(WarehouseTable.CHARGES).newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file().location()));
    }
    return files;
  }

  @Test
  void replacesRecordsAndLeavesRowsAndFilesOfOthers() throws IOException {
    Set<String> before = files();
    assertThat(rewrite(RecordRewriteTest::withoutTags)).isEqualTo(2);
    assertThat(rows())
        .containsExactlyInAnyOrder("a{}", "b{customer=ann}", "c{customer=ann}", "d{}");
    assertThat(files()).as("the file of c").containsAnyElementsOf(before);
    Set<String> after = files();
    assertThat(rewrite(RecordRewriteTest::withoutTags)).as("again").isZero();
    assertThat(files()).isEqualTo(after);
  }

  @Test
  void keepsWhatOthersAppendMeanwhile() throws IOException {
    AtomicBoolean first = new AtomicBoolean(true);
    rewrite(
        record -> {
          if (first.getAndSet(false)) {
            commit("run-4", charge("globex", "e"));
          }
          return withoutTags(record);
        });
    assertThat(rows())
        .containsExactlyInAnyOrder(
            "a{}", "b{customer=ann}", "c{customer=ann}", "d{}", "e{customer=ann}");
  }

  @Test
  void beginsAgainWhereOthersPutItsFilesTogether() throws IOException {
    AtomicBoolean first = new AtomicBoolean(true);
    rewrite(
        record -> {
          if (first.getAndSet(false)) {
            assertThat(new TableTiers(warehouse).merge(WarehouseTable.CHARGES).files())
                .isGreaterThan(1);
          }
          return withoutTags(record);
        });
    assertThat(rows())
        .containsExactlyInAnyOrder("a{}", "b{customer=ann}", "c{customer=ann}", "d{}");
  }

  @Test
  void whatWasReplacedGoesWithItsSnapshotsWhenReadersHadTheirTime() {
    ForgottenHistory history = new ForgottenHistory(warehouse);
    assertThat(history.letGo(WarehouseTable.CHARGES, LATER).gone()).as("nothing replaced").isZero();
    rewrite(RecordRewriteTest::withoutTags);
    commit("run-5", charge("globex", "f"));

    assertThat(history.letGo(WarehouseTable.CHARGES, Instant.EPOCH))
        .isEqualTo(new ForgottenHistory.Result(0, 3));
    assertThat(history.letGo(WarehouseTable.CHARGES, LATER))
        .isEqualTo(new ForgottenHistory.Result(3, 0));
    assertThat(history.letGo(WarehouseTable.CHARGES, LATER))
        .isEqualTo(new ForgottenHistory.Result(0, 0));
    assertThat(warehouse.table(WarehouseTable.CHARGES).snapshots()).hasSize(2);
  }

  @Test
  void whatTheLedgerDoesNotImplyYetKeepsWhatItReplaced() throws IOException {
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, "run-6", WarehouseTest.CLOCK)) {
      commit.add(WarehouseRow.archived(charge("acme", "g"), RECORD_TIME)).commit(false);
    }
    rewrite(RecordRewriteTest::withoutTags);
    ForgottenHistory history = new ForgottenHistory(warehouse);
    assertThat(history.letGo(WarehouseTable.CHARGES, LATER).gone()).isZero();
    assertThat(rows()).as("what the ledger implies").hasSize(4);
    commit("run-7", charge("globex", "h"));
    assertThat(history.letGo(WarehouseTable.CHARGES, LATER).left()).isZero();
    assertThat(rows()).contains("a{}", "g{}").hasSize(6);
  }
}
