package io.tributary.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.sinks.catalog.LocalFileIO;
import io.tributary.sinks.catalog.ParquetReading;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Plans and reads the Parquet files of append-only tables. A ledger that is committed to every
 * second has a hundred manifests and one of them is new, so what a manifest lists is kept: it never
 * changes. Safe for use by several threads.
 */
final class TableFiles {

  /** A range of a file: the row groups that start in it. */
  record Part(DataFile file, long start, long length) {

    String location() {
      return file.location();
    }
  }

  /** Larger files are read in parts of this size, several at once. */
  private static final long PART_BYTES = 32L << 20;

  private static final int KEPT_FILES = 200_000;

  /** Columns by whose bounds files are ruled out or known. */
  private static final List<String> BOUNDED =
      List.of(
          Columns.TENANT_ID,
          Columns.ENTRY_TIME,
          Columns.BILLING_PERIOD_START,
          Columns.BILLING_MONTH,
          Columns.CHARGE_PERIOD_START);

  private final Cache<String, List<DataFile>> filesByManifest =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_FILES)
          .weigher((String manifest, List<DataFile> files) -> 1 + files.size())
          .build();

  /** The files of {@code snapshot} that may hold rows of {@code filter}. */
  List<DataFile> files(Table table, Snapshot snapshot, Expression filter) {
    if (!snapshot.deleteManifests(table.io()).isEmpty()) {
      throw new IllegalStateException("rows were deleted from " + table.name());
    }
    InclusiveMetricsEvaluator evaluator =
        new InclusiveMetricsEvaluator(SnapshotUtil.schemaFor(table, snapshot.snapshotId()), filter);
    List<DataFile> files = new ArrayList<>();
    for (ManifestFile manifest : snapshot.dataManifests(table.io())) {
      for (DataFile file : filesByManifest.get(manifest.path(), path -> read(table, manifest))) {
        if (evaluator.eval(file)) {
          files.add(file);
        }
      }
    }
    return files;
  }

  private static List<DataFile> read(Table table, ManifestFile manifest) {
    Set<Integer> bounded =
        BOUNDED.stream()
            .flatMap(name -> Stream.ofNullable(table.schema().findField(name)))
            .map(NestedField::fieldId)
            .collect(Collectors.toSet());
    List<DataFile> files = new ArrayList<>();
    try (ManifestReader<DataFile> reader =
        ManifestFiles.read(manifest, table.io(), table.specs())) {
      reader.forEach(file -> files.add(file.copyWithStats(bounded)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a manifest of " + table.name(), e);
    }
    return List.copyOf(files);
  }

  /** {@code file} in parts. */
  static List<Part> parts(DataFile file) {
    List<Part> parts = new ArrayList<>();
    for (long start = 0; start < file.fileSizeInBytes(); start += PART_BYTES) {
      parts.add(new Part(file, start, Math.min(PART_BYTES, file.fileSizeInBytes() - start)));
    }
    return parts;
  }

  /** {@link #rows} that nobody counts. */
  static CloseableIterable<StructLike> rows(
      FileIO io, Part part, Schema projection, Expression filter) {
    return rows(io, part, projection, filter, new LongAdder());
  }

  /**
   * The rows of a part, values in Iceberg's in-memory form: times in µs, text as String.
   *
   * @param filter leaves out row groups; the rows it gives are not filtered
   * @param bytes counts what is read
   */
  static CloseableIterable<StructLike> rows(
      FileIO io, Part part, Schema projection, Expression filter, LongAdder bytes) {
    InputFile file = io.newInputFile(part.location());
    return ParquetReading.rows(
        LocalFileIO.shown(file),
        new CountedFile(file, bytes),
        projection,
        new ParquetReading.Range(part.start(), part.length()),
        filter,
        parquet -> InternalReader.create(projection, parquet));
  }
}
