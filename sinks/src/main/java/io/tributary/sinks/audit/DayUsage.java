package io.tributary.sinks.audit;

import io.tributary.events.Money;
import io.tributary.events.RowAmounts;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the archive and the ledger say of one resource's usage of a meter on a UTC day: quantities
 * by unit and hour, and the estimates of the day by unit.
 */
final class DayUsage {

  /**
   * Whose usage it is.
   *
   * @param resource its identity; null of entries that are of whole days and no resource
   */
  record Id(TenantDay day, String meter, @Nullable String resource) implements Comparable<Id> {

    private static final Comparator<Id> ORDER =
        Comparator.comparing(Id::day)
            .thenComparing(Id::meter)
            .thenComparing(Id::resource, Comparator.nullsFirst(Comparator.naturalOrder()));

    @Override
    public int compareTo(Id other) {
      return ORDER.compare(this, other);
    }
  }

  /** Of one unit. */
  static final class OfUnit {
    final @Nullable BigDecimal[] archived = new BigDecimal[TenantDay.HOURS];
    final SortedMap<String, CostSums> costs = new TreeMap<>();
    BigDecimal estimated = BigDecimal.ZERO;
    BigDecimal gross = BigDecimal.ZERO;
    long rows;

    /** Whether the estimate of some cell may be too large to be written at this price. */
    boolean mayBeTooLarge(Money price) {
      return !RowAmounts.canHold(gross.multiply(price.amount()));
    }

    private void add(int hour, BigDecimal quantity) {
      BigDecimal known = archived[hour];
      archived[hour] = known == null ? quantity : known.add(quantity);
      gross = gross.add(quantity.abs());
      rows++;
    }
  }

  private final SortedMap<String, OfUnit> units = new TreeMap<>();

  /** A bit for each hour that a live charge covers. */
  private int covered;

  /** Takes a row of the archive. */
  void archived(String unit, Instant hour, BigDecimal quantity) {
    unit(unit).add(hourOf(hour), quantity);
  }

  /** Takes an estimate of the ledger. */
  void estimated(String unit, BigDecimal quantity, String currency, CostSums costs) {
    OfUnit of = unit(unit);
    of.estimated = of.estimated.add(quantity);
    of.costs.merge(currency, costs, CostSums::plus);
  }

  /** Takes note that a live charge covers an hour. */
  void cover(int hour) {
    covered |= 1 << hour;
  }

  boolean isCovered(int hour) {
    return (covered >> hour & 1) != 0;
  }

  SortedMap<String, OfUnit> units() {
    return units;
  }

  private OfUnit unit(String unit) {
    return units.computeIfAbsent(unit, u -> new OfUnit());
  }

  static int hourOf(Instant hour) {
    return (int) (Math.floorMod(hour.getEpochSecond(), 86_400L) / 3_600);
  }
}
