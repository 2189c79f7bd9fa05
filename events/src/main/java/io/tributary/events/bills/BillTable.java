package io.tributary.events.bills;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bill file in its container: what its columns are called, and its rows, as often as asked for.
 */
interface BillTable {

  /** Opens a file as what its first bytes say it is: Parquet, JSON lines, else CSV. */
  static BillTable open(BillSource source, TextEncoding encoding) throws IOException {
    if (isParquet(source)) {
      return ParquetTable.open(source);
    }
    BillText text = BillText.of(source, encoding);
    if (JsonLines.beginsAsObject(text)) {
      return JsonTable.open(text);
    }
    return CsvTable.open(text);
  }

  /** Whether a file begins as Parquet does, encrypted or not. */
  static boolean isParquet(BillSource source) throws IOException {
    try (InputStream in = source.open()) {
      byte[] magic = in.readNBytes(4);
      return Arrays.equals(magic, "PAR1".getBytes(StandardCharsets.US_ASCII))
          || Arrays.equals(magic, "PARE".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw DamagedFileException.of(source, e);
    }
  }

  /** Where it is. */
  BillSource source();

  /**
   * The names in the header, as they stand there; a member of a structure has the names on its way
   * with dots between. Empty for a file without any line.
   */
  List<String> columns();

  /**
   * The rows from the first on.
   *
   * @param essential columns that a charge is made of: where a row has no text there that can be
   *     read, it is refused
   * @param all whether other columns are asked for too
   */
  BillRows rows(int[] essential, boolean all) throws IOException;

  /**
   * A row of what all rows have in common, as far as it can be known without reading them; null
   * where nothing can. Columns that are not {@link Constants#knows known} are not to be read.
   */
  default @Nullable Constants constants() {
    return null;
  }

  /** A row of a table for every row. */
  interface Constants extends BillRows {

    /** Whether every row has this cell. */
    boolean knows(int column);
  }
}
