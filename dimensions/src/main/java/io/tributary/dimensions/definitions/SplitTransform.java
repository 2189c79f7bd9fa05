package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One part of a value cut at a delimiter. An empty part is no value.
 *
 * @param delimiter one or more characters
 * @param index counted from 1, 0 being 1; negative from the end, -1 being the last
 * @param maxSplits cuts from the left, the tail staying whole; -1 for all
 */
record SplitTransform(String delimiter, int index, int maxSplits) implements Transform {

  @Override
  public @Nullable String apply(String value) {
    List<String> parts = parts(value);
    int position = index < 0 ? parts.size() + index : Math.max(index - 1, 0);
    if (position < 0 || position >= parts.size() || parts.get(position).isEmpty()) {
      return null;
    }
    return parts.get(position);
  }

  private List<String> parts(String value) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    int cut = value.indexOf(delimiter);
    while (cut >= 0 && parts.size() != maxSplits) {
      parts.add(value.substring(start, cut));
      start = cut + delimiter.length();
      cut = value.indexOf(delimiter, start);
    }
    parts.add(value.substring(start));
    return parts;
  }
}
