package io.tributary.events.bills;

import io.tributary.events.RejectedException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A cursor over the rows of one bill file. Cells are text; every spelling of null is null. */
interface BillRows extends Closeable {

  Set<String> NULL_WORDS = Set.of("NULL", "null", "(null)", "\\N", "N/A");

  /** Opens a file as what its first bytes say it is: Parquet, else CSV (gzipped or not). */
  static BillRows open(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] magic = in.readNBytes(4);
      return Arrays.equals(magic, "PAR1".getBytes(StandardCharsets.US_ASCII))
          ? new ParquetRows(file)
          : new CsvRows(file);
    }
  }

  /** The names in the header, as they stand there; empty for a file without any line. */
  List<String> columns();

  /** Promises that only these columns are asked for. To be called before the first row. */
  void project(int[] columns);

  /** Moves to the next row; false at the end. */
  boolean next() throws IOException;

  /**
   * Whether the current row has the shape of the header.
   *
   * @throws RejectedException where it has not; its cells are not to be read then
   */
  void check() throws RejectedException;

  /** The cell of the current row, null where it has no value. */
  @Nullable String cell(int column);

  /**
   * Line on which the current row starts (CSV, the header is 1) or its number (Parquet), from 1.
   */
  long position();

  /** The current row as it stands in the file; in JSON for Parquet. */
  byte[] raw() throws IOException;

  /** The text, or null where it is blank or one of the words that bills write for null. */
  static @Nullable String value(String text) {
    return text.isBlank() || (text.length() <= 6 && NULL_WORDS.contains(text)) ? null : text;
  }
}
