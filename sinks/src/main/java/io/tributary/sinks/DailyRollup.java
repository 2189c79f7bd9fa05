package io.tributary.sinks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * Keeps {@code cost_daily} equal to the ledger: sums what was appended to the ledger since the
 * snapshot that the newest rows equal, and names in the same commit the one that they equal now.
 * Whatever was interrupted, done twice or done by others, the next call goes on from that name.
 *
 * <p>Not safe for threads; safe beside other processes.
 */
public final class DailyRollup {

  /**
   * @param elements of one dimension of a tenant that are kept apart
   * @param groups summed on the heap before they are written: more rows, the same sums
   * @param rowsInPassing of a ledger that {@link #follow} reads as a whole where it has to; a
   *     larger one is left to {@link #rebuild}
   */
  record Limits(int elements, int groups, long rowsInPassing) {

    static final Limits DEFAULT = new Limits(RollupElements.PER_DIMENSION, 200_000, 5_000_000);
  }

  private static final Logger LOG = LoggerFactory.getLogger(DailyRollup.class);
  private static final int ATTEMPTS = 100;

  /** Rows bring their times along. */
  private static final Clock NO_CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private final Warehouse warehouse;
  private final DimensionColumns dimensions;
  private final RollupElements elements;
  private final Limits limits;

  /**
   * @param warehouse stays the caller's to close
   */
  public DailyRollup(Warehouse warehouse) {
    this(warehouse, Limits.DEFAULT);
  }

  DailyRollup(Warehouse warehouse, Limits limits) {
    this.warehouse = warehouse;
    // Every dimension has its place by the time an entry with it is in the ledger.
    this.dimensions = new DimensionColumns(warehouse, DimensionColumns.PER_TENANT);
    this.elements = new RollupElements(warehouse, dimensions, limits.elements);
    this.limits = limits;
  }

  /**
   * Takes in what the ledger has beyond the rollup. Where its appends do not tell, because nobody
   * has built the rollup, or rows of the ledger were changed, or the snapshot in between is
   * expired, it is built from scratch, or left to {@link #rebuild} where that would take long.
   */
  public void follow() {
    update(false);
  }

  /** Sums the whole ledger and puts the result, in one commit, in place of what is there. */
  public void rebuild() {
    update(true);
  }

  private void update(boolean rebuild) {
    for (int attempt = 1; !isDone(rebuild); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new WarehouseException("cost_daily does not get to follow the ledger: others win");
      }
    }
  }

  private boolean isDone(boolean rebuild) {
    // Before the ledger, so that it cannot name a snapshot which the ledger as loaded has not yet.
    Table daily = warehouse.table(WarehouseTable.COST_DAILY);
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Snapshot now = ledger.currentSnapshot();
    Long named = SnapshotMarks.ledgerSnapshot(daily.currentSnapshot());
    if (now == null || !rebuild && Objects.equals(named, now.snapshotId())) {
      return true;
    }
    if (addMissingColumns(daily, ledger.schema())) {
      return false;
    }
    if (!rebuild && named != null && reaches(ledger, named, now)) {
      LedgerAppends appends = new LedgerAppends(ledger, named, now.snapshotId());
      List<DataFile> files = write(ledger, appends.files(Expressions.alwaysTrue()));
      return commit(daily, files, now, false);
    }
    if (!rebuild && rows(now) > limits.rowsInPassing) {
      LOG.warn("cost_daily is not the sum of the ledger; questions read the ledger until rebuilt");
      return true;
    }
    var whole = ledger.newScan().useSnapshot(now.snapshotId());
    return commit(daily, write(ledger, whole.planFiles()), now, true);
  }

  private static boolean reaches(Table ledger, long named, Snapshot now) {
    return LedgerAppends.reach(ledger, now.snapshotId()).contains(named);
  }

  private static long rows(Snapshot ledger) {
    return PropertyUtil.propertyAsLong(
        ledger.summary(), SnapshotSummary.TOTAL_RECORDS_PROP, Long.MAX_VALUE);
  }

  /** Gives the rollup the dimension columns of the ledger; whether it had not all of them. */
  private static boolean addMissingColumns(Table daily, Schema ledger) {
    List<NestedField> missing = new ArrayList<>();
    for (String column : DimensionColumns.idsByColumn(ledger).keySet()) {
      if (daily.schema().findField(column) == null) {
        missing.add(ledger.findField(column));
      }
    }
    if (missing.isEmpty()) {
      return false;
    }
    UpdateSchema update = daily.updateSchema();
    missing.forEach(column -> update.addColumn(column.name(), column.type(), column.doc()));
    try {
      update.commit();
    } catch (CommitFailedException e) {
      // Another writer was quicker; whether with the same columns shows when they are looked at.
      return true;
    }
    return true;
  }

  private List<DataFile> write(Table ledger, CloseableIterable<FileScanTask> files) {
    Schema columns = ledger.schema().select(columns(ledger.schema()));
    TableRows rows = new TableRows(WarehouseTable.COST_DAILY, columns);
    DailySums sums = new DailySums();
    try (files;
        TableWriter writer =
            new TableWriter(warehouse, WarehouseTable.COST_DAILY, dimensions, NO_CLOCK, 0)) {
      for (FileScanTask file : files) {
        try (CloseableIterable<Record> records = TableScans.rows(ledger.io(), file, columns)) {
          for (Record record : records) {
            sums.add((DailyCost) rows.record(record));
            if (sums.size() >= limits.groups) {
              write(sums, writer);
            }
          }
        }
      }
      write(sums, writer);
      return writer.complete();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot sum the ledger", e);
    }
  }

  private void write(DailySums sums, TableWriter writer) {
    elements.guard(sums.drain()).forEach(cost -> writer.write(WarehouseRow.of(cost)));
  }

  /** The columns of the ledger that rows of the rollup have too. */
  static List<String> columns(Schema ledger) {
    List<String> columns = new ArrayList<>(DimensionColumns.idsByColumn(ledger).keySet());
    for (NestedField column : Tables.schema(WarehouseTable.COST_DAILY).columns()) {
      columns.add(column.name());
    }
    return columns;
  }

  private static boolean commit(Table daily, List<DataFile> files, Snapshot equals, boolean anew) {
    Map<String, String> name =
        Map.of(SnapshotMarks.LEDGER_SNAPSHOT, Long.toString(equals.snapshotId()));
    try {
      if (anew) {
        AppendCommit.overwriteIfUnchanged(daily, files, name);
      } else {
        AppendCommit.appendIfUnchanged(daily, files, name);
      }
      return true;
    } catch (ValidationException e) {
      files.forEach(file -> daily.io().deleteFile(file.location()));
      return false;
    }
  }
}
