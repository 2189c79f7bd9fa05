package io.tributary.events.bills;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rows of a CSV file. */
final class CsvRows implements BillRows {

  /** How the parser ends its message of a row that it cannot read. */
  private static final Pattern STARTED_IN_LINE = Pattern.compile("started in line (\\d+)$");

  private final BillText text;
  private final CsvReader<CsvRecord> reader;
  private final CloseableIterator<CsvRecord> records;
  private int columns;
  private @Nullable CsvRecord current;
  private @Nullable RawLines lines;

  CsvRows(BillText text, char separator) throws IOException {
    this.text = text;
    this.reader = format(separator).ofCsvRecord(new EndMarkedReader(text.reader()));
    this.records = reader.iterator();
  }

  static CsvReader.CsvReaderBuilder format(char separator) {
    return CsvReader.builder()
        .fieldSeparator(separator)
        .skipEmptyLines(true)
        .allowExtraFields(true)
        .allowMissingFields(true)
        .allowExtraCharsAfterClosingQuote(true);
  }

  /** Moves behind the header; from here on a row has so many columns. */
  void skipHeader(int count) throws IOException {
    boolean unused = next();
    columns = count;
  }

  /** All that the current row has. */
  List<String> fields() {
    return record().getFields();
  }

  @Override
  public boolean next() throws IOException {
    CsvRecord before = current;
    CsvRecord read = read();
    if (read == null) {
      throw new DamagedFileException(
          text.source(),
          "line "
              + (before == null ? 1 : before.getStartingLineNumber())
              + ": a quote opens in this row and is never closed",
          null);
    }
    boolean end = read.getFieldCount() == 1 && read.getField(0).equals(EndMarkedReader.MARK);
    current = end ? null : read;
    return !end;
  }

  private @Nullable CsvRecord read() throws IOException {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw text.malformed();
      }
      throw DamagedFileException.of(text.source(), e.getCause());
    } catch (CsvParseException e) {
      throw unreadable(e);
    }
  }

  private DamagedFileException unreadable(CsvParseException e) {
    Matcher line = STARTED_IN_LINE.matcher(String.valueOf(e.getMessage()));
    Throwable cause = e.getCause() == null ? e : e.getCause();
    String why = String.valueOf(cause.getMessage()).strip();
    return new DamagedFileException(
        text.source(),
        "line " + (line.find() ? line.group(1) : "1") + ": the row cannot be read: " + why,
        e);
  }

  @Override
  public void check() throws RejectedException {
    if (!hasCells()) {
      throw new RejectedException(
          RejectReason.COLUMN_COUNT,
          null,
          "the row has " + record().getFieldCount() + " cells, the header " + columns);
    }
  }

  @Override
  public boolean hasCells() {
    return record().getFieldCount() == columns;
  }

  @Override
  public @Nullable String cell(int column) {
    return BillRows.value(record().getField(column));
  }

  @Override
  public long position() {
    return record().getStartingLineNumber();
  }

  /** Read from the file a second time: only a rejected row asks for it. */
  @Override
  public byte[] raw() throws IOException {
    if (lines == null) {
      lines = text.lines();
    }
    long breaks = record().getFields().stream().mapToLong(RawLines::breaks).sum();
    return lines.read(position(), position() + breaks);
  }

  private CsvRecord record() {
    if (current == null) {
      throw new IllegalStateException("no current row");
    }
    return current;
  }

  @Override
  public void close() throws IOException {
    records.close();
    reader.close();
    if (lines != null) {
      lines.close();
    }
  }
}
