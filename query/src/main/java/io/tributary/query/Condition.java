package io.tributary.query;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one name may be: any of {@code values}, or nothing at all where {@code orNull}.
 *
 * @param name as asked
 * @param values the empty string is a value
 * @param orNull whether a row without a value passes
 */
public record Condition(String name, SortedSet<String> values, boolean orNull) {

  public Condition {
    values = Collections.unmodifiableSortedSet(new TreeSet<>(values));
    if (values.isEmpty() && !orNull) {
      throw new IllegalArgumentException("nothing passes a condition without values: " + name);
    }
  }

  private Condition or(Condition other) {
    SortedSet<String> either = new TreeSet<>(values);
    either.addAll(other.values);
    return new Condition(name, either, orNull || other.orNull);
  }

  /** {@code conditions} and {@code more}: OR with the one of the same name, else AND. */
  static List<Condition> and(List<Condition> conditions, Condition more) {
    List<Condition> all = new ArrayList<>(conditions);
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).name.equals(more.name)) {
        all.set(i, all.get(i).or(more));
        return all;
      }
    }
    all.add(more);
    return all;
  }
}
