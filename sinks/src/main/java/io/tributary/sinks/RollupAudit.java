package io.tributary.sinks;

import io.tributary.events.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;

/** Whether {@code cost_daily} and what the ledger has beyond it come to what the ledger does. */
final class RollupAudit {

  /** Columns that {@link #addEntry} reads. */
  static final List<String> COLUMNS =
      List.of(
          Columns.TENANT_ID,
          Columns.BILLING_PERIOD_START,
          "billing_currency",
          "billed_cost",
          "effective_cost",
          "list_cost",
          "contracted_cost",
          "consumed_quantity");

  private static final List<String> MEASURES = COLUMNS.subList(3, COLUMNS.size());

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
  private final SortedMap<Line, BigDecimal> rollup = new TreeMap<>(Line.ORDER);

  /** Takes a row of the ledger. */
  void addEntry(Record row) {
    add(row, ledger);
  }

  /** Compares where there is a rollup to compare. */
  void check(WarehouseReader reader, AuditScan scan, Expression filter, Differences differences) {
    Snapshot state = reader.snapshot(WarehouseTable.COST_LEDGER);
    Long named = SnapshotMarks.ledgerSnapshot(reader.snapshot(WarehouseTable.COST_DAILY));
    if (state == null || named == null) {
      return;
    }
    LedgerAppends beyond =
        new LedgerAppends(reader.table(WarehouseTable.COST_LEDGER), named, state.snapshotId());
    scan.forEach(WarehouseTable.COST_DAILY, filter, COLUMNS, row -> add(row, rollup));
    scan.forEachAppended(beyond, filter, COLUMNS, row -> add(row, rollup));
    SortedSet<Line> lines = new TreeSet<>(Line.ORDER);
    lines.addAll(ledger.keySet());
    lines.addAll(rollup.keySet());
    for (Line line : lines) {
      BigDecimal expected = ledger.getOrDefault(line, BigDecimal.ZERO);
      BigDecimal actual = rollup.getOrDefault(line, BigDecimal.ZERO);
      if (expected.compareTo(actual) != 0) {
        differences.add(
            line.tenant,
            "cost_daily, billing period %s, %s, %s"
                .formatted(line.period, line.currency, line.measure),
            Money.plain(expected),
            Money.plain(actual));
      }
    }
  }

  private static void add(Record row, SortedMap<Line, BigDecimal> sums) {
    String tenant = row.getField(Columns.TENANT_ID).toString();
    Instant period = ((OffsetDateTime) row.getField(Columns.BILLING_PERIOD_START)).toInstant();
    String currency = row.getField("billing_currency").toString();
    for (String measure : MEASURES) {
      sums.merge(
          new Line(tenant, period, currency, measure),
          (BigDecimal) row.getField(measure),
          BigDecimal::add);
    }
  }
}
