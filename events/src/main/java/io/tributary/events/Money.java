package io.tributary.events;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An exact amount in one currency, of 18 decimals and as many digits as it takes. Nothing rounds
 * unless the call says how, and two currencies never meet. A single amount of a record or a row is
 * DECIMAL(38,18): {@link #exact} and {@link #fits} say so.
 *
 * @param currency ISO 4217 code, or the provider's name of a virtual currency
 * @param amount at scale 18
 */
public record Money(String currency, BigDecimal amount) implements Comparable<Money> {

  /** Decimals kept of every amount. */
  public static final int SCALE = 18;

  /** Digits of a single amount in all. */
  public static final int PRECISION = 38;

  /** 0 at scale 18, shared. */
  public static final BigDecimal ZERO = BigDecimal.ZERO.setScale(SCALE);

  /**
   * @throws ArithmeticException where the amount has digits beyond scale 18
   */
  public Money {
    amount = scaled(amount);
  }

  /** The amount written as {@code text}, exactly. */
  public static Money of(String currency, String text) {
    return new Money(currency, new BigDecimal(text));
  }

  /** Nothing, in {@code currency}. */
  public static Money zero(String currency) {
    return new Money(currency, ZERO);
  }

  /**
   * {@code value} at scale 18, unchanged in value, of as many digits as it has.
   *
   * @throws ArithmeticException where it has digits beyond scale 18
   */
  public static BigDecimal scaled(BigDecimal value) {
    return value.setScale(SCALE, RoundingMode.UNNECESSARY);
  }

  /**
   * {@code value} at scale 18, unchanged in value.
   *
   * @throws ArithmeticException where it does not fit DECIMAL(38,18)
   */
  public static BigDecimal exact(BigDecimal value) {
    return checked(scaled(value));
  }

  /**
   * {@code value} rounded to scale 18.
   *
   * @throws ArithmeticException where it does not fit DECIMAL(38,18)
   */
  public static BigDecimal rounded(BigDecimal value, RoundingMode mode) {
    return checked(value.setScale(SCALE, mode));
  }

  /** Whether {@code value}, at scale 18, has no more digits than DECIMAL(38,18) holds. */
  public static boolean fits(BigDecimal value) {
    return value.precision() <= PRECISION;
  }

  private static BigDecimal checked(BigDecimal value) {
    if (!fits(value)) {
      throw new ArithmeticException("more than 38 digits: " + value.toPlainString());
    }
    return value;
  }

  /** Plain notation without trailing zeros: {@code 1.5}, {@code 0}, {@code -12}. */
  public static String plain(BigDecimal value) {
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  /** The sum; the currencies must be equal. */
  public Money plus(Money other) {
    return new Money(currency, amount.add(sameCurrency(other).amount));
  }

  /** The difference; the currencies must be equal. */
  public Money minus(Money other) {
    return new Money(currency, amount.subtract(sameCurrency(other).amount));
  }

  /** The amount with the other sign. */
  public Money negate() {
    return new Money(currency, amount.negate());
  }

  /** The product, rounded to scale 18 as {@code mode} says. */
  public Money times(BigDecimal factor, RoundingMode mode) {
    return new Money(currency, amount.multiply(factor).setScale(SCALE, mode));
  }

  /** Whether the amount is 0. */
  public boolean isZero() {
    return amount.signum() == 0;
  }

  @Override
  public int compareTo(Money other) {
    return amount.compareTo(sameCurrency(other).amount);
  }

  private Money sameCurrency(Money other) {
    if (!currency.equals(other.currency)) {
      throw new IllegalArgumentException(
          "currencies never mix: " + currency + " and " + other.currency);
    }
    return other;
  }

  @Override
  public String toString() {
    return plain(amount) + " " + currency;
  }
}
