package io.tributary.sinks.catalog;

import java.io.IOException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.parquet.ParquetReader;
import org.apache.iceberg.parquet.ParquetValueReader;
import org.apache.iceberg.shaded.org.apache.parquet.ParquetReadOptions;
import org.apache.iceberg.shaded.org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.iceberg.shaded.org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Parquet files of tables. Each page that is read is compared with the CRC-32 that its
 * writer put beside it: Iceberg's own read builder leaves these unread, and a bit that has flipped
 * on a disk would be another amount. Iceberg takes columns by their field ids.
 */
public final class ParquetReading {

  private ParquetReading() {}

  /** A range of a file: the row groups that start in it. */
  public record Range(long start, long length) {}

  /**
   * The rows of {@code file} in the columns of {@code projection}.
   *
   * @param range null for the whole file
   * @param filter leaves out row groups; the rows it gives are not filtered
   * @param reader makes the reader of rows for the schema of the file
   * @return rows that fail with {@link UnreadableFileException}, which names the file; to be closed
   *     by the caller
   */
  public static <T> CloseableIterable<T> rows(
      InputFile file,
      Schema projection,
      @Nullable Range range,
      Expression filter,
      Function<MessageType, ParquetValueReader<?>> reader) {
    return rows(LocalFileIO.shown(file), file, projection, range, filter, reader);
  }

  /**
   * The same of a file under another name.
   *
   * @param name how {@link UnreadableFileException} names it
   */
  public static <T> CloseableIterable<T> rows(
      String name,
      InputFile file,
      Schema projection,
      @Nullable Range range,
      Expression filter,
      Function<MessageType, ParquetValueReader<?>> reader) {
    ParquetReadOptions.Builder options = options();
    if (range != null) {
      options.withRange(range.start, range.start + range.length);
    }
    return new Rows<>(
        name,
        new ParquetReader<>(
            file,
            projection,
            options.build(),
            reader,
            NameMapping.empty(),
            filter.equals(Expressions.alwaysTrue()) ? null : filter,
            false,
            true));
  }

  /** Options of a reader that compares checksums. */
  public static ParquetReadOptions.Builder options() {
    return ParquetReadOptions.builder(new PlainParquetConfiguration())
        .usePageChecksumVerification()
        .withUseHadoopVectoredIo(true);
  }

  /** Names the file in what goes wrong while it is read. */
  private record Rows<T>(String location, CloseableIterable<T> rows)
      implements CloseableIterable<T> {

    @Override
    public CloseableIterator<T> iterator() {
      return new NamedIterator<>(location, reading(location, rows::iterator));
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }

  private record NamedIterator<T>(String location, CloseableIterator<T> rows)
      implements CloseableIterator<T> {

    @Override
    public boolean hasNext() {
      return reading(location, rows::hasNext);
    }

    @Override
    public T next() {
      return reading(location, rows::next);
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }

  private static <T> T reading(String location, Supplier<T> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      throw new UnreadableFileException(location, e);
    }
  }
}
