package io.tributary.events.bills;

import io.tributary.events.Decimals;
import java.math.BigDecimal;

/** Numbers in the one text that every spelling of the same number has. */
final class PlainNumber {

  /** Longer texts and larger exponents are no numbers of a bill, and costly to compute with. */
  static final int MAX_DIGITS = 400;

  private PlainNumber() {}

  /** Plain notation without trailing zeros, as {@code 0.1} for {@code 1.0E-1}; other text as is. */
  static String of(String text) {
    if (isPlain(text)) {
      return text;
    }
    String number = text.strip();
    if (number.length() <= MAX_DIGITS) {
      try {
        return of(Decimals.parse(number), text);
      } catch (NumberFormatException e) {
        return text;
      }
    }
    return text;
  }

  /** As {@link #of(String)}, of a number that {@code text} is. */
  static String of(BigDecimal number, String text) {
    if (number.signum() == 0) {
      return "0";
    }
    BigDecimal shortest = number.stripTrailingZeros();
    return Math.abs((long) shortest.scale()) <= MAX_DIGITS ? shortest.toPlainString() : text;
  }

  /** Whether the text is already so, as most are: digits that neither begin nor end with 0. */
  private static boolean isPlain(String text) {
    int length = text.length();
    boolean point = false;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == '.' && !point && i > 0) {
        point = true;
      } else if (c < '0' || c > '9') {
        return false;
      }
    }
    boolean leads = length <= 1 || text.charAt(0) != '0' || text.charAt(1) == '.';
    return leads && !(point && (text.charAt(length - 1) == '0' || text.charAt(length - 1) == '.'));
  }

  /** Whether the text is how a missing number is written: NaN, in any case and with any sign. */
  static boolean isNaN(String text) {
    String word = text.strip();
    int sign = word.startsWith("-") || word.startsWith("+") ? 1 : 0;
    return word.length() == sign + 3 && word.regionMatches(true, sign, "NaN", 0, 3);
  }
}
