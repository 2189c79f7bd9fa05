package io.tributary.dimensions.definitions;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what the author probably meant: the known word at the smallest edit distance. */
final class Suggestion {

  private static final int LONGEST_WORD = 64;

  private Suggestion() {}

  /** The closest of {@code known}, the first of equals; empty where none is close. */
  static Optional<String> closest(String given, Collection<String> known) {
    if (given.length() > LONGEST_WORD) {
      return Optional.empty();
    }
    int best = Math.min(2, given.length() / 2) + 1;
    Optional<String> found = Optional.empty();
    String lower = given.toLowerCase(Locale.ROOT);
    for (String candidate : known) {
      if (Math.abs(candidate.length() - given.length()) >= best) {
        continue; // as many letters would have to be added or removed
      }
      int distance =
          candidate.equalsIgnoreCase(given)
              ? 0
              : distance(lower, candidate.toLowerCase(Locale.ROOT));
      if (distance < best) {
        best = distance;
        found = Optional.of(candidate);
      }
    }
    return found;
  }

  /** Levenshtein distance, row by row (Wagner and Fischer, 1974). */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
