package io.tributary.dimensions.definitions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives every line one element, or none: that of the first of its rules to give one. */
final class Grouping {

  /** Up to here, trying one rule after another is faster than finding those to try. */
  private static final int FEW_PARTS = 8;

  private final List<Rule> rules;
  private final @Nullable String defaultElement;
  private final @Nullable RuleIndex index;

  /**
   * @param rules in order
   * @param defaultElement for lines that match no rule; null for none
   */
  Grouping(List<Rule> rules, @Nullable String defaultElement) {
    this.rules = rules;
    this.defaultElement = defaultElement;
    List<Rule> parts = RuleParts.of(rules);
    this.index = parts.size() <= FEW_PARTS ? null : new RuleIndex(parts);
  }

  /** The rules in order, as they are in the file. */
  List<Rule> rules() {
    return rules;
  }

  /** For lines that match no rule; null for none. */
  @Nullable String defaultElement() {
    return defaultElement;
  }

  /** Whether evaluation costs more than a few comparisons. */
  boolean isIndexed() {
    return index != null;
  }

  @Nullable String element(Evaluation line) {
    if (index == null) {
      return walk(line);
    }
    String element = index.element(line);
    return element == null ? defaultElement : element;
  }

  /** The element by trying each rule in turn: what the index is measured and tested against. */
  @Nullable String walk(Evaluation line) {
    for (Rule rule : rules) {
      String element = rule.element(line);
      if (element != null) {
        return element;
      }
    }
    return defaultElement;
  }
}
