package io.tributary.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.TableScanUtil;

/** Plans and reads the Parquet files of append-only tables. */
final class TableFiles {

  /** Larger files are read in parts of about this size, several at once. */
  private static final long PART_BYTES = 32L << 20;

  private TableFiles() {}

  /** The parts of files that {@code scan} cannot rule out. */
  static List<FileScanTask> plan(TableScan scan) {
    List<FileScanTask> parts = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks =
        TableScanUtil.splitFiles(scan.planFiles(), PART_BYTES)) {
      tasks.forEach(parts::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot plan " + scan.table().name(), e);
    }
    return parts;
  }

  /**
   * The rows of a part, values in Iceberg's in-memory form: times in µs, text as String.
   *
   * @param filter leaves out row groups; the rows it gives are not filtered
   */
  static CloseableIterable<StructLike> rows(
      FileIO io, FileScanTask part, Schema projection, Expression filter) {
    if (!part.deletes().isEmpty()) {
      throw new IllegalStateException("nothing deletes rows, but " + part.file().location());
    }
    return Parquet.read(io.newInputFile(part.file().location()))
        .project(projection)
        .split(part.start(), part.length())
        .filter(filter)
        .createReaderFunc(file -> InternalReader.create(projection, file))
        .build();
  }
}
