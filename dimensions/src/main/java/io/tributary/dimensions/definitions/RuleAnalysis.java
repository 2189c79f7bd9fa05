package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;

/**
 * Tells which rules, conditions and operands of a grouping are proven to have no effect on any
 * line. Sound and incomplete: silence proves nothing. Its cost grows with the number of operands,
 * not of pairs of rules.
 */
final class RuleAnalysis {

  private static final int MOST_QUOTED = 3;

  private final Problems problems;
  private final TakenLines taken = new TakenLines();

  private RuleAnalysis(Problems problems) {
    this.problems = problems;
  }

  /** Warns of what has no effect in {@code grouping}. */
  static void warn(Grouping grouping, Problems problems) {
    RuleAnalysis analysis = new RuleAnalysis(problems);
    for (Rule rule : grouping.rules()) {
      analysis.check(rule);
      analysis.taken.add(rule);
    }
  }

  private void check(Rule rule) {
    Condition condition = condition(rule);
    warnOfTexts(condition, rule.at());
    SortedSet<Position> takers = taken.takers(rule);
    if (Logic.neverHolds(condition)) {
      problems.warn(
          rule.at(),
          "this rule never applies: its conditions hold for no line",
          "correct them or remove the rule");
    } else if (takers != null) {
      problems.warn(
          rule.at(),
          "this rule never applies: " + take(takers) + " every line it could",
          "move it up or remove it");
    } else {
      Logic.disjuncts(condition).forEach(disjunct -> checkPart(disjunct, rule));
    }
  }

  private static Condition condition(Rule rule) {
    if (rule instanceof Rule.Group group) {
      return group.condition();
    }
    return rule instanceof Rule.GroupBy groupBy ? groupBy.gate() : ((Rule.Metadata) rule).gate();
  }

  /** One of the conditions any of which suffices, where not all of them are idle. */
  private void checkPart(Condition part, Rule rule) {
    SortedSet<Position> takers = taken.takers(part);
    boolean told = warnOfTaken(part, rule.at());
    if (Logic.neverHolds(part)) {
      problems.warn(rule.at(), "a condition of this rule never holds", "correct it or remove it");
    } else if (takers != null && !told) {
      problems.warn(
          rule.at(),
          "a condition of this rule has no effect: " + take(takers) + " every line it holds for",
          "move the rule up or remove the condition");
    }
  }

  /** Operands that earlier rules take, wherever they are asked for; whether any was told. */
  private boolean warnOfTaken(Condition condition, Position at) {
    if (condition instanceof Condition.Comparison comparison) {
      return warnOfTaken(comparison, at);
    }
    boolean told = false;
    if (!(condition instanceof Condition.None)) {
      for (Condition child : ConditionText.parts(condition)) {
        told |= warnOfTaken(child, at);
      }
    }
    return told;
  }

  private boolean warnOfTaken(Condition.Comparison comparison, Position at) {
    List<String> idle = new ArrayList<>();
    List<Position> takers = new ArrayList<>();
    for (String operand : Outcomes.operands(comparison.comparison())) {
      Position taker = taken.taker(comparison, operand);
      if (taker != null) {
        idle.add(operand);
        takers.add(taker);
      }
    }
    if (!idle.isEmpty()) {
      problems.warn(
          at,
          named(comparison, idle) + " has no effect: " + take(takers) + " every such line",
          "remove it in one of the places");
    }
    return !idle.isEmpty();
  }

  /** Operands that no transformed value contains, wherever they stand. */
  private void warnOfTexts(Condition condition, Position at) {
    if (condition instanceof Condition.Comparison comparison) {
      List<String> impossible =
          Outcomes.operands(comparison.comparison()).stream()
              .filter(operand -> !Outcomes.canContain(comparison.block(), operand))
              .toList();
      if (!impossible.isEmpty()) {
        problems.warn(
            at,
            named(comparison, impossible) + " is never found after the Transforms there",
            "write it as they leave it, or change them");
      }
    } else {
      ConditionText.parts(condition).forEach(child -> warnOfTexts(child, at));
    }
  }

  /** {@code Equals 'a', 'b' of Tag:x}. */
  private static String named(Condition.Comparison comparison, List<String> operands) {
    return ConditionText.operator(comparison)
        + " "
        + some(operands.stream().map(Problems::quote).toList())
        + " of "
        + comparison.block().sources().stream().map(Source::id).collect(Collectors.joining(", "));
  }

  private static String take(Collection<Position> rules) {
    List<String> lines =
        rules.stream()
            .map(Position::line)
            .distinct()
            .sorted()
            .map(line -> Integer.toString(line))
            .toList();
    return lines.size() == 1
        ? "the rule in line " + lines.get(0) + " takes"
        : "the rules in lines " + some(lines) + " take";
  }

  private static String some(List<String> all) {
    int rest = all.size() - MOST_QUOTED;
    return all.stream().limit(MOST_QUOTED).collect(Collectors.joining(", "))
        + (rest > 0 ? " and " + rest + " more" : "");
  }
}
