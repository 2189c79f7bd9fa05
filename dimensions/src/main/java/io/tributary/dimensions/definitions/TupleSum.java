package io.tributary.dimensions.definitions;

import io.tributary.events.Measures;
import io.tributary.events.Money;
import io.tributary.events.RowAmounts;
import java.math.BigDecimal;
import java.util.stream.Stream;

/**
 * The sum of the lines of a tuple: a value that can be added and negated. Sums may have more digits
 * than a row holds.
 *
 * @param billed BilledCost, scale 18
 * @param effective EffectiveCost, scale 18
 * @param list ListCost, scale 18
 * @param contracted ContractedCost, scale 18
 * @param quantity ConsumedQuantity, scale 18, whatever its units
 * @param lines how many lines there are; lines whose costs cancel still count
 */
public record TupleSum(
    BigDecimal billed,
    BigDecimal effective,
    BigDecimal list,
    BigDecimal contracted,
    BigDecimal quantity,
    long lines) {

  /** Of no line. */
  public static final TupleSum NONE =
      new TupleSum(Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, 0);

  /** Of {@code lines} lines that sum to {@code measures}. */
  public static TupleSum of(Measures measures, long lines) {
    return new TupleSum(
        measures.billed(),
        measures.effective(),
        measures.list(),
        measures.contracted(),
        measures.quantity(),
        lines);
  }

  /** The sum. */
  public TupleSum plus(TupleSum other) {
    return new TupleSum(
        billed.add(other.billed),
        effective.add(other.effective),
        list.add(other.list),
        contracted.add(other.contracted),
        quantity.add(other.quantity),
        lines + other.lines);
  }

  /** As if the lines were taken away. */
  public TupleSum negate() {
    return new TupleSum(
        billed.negate(),
        effective.negate(),
        list.negate(),
        contracted.negate(),
        quantity.negate(),
        -lines);
  }

  /** Whether there is neither cost nor quantity nor line. */
  public boolean isNone() {
    return lines == 0
        && Stream.of(billed, effective, list, contracted, quantity)
            .allMatch(value -> value.signum() == 0);
  }

  /** Whether each cost, as a share, can be written. */
  boolean canBeWritten() {
    return Stream.of(billed, effective, list, contracted).allMatch(RowAmounts::canHold);
  }

  /** The costs alone: a split moves no quantity. */
  public Measures costs() {
    return new Measures(billed, effective, list, contracted, Money.ZERO);
  }

  BigDecimal of(Allocation.CostType type) {
    return switch (type) {
      case BILLED_COST, DISCOUNTED_COST -> billed;
      case ON_DEMAND_COST -> list;
      case USAGE_AMOUNT -> quantity;
      case AMORTIZED_COST,
          DISCOUNTED_AMORTIZED_COST,
          REAL_COST,
          INVOICED_AMORTIZED_COST,
          CUSTOM_COST ->
          effective;
    };
  }
}
