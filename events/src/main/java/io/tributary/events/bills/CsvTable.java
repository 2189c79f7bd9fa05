package io.tributary.events.bills;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * CSV (RFC 4180, gzipped or not), with commas, tabs, semicolons or bars between its cells.
 *
 * <p>Some exports name columns at the end of the header that no row has. Where the first two rows
 * agree on it, the surplus names are no columns of the file; any other difference in the number of
 * cells refuses the row.
 *
 * @param separator between two cells
 */
record CsvTable(BillText text, char separator, List<String> columns) implements BillTable {

  private static final String SEPARATORS = ",\t;|";

  /** As much of a header as tells its separator. */
  private static final int HEADER_CHARS = 1 << 16;

  static BillTable open(BillText text) throws IOException {
    char separator = separator(text);
    try (CsvRows rows = new CsvRows(text, separator)) {
      List<String> columns = columns(rows);
      CsvTable table = new CsvTable(text, separator, columns);
      return UnfoldedTable.isFolded(columns) ? UnfoldedTable.open(table) : table;
    }
  }

  /** The separator that divides the header into most cells. */
  private static char separator(BillText text) throws IOException {
    char[] begin = new char[HEADER_CHARS];
    int length = 0;
    try (Reader in = text.reader()) {
      for (int read = 0; read >= 0 && length < begin.length; length += Math.max(0, read)) {
        read = in.read(begin, length, begin.length - length);
      }
    } catch (CharacterCodingException e) {
      throw text.malformed();
    } catch (IOException e) {
      throw DamagedFileException.of(text.source(), e);
    }
    char best = SEPARATORS.charAt(0);
    int most = 0;
    for (char separator : SEPARATORS.toCharArray()) {
      int cells = header(new String(begin, 0, length), separator).size();
      if (cells > most) {
        best = separator;
        most = cells;
      }
    }
    return best;
  }

  /** What the first line of a text is under each separator. */
  static List<List<String>> headers(String text) throws IOException {
    List<List<String>> headers = new ArrayList<>();
    for (char separator : SEPARATORS.toCharArray()) {
      headers.add(header(text, separator));
    }
    return headers;
  }

  private static List<String> header(String text, char separator) throws IOException {
    try (CsvReader<CsvRecord> reader = CsvRows.format(separator).ofCsvRecord(text)) {
      return reader.stream().findFirst().map(CsvRecord::getFields).orElse(List.of());
    } catch (CsvParseException e) {
      // It has more cells than the parser takes; reading the file says so.
      return List.of();
    }
  }

  private static List<String> columns(CsvRows rows) throws IOException {
    if (!rows.next()) {
      return List.of();
    }
    List<String> names = rows.fields();
    int first = rows.next() ? rows.fields().size() : names.size();
    boolean surplus = first < names.size() && rows.next() && rows.fields().size() == first;
    return List.copyOf(surplus ? names.subList(0, first) : names);
  }

  @Override
  public BillSource source() {
    return text.source();
  }

  @Override
  public BillRows rows(int[] essential, boolean all) throws IOException {
    CsvRows rows = new CsvRows(text, separator);
    rows.skipHeader(columns.size());
    return rows;
  }
}
