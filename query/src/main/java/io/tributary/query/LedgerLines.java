package io.tributary.query;

import io.tributary.dimensions.definitions.CodePointOrder;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.LedgerNet;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;

/** The lines that a question is about: ledger entries, netted. */
final class LedgerLines {

  /** Entries looked through for one question; they are netted on the heap. */
  private static final int MAX_ENTRIES = 500_000;

  /** The largest amount first, whatever its sign; the rest makes the order total. */
  private static final Comparator<LedgerEntry> ORDER =
      Comparator.comparing(
              (LedgerEntry line) -> line.getEffectiveCost().abs(), Comparator.reverseOrder())
          .thenComparing(LedgerEntry::getChargePeriodStart)
          .thenComparing(LedgerEntry::toString, CodePointOrder.ORDER);

  private LedgerLines() {}

  /**
   * The live lines, of every kind.
   *
   * @throws QuestionException where the question names what there is not, or too much
   */
  static List<LedgerEntry> live(WarehouseReader reader, LineQuestion asked, Names names) {
    Snapshot snapshot = reader.snapshot(WarehouseTable.COST_LEDGER);
    LedgerQuery query =
        LedgerQuery.of(
            asked.lines(), names, new Vantage(snapshot, null), Collections.emptySortedSet());
    if (snapshot == null) {
      return List.of();
    }
    Expression filter =
        query.mayCountOfAnyKind(
            SnapshotUtil.schemaFor(
                reader.table(WarehouseTable.COST_LEDGER), snapshot.snapshotId()));
    if (asked.chargeKey() != null) {
      filter = Expressions.and(filter, Expressions.equal(Columns.CHARGE_KEY, asked.chargeKey()));
    }
    LedgerNet net = new LedgerNet();
    int seen = 0;
    try (CloseableIterable<Stored<LedgerEntry>> rows = reader.records(LedgerEntry.class, filter)) {
      for (Stored<LedgerEntry> row : rows) {
        if (passesOverflow(row.record(), query)) {
          net.add(row.record());
          seen++;
        }
        if (seen > MAX_ENTRIES) {
          throw new QuestionException(
              QuestionException.Code.TOO_MANY_ENTRIES,
              "more than " + MAX_ENTRIES + " entries; ask for a shorter time or add conditions");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the ledger", e);
    }
    return net.lines().stream().sorted(ORDER).toList();
  }

  /** The conditions that Iceberg cannot decide: elements that have no column of their own. */
  private static boolean passesOverflow(LedgerEntry entry, LedgerQuery query) {
    for (LedgerQuery.Test test : query.tests()) {
      if (test.column() instanceof LedgerColumn.Overflow overflow) {
        String element = entry.getElements().get(overflow.dimension());
        if (element == null ? !test.orNull() : !test.values().contains(element)) {
          return false;
        }
      }
    }
    return true;
  }
}
