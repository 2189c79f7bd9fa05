package io.tributary.dimensions.definitions;

import java.util.Comparator;

/**
 * Text by code point. {@link String#compareTo} compares UTF-16 units instead, which puts characters
 * beyond the basic plane before some of those within it.
 */
public enum CodePointOrder implements Comparator<String> {
  /** The order. */
  ORDER;

  @Override
  public int compare(String a, String b) {
    int shorter = Math.min(a.length(), b.length());
    for (int i = 0; i < shorter; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean surrogates = Character.isSurrogate(x) && Character.isSurrogate(y);
        if (surrogates || (!Character.isSurrogate(x) && !Character.isSurrogate(y))) {
          return Character.compare(x, y);
        }
        return Character.isSurrogate(x) ? 1 : -1;
      }
    }
    return Integer.compare(a.length(), b.length());
  }
}
