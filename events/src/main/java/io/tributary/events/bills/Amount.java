package io.tributary.events.bills;

import io.tributary.events.Money;
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

  /** Longer texts and larger exponents are no numbers of a bill, and costly to compute with. */
  private static final int MAX_DIGITS = 400;

  /**
   * Reads plain or scientific notation.
   *
   * @param column to name in the refusal
   */
  static Amount parse(String text, String column) throws RejectedException {
    String number = text.trim();
    try {
      if (number.length() <= MAX_DIGITS) {
        return of(new BigDecimal(number), column);
      }
    } catch (NumberFormatException e) {
      // Falls through to the refusal, which says all there is to say.
    }
    throw new RejectedException(
        RejectReason.INVALID_NUMBER, column, column + " is no decimal number: " + quoted(text));
  }

  /** The number as it is, and rounded. */
  static Amount of(BigDecimal source, String column) throws RejectedException {
    long exponent = (long) source.precision() - source.scale();
    if (source.signum() == 0) {
      return ZERO;
    }
    if (exponent <= Money.PRECISION - Money.SCALE && source.scale() <= MAX_DIGITS) {
      BigDecimal kept = source.setScale(Money.SCALE, RoundingMode.HALF_EVEN);
      if (kept.precision() <= Money.PRECISION) {
        return new Amount(source, kept);
      }
    }
    throw new RejectedException(
        RejectReason.NUMBER_OUT_OF_RANGE,
        column,
        column + " does not fit DECIMAL(38,18): " + quoted(source.toString()));
  }

  static String quoted(String text) {
    return text.length() <= 60 ? "'" + text + "'" : "'" + text.substring(0, 60) + "...'";
  }
}
