package io.tributary.sinks.audit;

import io.tributary.events.Money;
import java.math.BigDecimal;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What estimates of some usage should come to and what they do: quantities exactly, costs but for
 * what the rounding of each cell may come to. Sums have as many digits as it takes.
 */
final class UsageLine {

  /** What rounding at the 18th decimal changes of a cost at most. */
  private static final BigDecimal HALF_A_UNIT = BigDecimal.valueOf(5, Money.SCALE + 1);

  /** Told a difference. */
  interface Differences {
    void add(String measure, String expected, String actual);
  }

  private BigDecimal expected = BigDecimal.ZERO;
  private BigDecimal actual = BigDecimal.ZERO;
  private BigDecimal negative = BigDecimal.ZERO;
  private long rows;
  private boolean isCompared = true;
  private final SortedMap<String, BigDecimal> expectedCosts = new TreeMap<>();
  private final SortedMap<String, CostSums> costs = new TreeMap<>();

  /**
   * Takes what is archived of an hour that is estimated.
   *
   * @param mayBeTooLarge whether a cell of it may be one whose estimate is not written: then
   *     nothing is compared, since the archive need not say what one cell is
   */
  void expect(BigDecimal quantity, Money price, boolean mayBeTooLarge) {
    isCompared &= !mayBeTooLarge;
    expected = expected.add(quantity);
    if (quantity.signum() < 0) {
      negative = negative.add(quantity);
    }
    expectedCosts.merge(price.currency(), price.amount().multiply(quantity), BigDecimal::add);
  }

  /** Takes what the ledger has, and how many rows the archive has of it: as many cells at most. */
  void add(DayUsage.OfUnit usage) {
    actual = actual.add(usage.estimated);
    rows += usage.rows;
    usage.costs.forEach((currency, sums) -> costs.merge(currency, sums, CostSums::plus));
  }

  /** Whether everything is as it should be. */
  boolean holds() {
    boolean[] holds = {true};
    differences((measure, should, does) -> holds[0] = false);
    return holds[0];
  }

  /**
   * Whether nothing but estimates that have not been made, or not by their newest price, tells the
   * ledger from what it should be.
   */
  boolean isBehind() {
    BigDecimal most = expected.subtract(negative);
    return actual.compareTo(negative) >= 0 && actual.compareTo(most) <= 0;
  }

  /** Tells all that differs. */
  void differences(Differences differences) {
    if (!isCompared) {
      return;
    }
    if (expected.compareTo(actual) != 0) {
      differences.add("quantity", Money.plain(expected), Money.plain(actual));
    }
    SortedSet<String> currencies = new TreeSet<>(expectedCosts.keySet());
    currencies.addAll(costs.keySet());
    for (String currency : currencies) {
      BigDecimal should = expectedCosts.getOrDefault(currency, BigDecimal.ZERO);
      costs
          .getOrDefault(currency, CostSums.ZERO)
          .forEach(
              (measure, cost) -> {
                if (!isRounded(should, cost)) {
                  differences.add(
                      measure + ", " + currency, Money.plain(should), Money.plain(cost));
                }
              });
    }
  }

  private boolean isRounded(BigDecimal exact, BigDecimal cost) {
    return exact.subtract(cost).abs().compareTo(HALF_A_UNIT.multiply(BigDecimal.valueOf(rows)))
        <= 0;
  }
}
