package io.tributary.dimensions.definitions;

import org.jspecify.annotations.Nullable;

/**
 * What people are shown of a dimension.
 *
 * @param id what definitions and questions call it
 * @param name what people are shown; the id unless the file says otherwise
 * @param kind whether it labels lines or divides them
 * @param hidden whether lists for people leave it out; it is evaluated all the same
 * @param child the source to offer when drilling down, canonical; null for none
 */
public record Dimension(String id, String name, Kind kind, boolean hidden, @Nullable String child) {

  /** What a dimension does with a line. */
  public enum Kind {
    /** Gives the line one element, or none. */
    GROUPING,
    /** Divides the line's cost over elements. */
    ALLOCATION
  }
}
