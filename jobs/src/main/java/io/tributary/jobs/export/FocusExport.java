package io.tributary.jobs.export;

import io.tributary.attribution.CodePointOrder;
import io.tributary.events.Basis;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.sinks.LedgerNet;
import io.tributary.sinks.WarehouseReader;
import io.tributary.sinks.WarehouseTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * The net ledger of a tenant as FOCUS rows: what every line costs, once, in an order that depends
 * on the rows alone, with resources as they were delivered. Transfers are left out: they move cost
 * and add none. Holds the lines of one billing period on the heap.
 */
public final class FocusExport {

  private final WarehouseReader reader;
  private final String tenant;
  private final @Nullable Basis basis;
  private final SortedMap<String, Measures> totals = new TreeMap<>(CodePointOrder.ORDER);
  private long rows;

  /** A line and what it is sorted by. */
  private record Line(LedgerEntry entry, String cells) {

    static final Comparator<Line> ORDER =
        Comparator.comparing((Line line) -> line.entry.getChargePeriodStart())
            .thenComparing(Line::cells, CodePointOrder.ORDER);

    static Line of(LedgerEntry entry) {
      return new Line(
          entry,
          Stream.of(FocusColumn.values())
              .map(column -> String.valueOf(column.text(entry)))
              .collect(Collectors.joining("\0")));
    }
  }

  /**
   * An export of what {@code reader} shows.
   *
   * @param basis of the lines; null for all
   */
  public FocusExport(WarehouseReader reader, String tenant, @Nullable Basis basis) {
    this.reader = reader;
    this.tenant = tenant;
    this.basis = basis;
  }

  /**
   * The starts of the tenant's billing periods that lie in these months; all where there are none.
   */
  public SortedSet<Instant> periods(Collection<YearMonth> months) {
    SortedSet<Instant> periods = new TreeSet<>();
    String column = "billing_period_start";
    try (CloseableIterable<Record> found =
        reader.rows(
            WarehouseTable.COST_LEDGER, WarehouseReader.tenant(tenant), "tenant_id", column)) {
      for (Record row : found) {
        OffsetDateTime start = (OffsetDateTime) row.getField(column);
        if (months.isEmpty()
            || months.contains(YearMonth.from(start.withOffsetSameInstant(ZoneOffset.UTC)))) {
          periods.add(start.toInstant());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the ledger", e);
    }
    return periods;
  }

  /**
   * Writes the billing periods to a file, which is there whole or not at all.
   *
   * @param periods as {@link #periods} gives them
   */
  public void write(SortedSet<Instant> periods, FocusFormat format, Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path part =
        Files.createTempFile(
            directory == null ? Path.of("") : directory, "." + file.getFileName(), ".part");
    try {
      try (FocusFormat.Rows out = format.open(part)) {
        write(periods, out);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Writes the billing periods as CSV; the writer stays the caller's to close. */
  public void write(SortedSet<Instant> periods, Writer out) throws IOException {
    // Closing the rows would close the writer.
    FocusFormat.Rows csv = FocusFormat.csv(out);
    write(periods, csv);
    csv.flush();
  }

  private void write(SortedSet<Instant> periods, FocusFormat.Rows out) throws IOException {
    for (Instant period : periods) {
      for (Line line : lines(period)) {
        out.write(line.entry);
        rows++;
        totals.merge(line.entry.getBillingCurrency(), Measures.of(line.entry), Measures::plus);
      }
    }
  }

  private List<Line> lines(Instant period) throws IOException {
    LedgerNet net = new LedgerNet();
    try (CloseableIterable<LedgerEntry> entries = reader.entries(tenant, Set.of(period))) {
      for (LedgerEntry entry : entries) {
        if (entry.getEntryKind() == EntryKind.BASE
            && (basis == null || entry.getBasis() == basis)) {
          net.add(entry);
        }
      }
    }
    List<LedgerEntry> entries = net.entries();
    DeliveredResources.name(reader, tenant, period, entries);
    return entries.stream().map(Line::of).sorted(Line.ORDER).toList();
  }

  /** How many rows were written. */
  public long rows() {
    return rows;
  }

  /** What they come to, by currency. */
  public SortedMap<String, Measures> totals() {
    return totals;
  }
}
