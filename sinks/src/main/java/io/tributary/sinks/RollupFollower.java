package io.tributary.sinks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.PropertyUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one rollup equal to the ledger: sums what was appended to the ledger since the snapshot
 * that the newest rows equal, and names in the same commit the one that they equal now. Whatever
 * was interrupted, done twice or done by others, the next call goes on from that name.
 *
 * <p>Not safe for threads; safe beside other processes.
 */
final class RollupFollower {

  private static final Logger LOG = LoggerFactory.getLogger(RollupFollower.class);
  private static final int ATTEMPTS = 100;

  /** Rows of the ledger may have been changed so that what was summed of them is nowhere. */
  private static final Map<String, String> FORGET = Map.of(RecordRewrite.FORGET, "true");

  private final Warehouse warehouse;
  private final Rollup rollup;
  private final RollupElements elements;
  private final Rollups.Limits limits;
  private boolean isLeft;

  RollupFollower(
      Warehouse warehouse, Rollup rollup, RollupElements elements, Rollups.Limits limits) {
    this.warehouse = warehouse;
    this.rollup = rollup;
    this.elements = elements;
    this.limits = limits;
  }

  Rollup rollup() {
    return rollup;
  }

  /** Takes in what the ledger has beyond; leaves what would have to be summed anew for long. */
  void follow() {
    repeat(this::isFollowed);
  }

  /** Puts the sum of the whole ledger, as it is now or later, in place of what is there. */
  void rebuild() {
    Snapshot since = warehouse.table(WarehouseTable.COST_LEDGER).currentSnapshot();
    if (since != null) {
      repeat(() -> isRebuilt(since.snapshotId()));
    }
  }

  private void repeat(BooleanSupplier step) {
    for (int attempt = 1; !step.getAsBoolean(); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new WarehouseException(
            rollup.name() + " does not get to follow the ledger: others win");
      }
    }
  }

  private boolean isFollowed() {
    // Before the ledger, so that it cannot name a snapshot which the ledger as loaded has not yet.
    Table table = Rollups.table(warehouse, rollup);
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Snapshot now = ledger.currentSnapshot();
    Long named = SnapshotMarks.ledgerSnapshot(table.currentSnapshot());
    if (now == null || Objects.equals(named, now.snapshotId())) {
      return true;
    }
    if (addMissingColumns(table, ledger.schema())) {
      return false;
    }
    if (named != null && reaches(ledger, named, now)) {
      return append(table, ledger, named, now);
    }
    if (rows(now) > limits.rowsInPassing()) {
      if (!isLeft) {
        LOG.warn(
            "{} is not the sum of the ledger; questions do not read it until it is rebuilt",
            rollup.name());
      }
      isLeft = true;
      return true;
    }
    return overwrite(table, ledger, now);
  }

  /**
   * Beside others who follow. Their appends tell what the ledger has beyond a snapshot; so to put
   * the sum of that snapshot in place of the files which should equal it leaves the appends right,
   * however long the sum took.
   */
  private boolean isRebuilt(long since) {
    Table table = Rollups.table(warehouse, rollup);
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Snapshot now = ledger.currentSnapshot();
    Long named = SnapshotMarks.ledgerSnapshot(table.currentSnapshot());
    if (addMissingColumns(table, ledger.schema())) {
      return false;
    }
    if (named == null || !reaches(ledger, named, now)) {
      return overwrite(table, ledger, now);
    }
    if (!LedgerAppends.reach(ledger, named).contains(since)) {
      append(table, ledger, named, now);
      return false;
    }
    List<DataFile> files = write(table, ledger, whole(ledger, named));
    return ReplaceCommit.erase(table, files(table), files, FORGET, null) || giveUp(table, files);
  }

  private static boolean reaches(Table ledger, long named, Snapshot now) {
    return LedgerAppends.reach(ledger, now.snapshotId()).contains(named);
  }

  private static long rows(Snapshot ledger) {
    return PropertyUtil.propertyAsLong(
        ledger.summary(), SnapshotSummary.TOTAL_RECORDS_PROP, Long.MAX_VALUE);
  }

  /** Gives the rollup the dimension columns of the ledger; whether it had not all of them. */
  private boolean addMissingColumns(Table table, Schema ledger) {
    List<NestedField> missing = new ArrayList<>();
    for (String column : rollup.columnsOf(ledger)) {
      if (table.schema().findField(column) == null) {
        missing.add(ledger.findField(column));
      }
    }
    if (missing.isEmpty()) {
      return false;
    }
    UpdateSchema update = table.updateSchema();
    missing.forEach(column -> update.addColumn(column.name(), column.type(), column.doc()));
    try {
      update.commit();
    } catch (CommitFailedException e) {
      // Another writer was quicker; whether with the same columns shows when they are looked at.
      return true;
    }
    return true;
  }

  private List<DataFile> write(Table table, Table ledger, CloseableIterable<FileScanTask> files) {
    Schema columns = ledger.schema().select(rollup.columnsOf(ledger.schema()));
    RollupRows rows = new RollupRows(rollup, columns, table.schema());
    RollupSums sums = new RollupSums(rows);
    try (files;
        OpenFiles writer = new OpenFiles(table, 0)) {
      for (FileScanTask file : files) {
        try (CloseableIterable<Record> entries = TableScans.rows(ledger.io(), file, columns)) {
          for (Record entry : entries) {
            sums.add(rows.row(entry));
            if (sums.size() >= limits.groups()) {
              elements.guard(rows, sums.drain()).forEach(writer::write);
            }
          }
        }
      }
      elements.guard(rows, sums.drain()).forEach(writer::write);
      return writer.complete();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot sum the ledger", e);
    }
  }

  private static CloseableIterable<FileScanTask> whole(Table ledger, long snapshot) {
    return ledger.newScan().useSnapshot(snapshot).planFiles();
  }

  private static List<DataFile> files(Table table) {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the files of " + table.name(), e);
    }
    return files;
  }

  private boolean append(Table table, Table ledger, long named, Snapshot now) {
    LedgerAppends appends = new LedgerAppends(ledger, named, now.snapshotId());
    List<DataFile> files = write(table, ledger, appends.files(Expressions.alwaysTrue()));
    return commit(
        table, files, () -> AppendCommit.appendIfUnchanged(table, files, mark(now, Map.of())));
  }

  private boolean overwrite(Table table, Table ledger, Snapshot now) {
    List<DataFile> files = write(table, ledger, whole(ledger, now.snapshotId()));
    return commit(
        table, files, () -> AppendCommit.overwriteIfUnchanged(table, files, mark(now, FORGET)));
  }

  private static Map<String, String> mark(Snapshot equals, Map<String, String> others) {
    Map<String, String> marks = new TreeMap<>(others);
    marks.put(SnapshotMarks.LEDGER_SNAPSHOT, Long.toString(equals.snapshotId()));
    return marks;
  }

  private static boolean commit(Table table, List<DataFile> files, Runnable commit) {
    try {
      commit.run();
      return true;
    } catch (ValidationException e) {
      return giveUp(table, files);
    }
  }

  private static boolean giveUp(Table table, List<DataFile> files) {
    files.forEach(file -> table.io().deleteFile(file.location()));
    return false;
  }
}
