package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Text with numbered places: {@code {0}} is the first value.
 *
 * @param texts what stands before, between and after the places, one more than there are places
 * @param places the value that goes into each place
 */
record Format(List<String> texts, List<Integer> places) {

  /** The value alone. */
  static final Format IDENTITY = new Format(List.of("", ""), List.of(0));

  private static final Pattern PLACE = Pattern.compile("\\{([0-9]{1,6})\\}");

  /** Values one after another, single spaces between. */
  static Format spaced(int values) {
    List<String> texts = new ArrayList<>(Collections.nCopies(values + 1, " "));
    texts.set(0, "");
    texts.set(values, "");
    return new Format(texts, IntStream.range(0, values).boxed().toList());
  }

  /** {@code text} as a format; null where it has a brace that belongs to no place. */
  static @Nullable Format parse(String text) {
    List<String> texts = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    Matcher matcher = PLACE.matcher(text);
    int start = 0;
    while (matcher.find()) {
      texts.add(text.substring(start, matcher.start()));
      places.add(Integer.valueOf(matcher.group(1)));
      start = matcher.end();
    }
    texts.add(text.substring(start));
    boolean stray = texts.stream().anyMatch(t -> t.indexOf('{') >= 0 || t.indexOf('}') >= 0);
    return stray ? null : new Format(List.copyOf(texts), List.copyOf(places));
  }

  /** Whether exactly the values 0 to {@code values - 1} are used, each at least once. */
  boolean usesExactly(int values) {
    SortedSet<Integer> used = new TreeSet<>(places);
    return used.size() == values && used.first() == 0 && used.last() == values - 1;
  }

  /** Characters of {@link #apply}. */
  long length(String... values) {
    long length = 0;
    for (String text : texts) {
      length += text.length();
    }
    for (int place : places) {
      length += values[place].length();
    }
    return length;
  }

  /** The text with {@code values} in their places. */
  String apply(String... values) {
    if (this == IDENTITY) {
      return values[0];
    }
    StringBuilder filled = new StringBuilder(texts.get(0));
    for (int i = 0; i < places.size(); i++) {
      filled.append(values[places.get(i)]).append(texts.get(i + 1));
    }
    return filled.toString();
  }
}
