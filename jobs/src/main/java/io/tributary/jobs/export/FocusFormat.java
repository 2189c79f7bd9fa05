package io.tributary.jobs.export;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.tributary.events.LedgerEntry;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.Files;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;

/** How an export is written. */
public enum FocusFormat {
  /** UTF-8 with a header; no value is an empty field. */
  CSV {
    @Override
    Rows open(Path file) throws IOException {
      return csv(java.nio.file.Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    }
  },

  /** Costs as DECIMAL(38,18), instants in UTC, tags as a map. */
  PARQUET {
    @Override
    Rows open(Path file) throws IOException {
      Schema schema = FocusColumn.schema();
      FileAppender<Record> appender =
          Parquet.write(Files.localOutput(file.toFile()))
              .schema(schema)
              .named("focus")
              .createWriterFunc(GenericParquetWriter::create)
              .overwrite()
              .build();
      return new Rows() {
        @Override
        public void write(LedgerEntry entry) {
          Record row = GenericRecord.create(schema);
          for (FocusColumn column : FocusColumn.values()) {
            row.set(column.ordinal(), column.value(entry));
          }
          appender.add(row);
        }

        @Override
        public void close() throws IOException {
          appender.close();
        }
      };
    }
  };

  /** An open file. */
  interface Rows extends Closeable {

    void write(LedgerEntry entry) throws IOException;

    /** Hands on what is buffered, where that can be read before the end. */
    default void flush() throws IOException {}
  }

  abstract Rows open(Path file) throws IOException;

  /** CSV to anything; closing it closes {@code out}. */
  static Rows csv(Writer out) {
    CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(out);
    List<FocusColumn> columns = Arrays.asList(FocusColumn.values());
    csv.writeRecord(columns.stream().map(FocusColumn::name).toList());
    return new Rows() {
      @Override
      public void write(LedgerEntry entry) {
        csv.writeRecord(columns.stream().map(column -> column.text(entry)).toArray(String[]::new));
      }

      @Override
      public void flush() throws IOException {
        csv.flush();
      }

      @Override
      public void close() throws IOException {
        csv.close();
      }
    };
  }
}
