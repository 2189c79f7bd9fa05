package io.tributary.sinks.audit;

import io.tributary.events.BillingMonth;
import io.tributary.events.Money;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rollup.RollupRows;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;

/** Whether each rollup and what the ledger has beyond it come to what the ledger does. */
final class RollupAudit {

  private static final List<String> LINE =
      List.of(Columns.TENANT_ID, Columns.BILLING_PERIOD_START, Columns.BILLING_CURRENCY);

  private static final List<String> MEASURES =
      Stream.concat(RollupRows.COSTS.stream(), Stream.of(RollupRows.QUANTITY)).toList();

  /** The unit of comparison. */
  private record Line(String tenant, Instant period, String currency, String measure) {

    private static final Comparator<Line> ORDER =
        Comparator.comparing(Line::tenant)
            .thenComparing(Line::period)
            .thenComparing(Line::currency)
            .thenComparing(Line::measure);
  }

  /** Told a difference. */
  interface Differences {
    void add(String tenant, String subject, String expected, String actual);
  }

  private final SortedMap<Line, BigDecimal> ledger = new TreeMap<>(Line.ORDER);

  /** Takes a row of the ledger. */
  void addEntry(Record row) {
    add(row, MEASURES, ledger);
  }

  /** Compares what each rollup tells with the ledger; one that nobody has built tells nothing. */
  void check(WarehouseReader reader, AuditScan scan, Expression filter, Differences differences) {
    for (WarehouseReader.ReadRollup read : reader.rollups()) {
      List<String> measures =
          MEASURES.stream()
              .filter(measure -> read.table().schema().findField(measure) != null)
              .toList();
      List<String> columns = new ArrayList<>(LINE);
      columns.addAll(measures);
      SortedMap<Line, BigDecimal> sums = new TreeMap<>(Line.ORDER);
      scan.forEach(read, filter, columns, row -> add(row, measures, sums));
      scan.forEachAppended(read.state().beyond(), filter, columns, row -> add(row, measures, sums));
      compare(read.rollup().name(), measures, sums, differences);
    }
  }

  private void compare(
      String rollup,
      List<String> measures,
      SortedMap<Line, BigDecimal> sums,
      Differences differences) {
    SortedSet<Line> lines = new TreeSet<>(Line.ORDER);
    lines.addAll(ledger.keySet());
    lines.addAll(sums.keySet());
    for (Line line : lines) {
      BigDecimal expected = ledger.getOrDefault(line, BigDecimal.ZERO);
      BigDecimal actual = sums.getOrDefault(line, BigDecimal.ZERO);
      if (measures.contains(line.measure) && expected.compareTo(actual) != 0) {
        differences.add(
            line.tenant,
            "%s, billing month %s, from %s, %s, %s"
                .formatted(
                    rollup, BillingMonth.of(line.period), line.period, line.currency, line.measure),
            Money.plain(expected),
            Money.plain(actual));
      }
    }
  }

  private static void add(Record row, List<String> measures, SortedMap<Line, BigDecimal> sums) {
    String tenant = row.getField(Columns.TENANT_ID).toString();
    Instant period = ((OffsetDateTime) row.getField(Columns.BILLING_PERIOD_START)).toInstant();
    String currency = row.getField(Columns.BILLING_CURRENCY).toString();
    for (String measure : measures) {
      sums.merge(
          new Line(tenant, period, currency, measure),
          (BigDecimal) row.getField(measure),
          BigDecimal::add);
    }
  }
}
