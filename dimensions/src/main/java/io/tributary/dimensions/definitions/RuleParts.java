package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.List;

/**
 * Rules as more, smaller rules that give every line the same element: one for each alternative,
 * each operand and each term to search for.
 */
final class RuleParts {

  private final List<Rule> parts = new ArrayList<>();

  private RuleParts() {}

  static List<Rule> of(List<Rule> rules) {
    RuleParts split = new RuleParts();
    rules.forEach(split::add);
    return List.copyOf(split.parts);
  }

  private void add(Rule rule) {
    if (rule instanceof Rule.Group group) {
      addAlternatives(group, group.condition());
    } else if (rule instanceof Rule.Metadata metadata) {
      for (Rule.Candidate candidate : metadata.candidates()) {
        for (String term : candidate.terms()) {
          parts.add(
              new Rule.Metadata(
                  metadata.at(),
                  metadata.gate(),
                  metadata.block(),
                  List.of(
                      new Rule.Candidate(candidate.name(), candidate.format(), List.of(term)))));
        }
      }
    } else {
      parts.add(rule);
    }
  }

  private void addAlternatives(Rule.Group group, Condition condition) {
    if (condition instanceof Condition.Any any) {
      for (Condition alternative : any.conditions()) {
        addAlternatives(group, alternative);
      }
    } else if (condition instanceof Condition.Comparison comparison) {
      for (TextTest test : alternatives(comparison.comparison())) {
        add(group, Condition.Comparison.of(comparison.block(), test));
      }
    } else {
      add(group, condition);
    }
  }

  private void add(Rule.Group group, Condition condition) {
    parts.add(new Rule.Group(group.at(), group.name(), condition));
  }

  private static List<TextTest> alternatives(TextTest test) {
    List<TextTest> alternatives = new ArrayList<>();
    if (test instanceof TextTest.StartingWith starting) {
      starting.prefixes().forEach(p -> alternatives.add(new TextTest.StartingWith(List.of(p))));
    } else if (test instanceof TextTest.EndingWith ending) {
      ending.suffixes().forEach(s -> alternatives.add(new TextTest.EndingWith(List.of(s))));
    } else if (test instanceof TextTest.Containing containing) {
      containing.parts().forEach(p -> alternatives.add(new TextTest.Containing(List.of(p))));
    } else if (test instanceof TextTest.Matching matching) {
      for (int i = 0; i < matching.patterns().size(); i++) {
        alternatives.add(
            new TextTest.Matching(
                List.of(matching.patterns().get(i)),
                matching.anyCase().isEmpty() ? List.of() : List.of(matching.anyCase().get(i))));
      }
    } else {
      alternatives.add(test); // a set is asked in one step
    }
    return alternatives;
  }
}
