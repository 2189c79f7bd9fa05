package io.tributary.dimensions.definitions;

import java.util.Locale;

/** The transforms without parameters. None of them turns a value into null. */
enum TextTransform implements Transform {
  LOWER {
    @Override
    public String apply(String value) {
      return value.toLowerCase(Locale.ROOT);
    }
  },
  UPPER {
    @Override
    public String apply(String value) {
      return value.toUpperCase(Locale.ROOT);
    }
  },
  /** A cased letter is upper case after anything that is none, else lower case. */
  TITLE {
    @Override
    public String apply(String value) {
      StringBuilder title = new StringBuilder(value.length());
      boolean inWord = false;
      for (int i = 0; i < value.length(); ) {
        int c = value.codePointAt(i);
        title.append(inWord ? LOWER.apply(Character.toString(c)) : initial(c));
        inWord = Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
        i += Character.charCount(c);
      }
      return title.toString();
    }
  },
  /** Spaces and tabs only: line breaks at the ends are part of a value. */
  TRIM {
    @Override
    public String apply(String value) {
      int start = 0;
      int end = value.length();
      while (start < end && isBlank(value.charAt(start))) {
        start++;
      }
      while (end > start && isBlank(value.charAt(end - 1))) {
        end--;
      }
      return value.substring(start, end);
    }
  },
  /** Dashes replace first, so spaces at the ends become dashes and only tabs are left to trim. */
  CLEAN {
    @Override
    public String apply(String value) {
      return TRIM.apply(dashed(value));
    }
  },
  NORMALIZE {
    @Override
    public String apply(String value) {
      return TRIM.apply(LOWER.apply(dashed(value)));
    }
  };

  private static final String DASHED = " .,/#!$%^&*;:=_`~()'";

  @Override
  public abstract String apply(String value);

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** One letter may become several, as in {@code ß} to {@code Ss}: only the first is upper case. */
  private static String initial(int letter) {
    String upper = UPPER.apply(Character.toString(letter));
    int first = upper.offsetByCodePoints(0, 1);
    return first == upper.length()
        ? Character.toString(Character.toTitleCase(letter))
        : upper.substring(0, first) + LOWER.apply(upper.substring(first));
  }

  private static String dashed(String value) {
    StringBuilder dashed = new StringBuilder(value);
    for (int i = 0; i < dashed.length(); i++) {
      if (DASHED.indexOf(dashed.charAt(i)) >= 0) {
        dashed.setCharAt(i, '-');
      }
    }
    return dashed.toString();
  }
}
