package io.tributary.sinks.rollup;

import io.tributary.sinks.catalog.TableScans;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.AppendCommit;
import io.tributary.sinks.commit.LedgerAppends;
import io.tributary.sinks.commit.ReplaceCommit;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.rows.OpenFiles;
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
import org.jspecify.annotations.Nullable;
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
  private static final Map<String, String> FORGET = Map.of(SnapshotMarks.FORGET, "true");

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
    State state = load();
    if (state == null || Objects.equals(state.named, state.now.snapshotId())) {
      return true;
    }
    if (addMissingColumns(state.table, state.ledger.schema())) {
      return false;
    }
    if (state.named != null && state.leadsOn(state.named)) {
      return append(state, state.named);
    }
    if (rows(state.now) > limits.rowsInPassing()) {
      if (!isLeft) {
        LOG.warn(
            "{} is not the sum of the ledger; questions do not read it until it is rebuilt",
            rollup.name());
      }
      isLeft = true;
      return true;
    }
    return overwrite(state);
  }

  /**
   * Beside others who follow. Their appends tell what the ledger has beyond a snapshot; so to put
   * the sum of that snapshot in place of the files which should equal it leaves the appends right,
   * however long the sum took.
   */
  private boolean isRebuilt(long since) {
    State state = load();
    if (state == null) {
      return true;
    }
    if (addMissingColumns(state.table, state.ledger.schema())) {
      return false;
    }
    if (state.named == null || !state.leadsOn(state.named)) {
      return overwrite(state);
    }
    if (!LedgerAppends.reach(state.ledger, state.named).contains(since)) {
      append(state, state.named);
      return false;
    }
    List<DataFile> replaced = TableScans.files(state.table.newScan());
    List<DataFile> files = write(state, whole(state, state.named));
    return ReplaceCommit.overwrite(state.table, replaced, files, FORGET, null)
        || giveUp(state, files);
  }

  private @Nullable State load() {
    // Before the ledger, so that it cannot name a snapshot which the ledger as loaded has not yet.
    Table table = Rollups.table(warehouse, rollup);
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Snapshot now = ledger.currentSnapshot();
    return now == null
        ? null
        : new State(table, ledger, now, SnapshotMarks.ledgerSnapshot(table.currentSnapshot()));
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

  private List<DataFile> write(State state, CloseableIterable<FileScanTask> files) {
    Schema ledger = state.ledger.schema();
    Schema columns = ledger.select(rollup.columnsOf(ledger));
    RollupRows rows = new RollupRows(rollup, columns, state.table.schema());
    RollupSums sums = new RollupSums(rows);
    try (files;
        OpenFiles writer = new OpenFiles(state.table, 0)) {
      for (FileScanTask file : files) {
        try (CloseableIterable<Record> entries =
            TableScans.rows(state.ledger.io(), file, columns)) {
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

  private static CloseableIterable<FileScanTask> whole(State state, long snapshot) {
    return state.ledger.newScan().useSnapshot(snapshot).planFiles();
  }

  private boolean append(State state, long named) {
    LedgerAppends appends = new LedgerAppends(state.ledger, named, state.now.snapshotId());
    List<DataFile> files = write(state, appends.files(Expressions.alwaysTrue()));
    try {
      AppendCommit.appendIfUnchanged(state.table, files, equalTo(state.now));
      return true;
    } catch (ValidationException e) {
      return giveUp(state, files);
    }
  }

  private boolean overwrite(State state) {
    List<DataFile> files = write(state, whole(state, state.now.snapshotId()));
    Map<String, String> marks = new TreeMap<>(FORGET);
    marks.putAll(equalTo(state.now));
    try {
      AppendCommit.overwriteIfUnchanged(state.table, files, marks);
      return true;
    } catch (ValidationException e) {
      return giveUp(state, files);
    }
  }

  private static Map<String, String> equalTo(Snapshot ledger) {
    return Map.of(SnapshotMarks.LEDGER_SNAPSHOT, Long.toString(ledger.snapshotId()));
  }

  private static boolean giveUp(State state, List<DataFile> files) {
    files.forEach(file -> state.table.io().deleteFile(file.location()));
    return false;
  }

  /**
   * What a step starts from.
   *
   * @param table of the rollup
   * @param now the newest snapshot of the ledger
   * @param named the ledger snapshot that the rollup says it equals; null where it says none
   */
  private record State(Table table, Table ledger, Snapshot now, @Nullable Long named) {

    /** Whether appends and replacements alone lead from {@code snapshot} to now. */
    boolean leadsOn(long snapshot) {
      return LedgerAppends.reach(ledger, now.snapshotId()).contains(snapshot);
    }
  }
}
