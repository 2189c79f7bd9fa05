package io.tributary.attribution;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An extra column of a bill that holds labels, told by its name: {@code Tags} and {@code
 * project.labels} hold all of them, {@code labels.team}, {@code resourceTags/user:team} and {@code
 * cost_category_team} and {@code user:team} one.
 *
 * @param label the name of the one; null where the column holds all
 */
record LabelColumn(@Nullable String label) {

  /** A word by itself or in camel case. */
  private static final Pattern WORD =
      Pattern.compile(
          "(?:(?<![A-Za-z])(?i:tags?|labels?)|(?<=[a-z])(?:Tags?|Labels?)"
              + "|(?i:cost_?categor(?:y|ies)))(?![a-z])");

  private static final Pattern BETWEEN = Pattern.compile("^[/._:-]+(?:user[:_])?");

  /** Of a label that a user has set, as AWS names it. */
  private static final String USER = "user:";

  /** The one of this name; null where it is none. */
  static @Nullable LabelColumn of(String name) {
    if (name.length() > USER.length() && name.startsWith(USER)) {
      return new LabelColumn(name.substring(USER.length()));
    }
    Matcher word = WORD.matcher(name);
    if (!word.find()) {
      return null;
    }
    String rest = BETWEEN.matcher(name.substring(word.end())).replaceFirst("");
    return new LabelColumn(rest.isEmpty() ? null : rest);
  }
}
