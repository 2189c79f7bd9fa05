package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what each rule of a set of definitions does, line by line. */
final class RuleUsage {

  private static final class Counts {
    long decided;
    long matched;
    final Map<Integer, Long> before = new HashMap<>();
  }

  private final Definitions definitions;
  private final Map<String, List<Counts>> counts = new HashMap<>();

  RuleUsage(Definitions definitions) {
    this.definitions = definitions;
    for (String dimension : definitions.groupDimensions()) {
      List<Counts> ofRules = new ArrayList<>();
      definitions.grouping(dimension).rules().forEach(rule -> ofRules.add(new Counts()));
      counts.put(dimension, ofRules);
    }
  }

  /** Tries every rule on a line. */
  void add(Evaluation line) {
    for (String dimension : definitions.groupDimensions()) {
      List<Counts> ofRules = counts.getOrDefault(dimension, List.of());
      int decider = 0;
      int number = 0;
      for (Rule rule : definitions.grouping(dimension).rules()) {
        number++;
        if (rule.element(line) != null) {
          Counts count = ofRules.get(number - 1);
          count.matched++;
          if (decider == 0) {
            decider = number;
            count.decided++;
          } else {
            count.before.merge(decider, 1L, Long::sum);
          }
        }
      }
    }
  }

  /** What each rule did, in file order. */
  List<RuleUse> rules() {
    List<RuleUse> uses = new ArrayList<>();
    for (String dimension : definitions.groupDimensions()) {
      List<Rule> rules = definitions.grouping(dimension).rules();
      for (int i = 0; i < rules.size(); i++) {
        Rule rule = rules.get(i);
        Counts count = counts.getOrDefault(dimension, List.of()).get(i);
        uses.add(
            new RuleUse(
                dimension,
                i + 1,
                rule.at(),
                rule instanceof Rule.Group group ? group.name() : null,
                count.decided,
                count.matched,
                most(count.before)));
      }
    }
    return uses;
  }

  private static int most(Map<Integer, Long> before) {
    int most = 0;
    for (Map.Entry<Integer, Long> rule : before.entrySet()) {
      long lead = rule.getValue() - before.getOrDefault(most, 0L);
      if (lead > 0 || (lead == 0 && rule.getKey() < most)) {
        most = rule.getKey();
      }
    }
    return most;
  }
}
