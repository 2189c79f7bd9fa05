package io.tributary.dimensions.definitions;

import java.util.List;

/**
 * A source block: which sources a node reads and how their values are transformed. A node that
 * names sources of its own replaces the outer block whole; any other inherits it whole.
 *
 * @param index its number within one set of definitions, from 0; equal blocks share it
 * @param sources in order
 * @param coalesce whether only the first source with a value counts
 * @param transforms applied in order to each value
 */
record Block(int index, List<Source> sources, boolean coalesce, List<Transform> transforms) {

  @Override
  public int hashCode() {
    return index;
  }

  /** Whether a value may be the identity of a resource. */
  boolean mayNameResources() {
    return sources.stream().anyMatch(Source::mayNameResources);
  }

  /** Whether a line has one value here at most. */
  boolean hasOneValue() {
    return coalesce || sources.size() == 1;
  }
}
