package io.tributary.jobs.bills;

import java.math.BigDecimal;

/**
 * What some charges come to, in one currency.
 *
 * @param charges how many they are
 * @param billed their BilledCost
 * @param absolute their BilledCost without signs, so that credits do not hide what they offset
 * @param effective their EffectiveCost without signs
 */
public record ChargeSum(
    long charges, BigDecimal billed, BigDecimal absolute, BigDecimal effective) {

  /** Of no charge. */
  public static final ChargeSum NONE =
      new ChargeSum(0, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

  /** Of one charge. */
  static ChargeSum of(BigDecimal billed, BigDecimal effective) {
    return new ChargeSum(1, billed, billed.abs(), effective.abs());
  }

  /** The sum of both. */
  ChargeSum plus(ChargeSum other) {
    return new ChargeSum(
        charges + other.charges,
        billed.add(other.billed),
        absolute.add(other.absolute),
        effective.add(other.effective));
  }
}
