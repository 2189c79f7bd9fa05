package io.tributary.sinks.audit;

import java.math.BigDecimal;
import java.util.function.BiConsumer;

/**
 * The four costs of rows, or what they sum to: exact, and of as many digits as it takes. Charges
 * that each fit DECIMAL(38,18) may sum to more.
 */
record CostSums(BigDecimal billed, BigDecimal effective, BigDecimal list, BigDecimal contracted) {

  /** Of no row. */
  static final CostSums ZERO =
      new CostSums(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

  /** Sum, cost by cost. */
  CostSums plus(CostSums other) {
    return new CostSums(
        billed.add(other.billed),
        effective.add(other.effective),
        list.add(other.list),
        contracted.add(other.contracted));
  }

  /** Tells each cost with the name of its column. */
  void forEach(BiConsumer<String, BigDecimal> action) {
    action.accept("billed_cost", billed);
    action.accept("effective_cost", effective);
    action.accept("list_cost", list);
    action.accept("contracted_cost", contracted);
  }

  /** Whether every cost is 0. */
  boolean isZero() {
    return billed.signum() == 0
        && effective.signum() == 0
        && list.signum() == 0
        && contracted.signum() == 0;
  }
}
