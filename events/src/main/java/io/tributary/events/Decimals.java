package io.tributary.events;

import java.math.BigDecimal;

/** Decimal numbers written as text. */
public final class Decimals {

  private Decimals() {}

  /**
   * The number that {@code text} is: ASCII digits with an optional sign, point and exponent, as
   * {@code -1.5} or {@code 2E-7}. {@link BigDecimal} alone also takes the digits of other scripts.
   *
   * @throws NumberFormatException where it is anything else
   */
  public static BigDecimal parse(String text) {
    requireAscii(text);
    return new BigDecimal(text);
  }

  /**
   * The whole number that {@code text} is, in ASCII digits.
   *
   * @throws NumberFormatException where it is anything else
   */
  public static long parseLong(String text) {
    requireAscii(text);
    return Long.parseLong(text);
  }

  private static void requireAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        throw new NumberFormatException("not an ASCII character: " + text.charAt(i));
      }
    }
  }
}
