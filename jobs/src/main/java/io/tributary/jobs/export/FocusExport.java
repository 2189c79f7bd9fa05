package io.tributary.jobs.export;

import io.tributary.dimensions.definitions.CodePointOrder;
import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.LedgerNet;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
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
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * The net ledger of a tenant as FOCUS rows: what every line costs, once, in an order that depends
 * on the rows alone, with resources as they were delivered. Transfers are left out: they move cost
 * and add none. Holds the lines of one billing month on the heap.
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

  /** The tenant's billing months that are among these; all where there are none. */
  public SortedSet<BillingMonth> months(Collection<BillingMonth> among) {
    SortedSet<BillingMonth> months = new TreeSet<>();
    try (CloseableIterable<Record> found =
        reader.rows(
            WarehouseTable.COST_LEDGER,
            Expressions.and(WarehouseReader.tenant(tenant), WarehouseReader.billingMonths(among)),
            Columns.TENANT_ID,
            Columns.BILLING_MONTH)) {
      for (Record row : found) {
        months.add(BillingMonth.ofFirstDay((LocalDate) row.getField(Columns.BILLING_MONTH)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the ledger", e);
    }
    return months;
  }

  /**
   * Writes the billing months to a file, which is there whole or not at all.
   *
   * @param months as {@link #months} gives them
   */
  public void write(SortedSet<BillingMonth> months, FocusFormat format, Path file)
      throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path part =
        Files.createTempFile(
            directory == null ? Path.of("") : directory, "." + file.getFileName(), ".part");
    try {
      try (FocusFormat.Rows out = format.open(part)) {
        write(months, out);
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Writes the billing months as CSV; the writer stays the caller's to close. */
  public void write(SortedSet<BillingMonth> months, Writer out) throws IOException {
    // Closing the rows would close the writer.
    FocusFormat.Rows csv = FocusFormat.csv(out);
    write(months, csv);
    csv.flush();
  }

  private void write(SortedSet<BillingMonth> months, FocusFormat.Rows out) throws IOException {
    for (BillingMonth month : months) {
      for (Line line : lines(month)) {
        out.write(line.entry);
        rows++;
        totals.merge(line.entry.getBillingCurrency(), Measures.of(line.entry), Measures::plus);
      }
    }
  }

  private List<Line> lines(BillingMonth month) throws IOException {
    LedgerNet net = new LedgerNet();
    try (CloseableIterable<LedgerEntry> entries = reader.entries(tenant, Set.of(month))) {
      for (LedgerEntry entry : entries) {
        if (entry.getEntryKind() == EntryKind.BASE
            && (basis == null || entry.getBasis() == basis)) {
          net.add(entry);
        }
      }
    }
    List<LedgerEntry> entries = net.entries();
    DeliveredResources.name(reader, tenant, month, entries);
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
