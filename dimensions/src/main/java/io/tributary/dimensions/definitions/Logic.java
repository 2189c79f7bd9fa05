package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What conditions say of every line alike. What is not proven is left open. */
final class Logic {

  private Logic() {}

  /** Whether no line can satisfy {@code condition}. */
  static boolean neverHolds(Condition condition) {
    if (condition instanceof Condition.Comparison comparison) {
      return !Outcomes.canHold(comparison.block(), comparison.comparison());
    }
    if (condition instanceof Condition.DateRange range) {
      return range.from().isEmpty()
          || range.until().isEmpty()
          || CodePointOrder.ORDER.compare(range.from(), range.until()) > 0;
    }
    if (condition instanceof Condition.All all) {
      return all.conditions().stream().anyMatch(Logic::neverHolds) || contradicts(conjuncts(all));
    }
    if (condition instanceof Condition.Any any) {
      return any.conditions().stream().allMatch(Logic::neverHolds);
    }
    return condition instanceof Condition.None none
        && none.conditions().stream().anyMatch(Logic::alwaysHolds);
  }

  /** Whether every line satisfies {@code condition}. */
  static boolean alwaysHolds(Condition condition) {
    if (condition instanceof Condition.All all) {
      return all.conditions().stream().allMatch(Logic::alwaysHolds);
    }
    if (condition instanceof Condition.Any any) {
      return any.conditions().stream().anyMatch(Logic::alwaysHolds) || exhausts(disjuncts(any));
    }
    return condition instanceof Condition.None none
        && none.conditions().stream().allMatch(Logic::neverHolds);
  }

  /** {@code condition} without wrappers that say nothing, so that more equal ones are equal. */
  static Condition plain(Condition condition) {
    if (condition instanceof Condition.All all && all.conditions().size() == 1) {
      return plain(all.conditions().get(0));
    }
    if (condition instanceof Condition.Any any && any.conditions().size() == 1) {
      return plain(any.conditions().get(0));
    }
    return condition instanceof Condition.None none && none.conditions().size() == 1
        ? negation(none.conditions().get(0))
        : condition;
  }

  /** What holds exactly where {@code condition} does not. */
  static Condition negation(Condition condition) {
    Condition plain = plain(condition);
    if (plain instanceof Condition.HasValue hasValue) {
      return new Condition.HasValue(hasValue.block(), !hasValue.expected());
    }
    if (plain instanceof Condition.Any any) {
      return new Condition.None(any.conditions());
    }
    return plain instanceof Condition.None none
        ? plain(new Condition.Any(none.conditions()))
        : new Condition.None(List.of(plain));
  }

  /** The conditions any of which suffices, {@code Any} inside {@code Any} unfolded. */
  static List<Condition> disjuncts(Condition condition) {
    List<Condition> disjuncts = new ArrayList<>();
    Condition plain = plain(condition);
    if (plain instanceof Condition.Any any) {
      any.conditions().forEach(child -> disjuncts.addAll(disjuncts(child)));
    } else {
      disjuncts.add(plain);
    }
    return disjuncts;
  }

  /** The conditions all of which must hold, {@code All} and {@code None} unfolded. */
  private static List<Condition> conjuncts(Condition condition) {
    List<Condition> conjuncts = new ArrayList<>();
    Condition plain = plain(condition);
    if (plain instanceof Condition.All all) {
      all.conditions().forEach(child -> conjuncts.addAll(conjuncts(child)));
    } else if (plain instanceof Condition.None none && none.conditions().size() > 1) {
      none.conditions().forEach(child -> conjuncts.add(negation(child)));
    } else {
      conjuncts.add(plain);
    }
    return conjuncts;
  }

  private static boolean exhausts(List<Condition> disjuncts) {
    Set<Condition> seen = new HashSet<>(disjuncts);
    return disjuncts.stream().anyMatch(disjunct -> seen.contains(negation(disjunct)));
  }

  private static boolean contradicts(List<Condition> conjuncts) {
    Set<Condition> seen = new HashSet<>(conjuncts);
    Map<Block, List<Condition.Comparison>> demanded = new HashMap<>();
    Map<Block, List<Condition.Comparison>> excluded = new HashMap<>();
    for (Condition conjunct : conjuncts) {
      Condition opposite = negation(conjunct);
      if (seen.contains(opposite)) {
        return true;
      }
      if (conjunct instanceof Condition.Comparison comparison) {
        if (seen.contains(new Condition.HasValue(comparison.block(), false))) {
          return true;
        }
        add(demanded, comparison);
      } else if (opposite instanceof Condition.Comparison comparison) {
        add(excluded, comparison);
      }
    }
    return demanded.entrySet().stream()
        .anyMatch(
            entry ->
                entry.getKey().hasOneValue()
                    && noneIsLeft(
                        entry.getValue(), excluded.getOrDefault(entry.getKey(), List.of())));
  }

  private static void add(
      Map<Block, List<Condition.Comparison>> tests, Condition.Comparison comparison) {
    tests.computeIfAbsent(comparison.block(), b -> new ArrayList<>()).add(comparison);
  }

  /** Whether one of {@code demanded} lists the values, none of which passes everything else. */
  private static boolean noneIsLeft(
      List<Condition.Comparison> demanded, List<Condition.Comparison> excluded) {
    for (Condition.Comparison test : demanded) {
      if (test.comparison() instanceof TextTest.OneOf oneOf) {
        return oneOf.values().stream()
            .noneMatch(
                value ->
                    demanded.stream().allMatch(other -> other.mayPass(value))
                        && excluded.stream().noneMatch(other -> other.comparison().test(value)));
      }
    }
    return false;
  }
}
