package io.tributary.attribution;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Cost that an allocation moves: off the pool's side, where its dimension has no element, or onto
 * an element. Its measures are told beside it; those of one (allocation, granule, basis, currency)
 * sum to 0.
 *
 * @param allocation its id
 * @param tuple what is known of the lines it stands for
 * @param elements by dimension id: of the allocation, of the dimensions among the tuple's columns
 *     and of those that depend on the allocation; without those that have none
 */
public record Transfer(
    String allocation, AllocationTuple tuple, SortedMap<String, String> elements) {

  /** Takes a copy of {@code elements}. */
  public Transfer {
    elements = Collections.unmodifiableSortedMap(new TreeMap<>(elements));
  }
}
