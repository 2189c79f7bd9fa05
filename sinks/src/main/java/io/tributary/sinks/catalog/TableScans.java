package io.tributary.sinks.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Scan;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.IdentityPartitionConverters;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.expressions.And;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Or;
import org.apache.iceberg.expressions.UnboundPredicate;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.util.PartitionUtil;

/** Reads rows of append-only tables: Parquet files without deletes. */
public final class TableScans {

  private TableScans() {}

  /** The files of a scan. */
  public static List<DataFile> files(TableScan scan) {
    List<DataFile> files = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      tasks.forEach(task -> files.add(task.file()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the files of " + scan.table().name(), e);
    }
    return files;
  }

  public static void forEach(Table table, Expression filter, Consumer<Record> action) {
    TableScan scan = table.newScan().filter(filter);
    try (CloseableIterable<Record> rows = rows(table.io(), scan)) {
      rows.forEach(action);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + table.name(), e);
    }
  }

  /** The rows of a scan, file after file, in the columns it selects. */
  public static CloseableIterable<Record> rows(FileIO io, Scan<?, FileScanTask, ?> scan) {
    Schema projection = scan.schema();
    return CloseableIterable.concat(
        CloseableIterable.transform(scan.planFiles(), task -> rows(io, task, projection)));
  }

  /** The rows of one planned file that pass the plan's filter. */
  public static CloseableIterable<Record> rows(FileIO io, FileScanTask task, Schema projection) {
    Map<Integer, ?> constants =
        PartitionUtil.constantsMap(task, IdentityPartitionConverters::convertConstant);
    CloseableIterable<Record> rows =
        ParquetReading.rows(
            io.newInputFile(task.file()),
            projection,
            new ParquetReading.Range(task.start(), task.length()),
            task.residual(),
            file -> GenericParquetReaders.buildReader(projection, file, constants));
    if (task.residual().equals(Expressions.alwaysTrue())) {
      return rows;
    }
    Evaluator evaluator = new Evaluator(projection.asStruct(), nullIsNotAmong(task.residual()));
    InternalRecordWrapper wrapper = new InternalRecordWrapper(projection.asStruct());
    return CloseableIterable.filter(rows, row -> evaluator.eval(wrapper.wrap(row)));
  }

  /** The same where it says IN: Iceberg's evaluator fails on a value that is null. */
  private static Expression nullIsNotAmong(Expression filter) {
    if (filter instanceof And and) {
      return Expressions.and(nullIsNotAmong(and.left()), nullIsNotAmong(and.right()));
    } else if (filter instanceof Or or) {
      return Expressions.or(nullIsNotAmong(or.left()), nullIsNotAmong(or.right()));
    } else if (filter instanceof UnboundPredicate<?> predicate
        && predicate.op() == Expression.Operation.IN) {
      return Expressions.and(Expressions.notNull(predicate.ref().name()), predicate);
    }
    return filter;
  }
}
