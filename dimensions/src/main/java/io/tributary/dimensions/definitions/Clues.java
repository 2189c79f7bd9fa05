package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds for a rule what every line that matches it has: one of a list of clues. Of conditions that
 * must all hold, the one is taken whose clues stand in the fewest rules.
 */
final class Clues {

  private final Map<Clue, Integer> uses = new HashMap<>();

  /** Counts how often {@code rules} have each clue. */
  Clues(List<Rule> rules) {
    for (Rule rule : rules) {
      if (rule instanceof Rule.Group group) {
        count(group.condition());
      } else if (rule instanceof Rule.GroupBy groupBy) {
        count(groupBy.gate());
      } else if (rule instanceof Rule.Metadata metadata) {
        count(metadata.gate());
        count(terms(metadata));
      }
    }
  }

  private void count(Condition condition) {
    if (condition instanceof Condition.All all) {
      all.conditions().forEach(this::count);
    } else if (condition instanceof Condition.Any any) {
      any.conditions().forEach(this::count);
    } else {
      List<Clue> clues = single(condition);
      if (clues != null) {
        count(clues);
      }
    }
  }

  private void count(List<Clue> clues) {
    clues.forEach(clue -> uses.merge(clue, 1, Integer::sum));
  }

  /** One of which every line has that {@code rule} gives an element; null where there are none. */
  @Nullable List<Clue> of(Rule rule) {
    if (rule instanceof Rule.Group group) {
      return of(group.condition());
    }
    if (rule instanceof Rule.GroupBy groupBy) {
      return rarer(of(groupBy.gate()), presence(groupBy.block()));
    }
    return rarer(of(((Rule.Metadata) rule).gate()), terms((Rule.Metadata) rule));
  }

  private @Nullable List<Clue> of(Condition condition) {
    if (condition instanceof Condition.All all) {
      List<Clue> rarest = null;
      for (Condition each : all.conditions()) {
        rarest = rarer(rarest, of(each));
      }
      return rarest;
    }
    if (condition instanceof Condition.Any any) {
      List<Clue> clues = new ArrayList<>();
      for (Condition each : any.conditions()) {
        List<Clue> alternative = of(each);
        if (alternative == null) {
          return null;
        }
        clues.addAll(alternative);
      }
      return clues;
    }
    return single(condition);
  }

  private @Nullable List<Clue> rarer(@Nullable List<Clue> a, @Nullable List<Clue> b) {
    return b == null || (a != null && cost(a) <= cost(b)) ? a : b;
  }

  private long cost(List<Clue> clues) {
    long cost = 0;
    for (Clue clue : clues) {
      cost += (long) uses.getOrDefault(clue, 1) * clue.commonness();
    }
    return cost;
  }

  /** The clues of a condition that is not made of others; null where there are none. */
  private static @Nullable List<Clue> single(Condition condition) {
    if (condition instanceof Condition.Comparison comparison) {
      return of(comparison.block(), comparison.comparison());
    }
    return condition instanceof Condition.HasValue hasValue && hasValue.expected()
        ? presence(hasValue.block())
        : null;
  }

  private static List<Clue> of(Block block, TextTest test) {
    if (test instanceof TextTest.OneOf equal) {
      return clues(block, Fragment.Place.WHOLE, equal.values().stream().sorted().toList());
    }
    if (test instanceof TextTest.StartingWith starting) {
      return clues(block, Fragment.Place.START, starting.prefixes());
    }
    if (test instanceof TextTest.EndingWith ending) {
      return clues(block, Fragment.Place.END, ending.suffixes());
    }
    if (test instanceof TextTest.Containing containing) {
      return clues(block, Fragment.Place.ANYWHERE, containing.parts());
    }
    if (test instanceof TextTest.Matching matching) {
      return matching.patterns().stream()
          .map(PatternFragments::of)
          .flatMap(Set::stream)
          .map(fragment -> new Clue(block, fragment))
          .toList();
    }
    return presence(block);
  }

  /** What a Metadata rule searches for, in a block that its parser had normalized. */
  private static List<Clue> terms(Rule.Metadata rule) {
    List<String> terms =
        rule.candidates().stream().flatMap(candidate -> candidate.terms().stream()).toList();
    return clues(rule.block(), Fragment.Place.ANYWHERE, terms);
  }

  private static List<Clue> clues(Block block, Fragment.Place place, List<String> texts) {
    List<Clue> clues = new ArrayList<>(texts.size());
    for (String text : texts) {
      clues.add(new Clue(block, new Fragment(place, text)));
    }
    return clues;
  }

  private static List<Clue> presence(Block block) {
    return List.of(new Clue(block, Fragment.PRESENCE));
  }
}
