package io.tributary.attribution;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives every line one element, or none.
 *
 * @param rules tried in order, the first to give an element wins
 * @param defaultElement for lines that match no rule; null for none
 */
record Grouping(List<Rule> rules, @Nullable String defaultElement) {

  @Nullable String element(Evaluation line) {
    for (Rule rule : rules) {
      String element = rule.element(line);
      if (element != null) {
        return element;
      }
    }
    return defaultElement;
  }
}
