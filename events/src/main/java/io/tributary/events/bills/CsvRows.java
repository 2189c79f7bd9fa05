package io.tributary.events.bills;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CSV in UTF-8 (RFC 4180, with or without byte order mark, gzipped or not).
 *
 * <p>Some exports name columns at the end of the header that no row has. Where the first two rows
 * agree on it, the surplus names are no columns of the file; any other difference in the number of
 * cells refuses the row.
 */
final class CsvRows implements BillRows {

  private final Path file;
  private final CsvReader<CsvRecord> reader;
  private final CloseableIterator<CsvRecord> records;
  private final List<String> columns;

  /** Rows read ahead to learn how many cells a row has. */
  private final Deque<CsvRecord> ahead = new ArrayDeque<>();

  private @Nullable CsvRecord current;
  private @Nullable RawLines lines;

  CsvRows(Path file) throws IOException {
    this.file = file;
    this.reader =
        CsvReader.builder()
            .detectBomHeader(true)
            .skipEmptyLines(true)
            .allowExtraFields(true)
            .allowMissingFields(true)
            .allowExtraCharsAfterClosingQuote(true)
            .ofCsvRecord(BillFiles.open(file), StandardCharsets.UTF_8);
    this.records = reader.iterator();
    try {
      CsvRecord header = read();
      this.columns = header == null ? List.of() : columns(header);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private List<String> columns(CsvRecord header) throws IOException {
    List<String> names = header.getFields();
    for (CsvRecord row = read(); row != null; row = ahead.size() < 2 ? read() : null) {
      ahead.add(row);
    }
    int cells = ahead.isEmpty() ? names.size() : ahead.getFirst().getFieldCount();
    boolean surplus =
        ahead.size() == 2 && cells < names.size() && cells == ahead.getLast().getFieldCount();
    return List.copyOf(surplus ? names.subList(0, cells) : names);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public void project(int[] columns) {
    // A line is parsed whole in any case.
  }

  @Override
  public boolean next() throws IOException {
    current = ahead.isEmpty() ? read() : ahead.removeFirst();
    return current != null;
  }

  private @Nullable CsvRecord read() throws IOException {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (UncheckedIOException e) {
      throw DamagedFileException.of(file, e.getCause());
    } catch (CsvParseException e) {
      throw new DamagedFileException(file, "no readable CSV: " + e.getMessage(), e);
    }
  }

  @Override
  public void check() throws RejectedException {
    int cells = record().getFieldCount();
    if (cells != columns.size()) {
      throw new RejectedException(
          RejectReason.COLUMN_COUNT,
          null,
          "the row has " + cells + " cells, the header " + columns.size());
    }
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
      lines = new RawLines(BillFiles.open(file));
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
