package io.tributary.events;

import java.math.BigDecimal;
import java.util.function.UnaryOperator;

/**
 * The four FOCUS cost measures and the consumed quantity of a line: a value that can be added,
 * negated and tested for zero. All at scale 18; the currency is the line's.
 *
 * @param billed BilledCost
 * @param effective EffectiveCost
 * @param list ListCost
 * @param contracted ContractedCost
 * @param quantity ConsumedQuantity in the line's unit, 0 where the source has none
 */
public record Measures(
    BigDecimal billed,
    BigDecimal effective,
    BigDecimal list,
    BigDecimal contracted,
    BigDecimal quantity) {

  /** Nothing. */
  public static final Measures ZERO =
      new Measures(Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO);

  /**
   * @throws ArithmeticException where a value does not fit DECIMAL(38,18)
   */
  public Measures {
    billed = Money.exact(billed);
    effective = Money.exact(effective);
    list = Money.exact(list);
    contracted = Money.exact(contracted);
    quantity = Money.exact(quantity);
  }

  /** The measures of a charge; a missing quantity is 0. */
  public static Measures of(Charge charge) {
    BigDecimal quantity = charge.getConsumedQuantity();
    return new Measures(
        charge.getBilledCost(),
        charge.getEffectiveCost(),
        charge.getListCost(),
        charge.getContractedCost(),
        quantity == null ? Money.ZERO : quantity);
  }

  /** The measures of a ledger entry. */
  public static Measures of(LedgerEntry entry) {
    return new Measures(
        entry.getBilledCost(),
        entry.getEffectiveCost(),
        entry.getListCost(),
        entry.getContractedCost(),
        entry.getConsumedQuantity());
  }

  /** Writes these measures into {@code entry}. */
  public void writeTo(LedgerEntry entry) {
    entry.setBilledCost(billed);
    entry.setEffectiveCost(effective);
    entry.setListCost(list);
    entry.setContractedCost(contracted);
    entry.setConsumedQuantity(quantity);
  }

  /** Sum, measure by measure. */
  public Measures plus(Measures other) {
    return new Measures(
        billed.add(other.billed),
        effective.add(other.effective),
        list.add(other.list),
        contracted.add(other.contracted),
        quantity.add(other.quantity));
  }

  /** Whether the sum with {@code other} fits DECIMAL(38,18) in every measure. */
  public boolean fits(Measures other) {
    return Money.fits(billed.add(other.billed))
        && Money.fits(effective.add(other.effective))
        && Money.fits(list.add(other.list))
        && Money.fits(contracted.add(other.contracted))
        && Money.fits(quantity.add(other.quantity));
  }

  /** Each measure with the other sign. */
  public Measures negate() {
    return map(BigDecimal::negate);
  }

  /** Whether every measure and the quantity are 0. */
  public boolean isZero() {
    return billed.signum() == 0
        && effective.signum() == 0
        && list.signum() == 0
        && contracted.signum() == 0
        && quantity.signum() == 0;
  }

  private Measures map(UnaryOperator<BigDecimal> change) {
    return new Measures(
        change.apply(billed),
        change.apply(effective),
        change.apply(list),
        change.apply(contracted),
        change.apply(quantity));
  }
}
