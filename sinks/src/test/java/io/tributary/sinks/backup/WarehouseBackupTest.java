package io.tributary.sinks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.TestRecords;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.catalog.WarehouseTest;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WarehouseBackupTest {

  private static final int BACKUPS = 5;

  @TempDir Path directory;

  /** It commits as fast as it can, and lets go of every snapshot but the newest at once. */
  @Test
  void isWholeBesideAWriterThatLetsGoOfFiles() throws Exception {
    Path original = directory.resolve("original");
    AtomicBoolean enough = new AtomicBoolean();
    WarehouseSettings settings = WarehouseSettings.local(original);
    try (Warehouse warehouse = Warehouse.open(settings)) {
      commit(warehouse, 0);
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                for (int n = 1; !enough.get(); n++) {
                  commit(warehouse, n);
                  letGo(warehouse.table(WarehouseTable.CHARGES));
                  letGo(warehouse.table(WarehouseTable.COST_LEDGER));
                }
              });
      try {
        for (int n = 0; n < BACKUPS; n++) {
          WarehouseBackup.run(settings, directory.resolve("backup-" + n));
        }
      } finally {
        enough.set(true);
      }
      writing.join();
    }
    long before = 0;
    for (int n = 0; n < BACKUPS; n++) {
      long entries = entries(directory.resolve("backup-" + n));
      assertThat(entries).isGreaterThanOrEqualTo(before);
      before = entries;
    }
    assertThat(before).as("the writer went on").isGreaterThan(1);
  }

  /** A charge and its entry. */
  private static void commit(Warehouse warehouse, int n) {
    try (WarehouseCommit commit = new WarehouseCommit(warehouse, "run " + n, WarehouseTest.CLOCK)) {
      commit
          .add(
              WarehouseRow.archived(
                  TestRecords.charge("acme", "c" + n, 1, "1"), TestRecords.JANUARY))
          .add(WarehouseRow.of(TestRecords.entry("acme", "c" + n, "1")))
          .commit(true);
    }
  }

  private static void letGo(Table table) {
    ExpireSnapshots expiry = table.expireSnapshots();
    for (Snapshot snapshot : table.snapshots()) {
      if (snapshot.snapshotId() != table.currentSnapshot().snapshotId()) {
        expiry.expireSnapshotId(snapshot.snapshotId());
      }
    }
    expiry.commit();
  }

  private static long entries(Path backup) throws IOException {
    try (Warehouse warehouse = Warehouse.openExisting(WarehouseSettings.local(backup))) {
      assertThat(Audit.run(warehouse, null).findings())
          .as(backup + ": each charge has its entry, no file is missing")
          .isEmpty();
      long entries = 0;
      try (CloseableIterable<Record> rows =
          WarehouseReader.sealed(warehouse)
              .rows(WarehouseTable.COST_LEDGER, Expressions.alwaysTrue(), "charge_key")) {
        for (Record unused : rows) {
          entries++;
        }
      }
      return entries;
    }
  }
}
