package io.tributary.sinks.rows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.GenericFileWriterFactory;
import org.apache.iceberg.data.InternalRecordWrapper;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.FanoutDataWriter;
import org.apache.iceberg.io.OutputFileFactory;
import org.apache.iceberg.util.PropertyUtil;
import org.jspecify.annotations.Nullable;

/**
 * Parquet files of a table under the schema it was loaded with, one open file per partition, until
 * {@link #complete} hands the finished ones over.
 */
public final class OpenFiles implements AutoCloseable {

  private final Table table;
  private final OutputFileFactory files;
  private final PartitionKey partition;
  private final InternalRecordWrapper wrapper;
  private @Nullable FanoutDataWriter<Record> writer;

  /**
   * @param subtask tells the file names of concurrent writers apart
   */
  public OpenFiles(Table table, int subtask) {
    this.table = table;
    this.partition = new PartitionKey(table.spec(), table.schema());
    this.wrapper = new InternalRecordWrapper(table.schema().asStruct());
    this.files = OutputFileFactory.builderFor(table, subtask, 0).format(FileFormat.PARQUET).build();
  }

  public void write(Record row) {
    partition.partition(wrapper.wrap(row));
    if (writer == null) {
      writer = newWriter();
    }
    FanoutDataWriter<Record> open = writer;
    ParquetWriting.run(() -> open.write(row, table.spec(), partition));
  }

  private FanoutDataWriter<Record> newWriter() {
    return new FanoutDataWriter<>(
        new GenericFileWriterFactory.Builder(table).dataFileFormat(FileFormat.PARQUET).build(),
        files,
        table.io(),
        PropertyUtil.propertyAsLong(
            table.properties(),
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES,
            TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT));
  }

  /** The files of what was written since the last call; the next row opens new ones. */
  public List<DataFile> complete() {
    FanoutDataWriter<Record> open = writer;
    if (open == null) {
      return List.of();
    }
    try {
      open.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot finish files of " + table.name(), e);
    }
    writer = null;
    return new ArrayList<>(open.result().dataFiles());
  }

  /** Removes what was not handed over. */
  @Override
  public void close() {
    complete().forEach(file -> table.io().deleteFile(file.location()));
  }
}
