package io.tributary.events.bills;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ids of AWS accounts, which have twelve digits. What kept one as a number has lost the zeros that
 * it began with, up to three of them, or writes it as a decimal number.
 */
final class AwsAccount {

  private static final int DIGITS = 12;
  private static final Pattern NUMBER = Pattern.compile("([0-9]{9,12})(\\.0+)?");

  private AwsAccount() {}

  /** Whether a provider of this name has such accounts. */
  static boolean has(String provider) {
    return provider.equalsIgnoreCase("AWS")
        || provider.regionMatches(true, 0, "Amazon Web Services", 0, 19);
  }

  /** The id with the digits that it has lost; any other text as it is. */
  static @Nullable String whole(@Nullable String text) {
    if (text == null || (text.length() == DIGITS && text.indexOf('.') < 0)) {
      return text;
    }
    Matcher number = NUMBER.matcher(text.strip());
    return number.matches()
        ? "0".repeat(DIGITS - number.group(1).length()) + number.group(1)
        : text;
  }
}
