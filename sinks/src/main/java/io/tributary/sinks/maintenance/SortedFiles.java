package io.tributary.sinks.maintenance;

import static java.util.Objects.requireNonNull;

import io.tributary.sinks.rows.ParquetWriting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.encryption.EncryptionKeyMetadata;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.PropertyUtil;
import org.jspecify.annotations.Nullable;

/** Writes sorted rows of one partition into Parquet files of the table's target size. */
final class SortedFiles {

  private static final int ROWS_BETWEEN_CHECKS = 1_000;

  private final Table table;
  private final @Nullable String location;
  private final Map<String, String> properties;
  private final PartitionKey partition;
  private final OutputFileFactory files;
  private final long targetBytes;
  private final List<DataFile> finished = new ArrayList<>();
  private @Nullable DataWriter<StructLike> writer;
  private long rows;

  /**
   * @param location of the tier, under which partitions have directories; null for the table's own
   * @param properties of Parquet files, beyond those of the table
   */
  SortedFiles(Table table, @Nullable String location, Map<String, String> properties) {
    this.table = table;
    this.location = location;
    this.properties = properties;
    this.partition = new PartitionKey(table.spec(), table.schema());
    this.files =
        OutputFileFactory.builderFor(table, 0, 0).format(FileFormat.PARQUET).suffix("net").build();
    this.targetBytes =
        PropertyUtil.propertyAsLong(
            table.properties(),
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT);
  }

  void write(StructLike row) throws IOException {
    if (writer == null) {
      partition.partition(row);
      ParquetWriting.run(() -> writer = open());
    }
    DataWriter<StructLike> current = requireNonNull(writer);
    current.write(row);
    rows++;
    if (rows % ROWS_BETWEEN_CHECKS == 0 && current.length() >= targetBytes) {
      finish(current);
    }
  }

  private DataWriter<StructLike> open() throws IOException {
    return Parquet.writeData(
            EncryptedFiles.encryptedOutput(
                table.io().newOutputFile(nextLocation()), EncryptionKeyMetadata.EMPTY))
        .forTable(table)
        .metricsConfig(MetricsConfig.forTable(table))
        .setAll(properties)
        .withSpec(table.spec())
        .withPartition(partition.copy())
        .withSortOrder(table.sortOrder())
        .createWriterFunc(InternalWriter::createWriter)
        .build();
  }

  private String nextLocation() {
    // A partition without a name would leave two slashes, which not every object store takes.
    String usual =
        (table.spec().isUnpartitioned()
                ? files.newOutputFile()
                : files.newOutputFile(table.spec(), partition))
            .encryptingOutputFile()
            .location();
    return location == null
        ? usual
        : location
            + "/"
            + table.spec().partitionToPath(partition)
            + usual.substring(usual.lastIndexOf('/'));
  }

  private void finish(DataWriter<StructLike> open) throws IOException {
    open.close();
    finished.add(open.toDataFile());
    writer = null;
  }

  /** The files of all rows. */
  List<DataFile> finish() throws IOException {
    if (writer != null) {
      finish(writer);
    }
    return List.copyOf(finished);
  }

  /** Removes what was written. */
  void giveUp() throws IOException {
    finish().forEach(file -> table.io().deleteFile(file.location()));
    finished.clear();
  }
}
