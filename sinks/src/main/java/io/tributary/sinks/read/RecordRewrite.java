package io.tributary.sinks.read;

import io.tributary.sinks.catalog.TableScans;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.ReplaceCommit;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.TableRows;
import io.tributary.sinks.rows.TableWriter;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Puts other records in the place of records of an archive, beside whoever appends. Files without
 * any of them stay. Each row stays a row, with its record time, so counts stay as well. The commit
 * says of itself that what came before it is to be forgotten ({@link SnapshotMarks#FORGET}).
 * Interrupted and repeated, it goes on.
 */
public final class RecordRewrite {

  private static final int FILES_PER_COMMIT = 50;
  private static final int ATTEMPTS = 100;

  private final Warehouse warehouse;
  private final WarehouseTable id;
  private final Clock clock;

  /**
   * @param id not a signed table
   */
  public RecordRewrite(Warehouse warehouse, WarehouseTable id, Clock clock) {
    if (id.isSigned()) {
      throw new IllegalArgumentException(id + " is netted, not rewritten");
    }
    this.warehouse = warehouse;
    this.id = id;
    this.clock = clock;
  }

  /**
   * Rewrites.
   *
   * @param filter finds the files in which to look
   * @param change answers the record that is to be there, the same object where it may stay
   * @return how many records were replaced
   */
  public long run(Expression filter, UnaryOperator<SpecificRecordBase> change) {
    long replaced = 0;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Table table = warehouse.table(id);
      Pass pass = new Pass(table, change);
      boolean done = pass.over(files(table, filter));
      replaced += pass.replaced;
      if (done) {
        return replaced;
      }
    }
    throw new WarehouseException("others change " + id.tableName() + " all the time");
  }

  /** How many records would be replaced. */
  public long count(Expression filter, UnaryOperator<SpecificRecordBase> change) {
    Table table = warehouse.table(id);
    Pass pass = new Pass(table, change);
    return files(table, filter).stream().mapToLong(pass::count).sum();
  }

  private static List<FileScanTask> files(Table table, Expression filter) {
    List<FileScanTask> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().filter(filter).ignoreResiduals().planFiles()) {
      tasks.forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the files of " + table.name(), e);
    }
    return files;
  }

  /** One pass over the files of one state of the table. */
  private final class Pass {

    private final Table table;
    private final TableRows rows;
    private final UnaryOperator<SpecificRecordBase> change;
    private long replaced;

    Pass(Table table, UnaryOperator<SpecificRecordBase> change) {
      this.table = table;
      this.rows = new TableRows(id, table.schema());
      this.change = change;
    }

    /**
     * @return whether it is done; not where somebody else replaced a file meanwhile
     */
    boolean over(List<FileScanTask> files) {
      List<FileScanTask> due = new ArrayList<>();
      long found = 0;
      for (FileScanTask file : files) {
        long count = count(file);
        if (count > 0) {
          due.add(file);
          found += count;
        }
        if (due.size() == FILES_PER_COMMIT) {
          if (!replace(due)) {
            return false;
          }
          replaced += found;
          due.clear();
          found = 0;
        }
      }
      if (!due.isEmpty() && !replace(due)) {
        return false;
      }
      replaced += found;
      return true;
    }

    long count(FileScanTask file) {
      long[] count = {0};
      read(file, stored -> count[0] += change.apply(stored.record()) == stored.record() ? 0 : 1);
      return count[0];
    }

    private boolean replace(List<FileScanTask> due) {
      DimensionColumns none = new DimensionColumns(warehouse, DimensionColumns.PER_TENANT);
      try (TableWriter writer = new TableWriter(warehouse, id, none, clock, 0)) {
        long expected = 0;
        for (FileScanTask file : due) {
          expected += file.file().recordCount();
          read(
              file,
              stored ->
                  writer.write(
                      new WarehouseRow(id, change.apply(stored.record()), stored.recordTime())));
        }
        List<DataFile> written = writer.complete();
        long rowsWritten = written.stream().mapToLong(DataFile::recordCount).sum();
        boolean done =
            rowsWritten == expected
                && ReplaceCommit.overwrite(
                    table,
                    due.stream().map(FileScanTask::file).toList(),
                    written,
                    Map.of(SnapshotMarks.FORGET, "true"),
                    WarehouseReader.sealed(warehouse).snapshot(id));
        if (!done) {
          written.forEach(file -> table.io().deleteFile(file.location()));
        }
        if (rowsWritten != expected) {
          throw new WarehouseException(
              "of %d rows of %s %d were written".formatted(expected, table.name(), rowsWritten));
        }
        return done;
      }
    }

    private void read(FileScanTask file, Consumer<Stored<SpecificRecordBase>> action) {
      try (CloseableIterable<Record> read = TableScans.rows(table.io(), file, table.schema())) {
        for (Record row : read) {
          action.accept(new Stored<>(rows.record(row), rows.recordTime(row)));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file.file().location(), e);
      }
    }
  }
}
