package io.tributary.sinks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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

  /**
   * @param rebuild the sum of the whole ledger in place of what is there, else what the ledger has
   *     beyond it
   */
  void update(boolean rebuild) {
    for (int attempt = 1; !isDone(rebuild); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new WarehouseException(
            rollup.name() + " does not get to follow the ledger: others win");
      }
    }
  }

  private boolean isDone(boolean rebuild) {
    // Before the ledger, so that it cannot name a snapshot which the ledger as loaded has not yet.
    Table table = Rollups.table(warehouse, rollup);
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Snapshot now = ledger.currentSnapshot();
    Long named = SnapshotMarks.ledgerSnapshot(table.currentSnapshot());
    if (now == null || !rebuild && Objects.equals(named, now.snapshotId())) {
      return true;
    }
    if (addMissingColumns(table, ledger.schema())) {
      return false;
    }
    if (!rebuild && named != null && reaches(ledger, named, now)) {
      LedgerAppends appends = new LedgerAppends(ledger, named, now.snapshotId());
      List<DataFile> files = write(table, ledger, appends.files(Expressions.alwaysTrue()));
      return commit(table, files, now, false);
    }
    if (!rebuild && rows(now) > limits.rowsInPassing()) {
      if (!isLeft) {
        LOG.warn(
            "{} is not the sum of the ledger; questions do not read it until it is rebuilt",
            rollup.name());
      }
      isLeft = true;
      return true;
    }
    var whole = ledger.newScan().useSnapshot(now.snapshotId());
    return commit(table, write(table, ledger, whole.planFiles()), now, true);
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

  private static boolean commit(Table table, List<DataFile> files, Snapshot equals, boolean anew) {
    Map<String, String> marks = new TreeMap<>();
    marks.put(SnapshotMarks.LEDGER_SNAPSHOT, Long.toString(equals.snapshotId()));
    try {
      if (anew) {
        // Rows of the ledger may have been changed so that what was summed of them is nowhere.
        marks.put(RecordRewrite.FORGET, "true");
        AppendCommit.overwriteIfUnchanged(table, files, marks);
      } else {
        AppendCommit.appendIfUnchanged(table, files, marks);
      }
      return true;
    } catch (ValidationException e) {
      files.forEach(file -> table.io().deleteFile(file.location()));
      return false;
    }
  }
}
