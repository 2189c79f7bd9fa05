package io.tributary.proof;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.OverwriteFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.Parquet;

/** What somebody with write access to a warehouse can do to it behind our back. */
final class Damage {

  private Damage() {}

  /**
   * Replaces the first data file with rows of a tenant by one with other rows, as an engine may.
   */
  static void rewrite(
      Path warehouse, WarehouseTable id, String tenant, Consumer<List<Record>> change)
      throws IOException {
    try (Warehouse open = Tables.open(warehouse)) {
      Table table = open.table(id);
      DataFile file = file(table, tenant);
      replace(table, file, rows(table, file), change);
    }
  }

  private static void replace(
      Table table, DataFile file, List<Record> rows, Consumer<List<Record>> change)
      throws IOException {
    change.accept(rows);
    OverwriteFiles overwrite = table.newOverwrite().deleteFile(file);
    if (!rows.isEmpty()) {
      String location = file.location() + "." + rows.hashCode() + ".parquet";
      overwrite.addFile(write(table, file, location, rows));
    }
    overwrite.commit();
  }

  /** The same of the first data file that has a row like that. */
  static void rewriteWhere(
      Path warehouse, WarehouseTable id, Predicate<Record> like, Consumer<List<Record>> change)
      throws IOException {
    try (Warehouse open = Tables.open(warehouse)) {
      Table table = open.table(id);
      try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
        for (FileScanTask task : tasks) {
          List<Record> rows = rows(table, task.file());
          if (rows.stream().anyMatch(like)) {
            replace(table, task.file(), rows, change);
            return;
          }
        }
      }
      throw new AssertionError("no row like that in " + id);
    }
  }

  /** Makes a table what it was before its last change. */
  static void undo(Path warehouse, WarehouseTable id) {
    try (Warehouse open = Tables.open(warehouse)) {
      Table table = open.table(id);
      table.manageSnapshots().rollbackTo(table.currentSnapshot().parentId()).commit();
    }
  }

  /** Changes a data file where it is, which no table metadata tells. */
  static void changeOnDisk(
      Path warehouse, WarehouseTable id, String tenant, Consumer<List<Record>> change)
      throws IOException {
    try (Warehouse open = Tables.open(warehouse)) {
      Table table = open.table(id);
      DataFile file = file(table, tenant);
      List<Record> rows = rows(table, file);
      change.accept(rows);
      String changed = file.location() + ".changed.parquet";
      write(table, file, changed, rows);
      Files.move(path(changed), path(file.location()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Deletes a data file. */
  static void deleteOnDisk(Path warehouse, WarehouseTable id, String tenant) throws IOException {
    try (Warehouse open = Tables.open(warehouse)) {
      Files.delete(path(file(open.table(id), tenant).location()));
    }
  }

  private static Path path(String location) {
    return Path.of(URI.create(location));
  }

  private static DataFile file(Table table, String tenant) throws IOException {
    try (CloseableIterable<FileScanTask> tasks =
        table.newScan().filter(WarehouseReader.tenant(tenant)).planFiles()) {
      return tasks.iterator().next().file();
    }
  }

  private static List<Record> rows(Table table, DataFile file) throws IOException {
    List<Record> rows = new ArrayList<>();
    try (CloseableIterable<Record> read =
        Parquet.read(table.io().newInputFile(file.location()))
            .project(table.schema())
            .createReaderFunc(schema -> GenericParquetReaders.buildReader(table.schema(), schema))
            .build()) {
      read.forEach(row -> rows.add(row.copy()));
    }
    return rows;
  }

  private static DataFile write(Table table, DataFile like, String location, List<Record> rows)
      throws IOException {
    OutputFile out = table.io().newOutputFile(location);
    try (DataWriter<Record> writer =
        Parquet.writeData(out)
            .schema(table.schema())
            .withSpec(table.spec())
            .withPartition(like.partition())
            .createWriterFunc(GenericParquetWriter::create)
            .build()) {
      rows.forEach(writer::write);
      writer.close();
      return writer.toDataFile();
    }
  }
}
