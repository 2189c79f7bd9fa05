package io.tributary.sinks.audit;

import io.tributary.sinks.catalog.LocalFileIO;
import io.tributary.sinks.catalog.TableScans;
import io.tributary.sinks.catalog.UnreadableFileException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.LedgerAppends;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rows.TableRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Scan;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.jspecify.annotations.Nullable;

/**
 * Reads tables that may be damaged: what cannot be read is reported once and left out, and the rest
 * is read.
 */
final class AuditScan {

  private final WarehouseReader reader;
  private final BiConsumer<String, String> onDamage;
  private final TreeSet<String> damaged = new TreeSet<>();

  /**
   * @param onDamage told the file or table and what is wrong with it
   */
  AuditScan(WarehouseReader reader, BiConsumer<String, String> onDamage) {
    this.reader = reader;
    this.onDamage = onDamage;
  }

  /** How closely a data file is looked at. */
  enum Depth {
    /** That it is there, in its length. */
    LENGTH,
    /** Every byte of it that a reader may use. */
    CONTENT
  }

  /**
   * Looks whether the data files that may hold rows of {@code filter} are there in full, and once.
   *
   * @return how many there should be
   */
  long checkFiles(Expression filter, Depth depth) {
    long files = 0;
    for (WarehouseTable table : WarehouseTable.values()) {
      TableScan scan = reader.scan(table, filter);
      Set<String> seen = new HashSet<>();
      for (FileScanTask task : tasks(table.tableName(), scan)) {
        files++;
        if (!seen.add(task.file().location())) {
          damage(reader.table(table).io(), task.file(), "there twice");
        }
        check(reader.table(table), task.file(), depth);
      }
    }
    for (WarehouseReader.ReadRollup rollup : reader.rollups()) {
      // That of every warehouse is among the tables.
      if (!rollup.rollup().equals(Rollup.DAILY)) {
        for (FileScanTask task : tasks(rollup.rollup().name(), scan(rollup).filter(filter))) {
          files++;
          check(rollup.table(), task.file(), depth);
        }
      }
    }
    return files;
  }

  private void check(Table table, DataFile file, Depth depth) {
    try {
      DataFileCheck check = new DataFileCheck(table, file);
      String difference = depth == Depth.CONTENT ? check.differenceInside() : check.difference();
      if (difference != null) {
        damage(table.io(), file, difference);
      }
    } catch (IOException | RuntimeException e) {
      damage(table.io(), file, "unreadable: " + UnreadableFileException.reason(e));
    }
  }

  /** Rows that pass {@code filter}, with the named columns and those of the filter. */
  void forEach(
      WarehouseTable table, Expression filter, List<String> columns, Consumer<Record> action) {
    TableScan scan = reader.scan(table, filter);
    if (scan != null) {
      read(reader.table(table), scan.select(columns), action);
    }
  }

  /** The same of a rollup. */
  void forEach(
      WarehouseReader.ReadRollup rollup,
      Expression filter,
      List<String> columns,
      Consumer<Record> action) {
    read(rollup.table(), scan(rollup).filter(filter).select(columns), action);
  }

  private static TableScan scan(WarehouseReader.ReadRollup rollup) {
    return rollup.table().newScan().useSnapshot(rollup.state().snapshot().snapshotId());
  }

  /** The same of what was appended to the ledger. */
  void forEachAppended(
      LedgerAppends appends, Expression filter, List<String> columns, Consumer<Record> action) {
    if (!appends.isEmpty()) {
      read(appends.ledger(), appends.scan().filter(filter).select(columns), action);
    }
  }

  /** Records that pass {@code filter}, each with the row it was read from. */
  void forEachRecord(
      WarehouseTable table, Expression filter, BiConsumer<SpecificRecordBase, Record> action) {
    TableScan scan = reader.scan(table, filter);
    if (scan != null) {
      TableRows rows = new TableRows(table, scan.schema());
      read(reader.table(table), scan, row -> action.accept(rows.record(row), row));
    }
  }

  private void read(Table table, Scan<?, FileScanTask, ?> scan, Consumer<Record> action) {
    for (FileScanTask task : tasks(name(table), scan)) {
      if (!damaged.contains(task.file().location())) {
        readFile(table.io(), task, scan.schema(), action);
      }
    }
  }

  private void readFile(FileIO io, FileScanTask task, Schema columns, Consumer<Record> action) {
    try (CloseableIterable<Record> rows = TableScans.rows(io, task, columns)) {
      rows.forEach(action);
    } catch (UnreadableFileException e) {
      damage(io, task.file(), "unreadable: " + e.reason());
    } catch (IOException e) {
      damage(io, task.file(), "unreadable: " + UnreadableFileException.reason(e));
    }
  }

  /** Without catalog and namespace. */
  private static String name(Table table) {
    return table.name().substring(table.name().lastIndexOf('.') + 1);
  }

  private List<FileScanTask> tasks(String table, @Nullable Scan<?, FileScanTask, ?> scan) {
    if (scan == null) {
      return List.of();
    }
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      List<FileScanTask> list = new ArrayList<>();
      tasks.forEach(list::add);
      return list;
    } catch (IOException | RuntimeException e) {
      if (damaged.add(table)) {
        onDamage.accept(table, "its list of files is unreadable: " + e.getMessage());
      }
      return List.of();
    }
  }

  private void damage(FileIO io, DataFile file, String how) {
    if (damaged.add(file.location())) {
      onDamage.accept(LocalFileIO.shown(io.newInputFile(file.location())), how);
    }
  }
}
