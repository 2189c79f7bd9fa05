package io.tributary.events.bills;

import io.tributary.events.Decimals;
import io.tributary.events.Money;
import io.tributary.events.Quoted;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A number of a bill.
 *
 * @param source every digit the bill gives
 * @param kept at scale 18, rounded half-even
 */
record Amount(BigDecimal source, BigDecimal kept) {

  static final Amount ZERO = new Amount(BigDecimal.ZERO, Money.ZERO);

  /**
   * Reads plain or scientific notation.
   *
   * @param column to name in the refusal
   */
  static Amount parse(String text, String column) throws RejectedException {
    String number = text.strip();
    try {
      if (number.length() <= PlainNumber.MAX_DIGITS) {
        return of(Decimals.parse(number), column);
      }
    } catch (NumberFormatException e) {
      // Falls through to the refusal, which says all there is to say.
    }
    throw new RejectedException(
        RejectReason.INVALID_NUMBER, column, column + " is no decimal number: " + Quoted.of(text));
  }

  /** The number as it is, and rounded. */
  static Amount of(BigDecimal source, String column) throws RejectedException {
    long exponent = (long) source.precision() - source.scale();
    if (source.signum() == 0) {
      return ZERO;
    }
    if (exponent <= Money.PRECISION - Money.SCALE && source.scale() <= PlainNumber.MAX_DIGITS) {
      BigDecimal kept = source.setScale(Money.SCALE, RoundingMode.HALF_EVEN);
      if (kept.precision() <= Money.PRECISION) {
        return new Amount(source, kept);
      }
    }
    throw new RejectedException(
        RejectReason.NUMBER_OUT_OF_RANGE,
        column,
        column + " does not fit DECIMAL(38,18): " + Quoted.of(source.toString()));
  }
}
