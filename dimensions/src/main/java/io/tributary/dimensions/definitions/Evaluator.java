package io.tributary.dimensions.definitions;

import java.util.List;
import java.util.SortedMap;

/**
 * Evaluates line after line under one set of definitions and remembers, for each dimension of more
 * than a few rules, what it read and gave: lines that agree in what a dimension reads share its
 * element. The element of an upstream dimension and the attributes of an entity, as valid for the
 * line, are among what is read, so what is remembered never goes out of date. Gives what {@link
 * Definitions#elements} gives. For one thread.
 */
public final class Evaluator {

  /**
   * Room for what a dimension reads of a line; longer tags and names leave room for fewer lines.
   */
  private static final long CHARACTERS_PER_ENTRY = 256;

  private final Definitions definitions;
  private final List<Resolution> resolutions;

  /**
   * @param maxEntries how many results are kept, over all dimensions; of 256 characters each on
   *     average
   */
  Evaluator(Definitions definitions, int maxEntries) {
    this.definitions = definitions;
    ElementMemo memo = new ElementMemo(maxEntries, CHARACTERS_PER_ENTRY * maxEntries);
    this.resolutions = definitions.remembering(memo);
  }

  /** The element of each group dimension, by id; a dimension without one is absent. */
  public SortedMap<String, String> elements(SourceRow row) {
    return definitions.elements(definitions.evaluate(row, resolutions));
  }
}
