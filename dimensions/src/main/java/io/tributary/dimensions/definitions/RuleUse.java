package io.tributary.dimensions.definitions;

import org.jspecify.annotations.Nullable;

/**
 * What a rule did for the lines it was tried on.
 *
 * @param dimension whose rule it is, by id
 * @param number its place among the dimension's rules, from 1
 * @param at where it stands in the file
 * @param element what it gives, where it always gives the same; null of others
 * @param decided how many lines got their element from it
 * @param matched how many lines would, were no rule before it
 * @param before the number of the earlier rule that decided most of the lines it matched; 0 where
 *     none did
 */
public record RuleUse(
    String dimension,
    int number,
    Position at,
    @Nullable String element,
    long decided,
    long matched,
    int before) {

  /** Whether no line matches it. */
  public boolean isUnused() {
    return matched == 0;
  }

  /** Whether lines match it, and earlier rules took all of them. */
  public boolean isShadowed() {
    return matched > 0 && decided == 0;
  }
}
