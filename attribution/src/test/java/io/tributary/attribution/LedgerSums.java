package io.tributary.attribution;

import io.tributary.events.Basis;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The sums of a ledger that must be right at every checkpoint, from its entries alone. */
final class LedgerSums {

  /** What the live charges of a billing period and currency sum to (I1). */
  record Billed(Instant billingPeriodStart, String currency) {}

  /** What sums to 0 (I2). */
  record Moved(
      String allocation,
      Instant billingPeriodStart,
      Instant granuleStart,
      Instant granuleEnd,
      Basis basis,
      String currency) {}

  private final Map<Billed, Measures> billed = new HashMap<>();
  private final Map<Moved, Measures> moved = new HashMap<>();

  void add(LedgerEntry entry) {
    if (entry.getEntryKind() == EntryKind.TRANSFER) {
      add(
          moved,
          new Moved(
              entry.getAllocation(),
              entry.getBillingPeriodStart(),
              entry.getChargePeriodStart(),
              entry.getChargePeriodEnd(),
              entry.getBasis(),
              entry.getBillingCurrency()),
          Measures.of(entry));
    } else if (entry.getBasis() == Basis.BILLED) {
      add(
          billed,
          new Billed(entry.getBillingPeriodStart(), entry.getBillingCurrency()),
          costs(Measures.of(entry)));
    }
  }

  private static <K> void add(Map<K, Measures> sums, K key, Measures measures) {
    if (sums.merge(key, measures, Measures::plus).isZero()) {
      sums.remove(key);
    }
  }

  /** The costs alone. */
  static Measures costs(Measures measures) {
    return new Measures(
        measures.billed(),
        measures.effective(),
        measures.list(),
        measures.contracted(),
        Money.ZERO);
  }

  LedgerSums copy() {
    LedgerSums copy = new LedgerSums();
    copy.billed.putAll(billed);
    copy.moved.putAll(moved);
    return copy;
  }

  /** Sums that are not 0. */
  Map<Billed, Measures> billed() {
    return billed;
  }

  /** Sums that are not 0, of which there must be none. */
  Map<Moved, Measures> unbalanced() {
    return moved;
  }
}
