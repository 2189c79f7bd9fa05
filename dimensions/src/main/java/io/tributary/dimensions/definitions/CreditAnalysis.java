package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Tells which allocations in proportion to cost may count credits as weight, so that an element may
 * weigh less than 0. Every dimension is worked out over all lines of the category Credit at once:
 * what is known of such a line is its category, everything else may be anything. So an allocation
 * that is not told of counts no credit; one that is told of may count none either.
 */
final class CreditAnalysis {

  private static final String CREDIT = "Credit";

  /** The line type of a bill that has none of its own is the category. */
  private static final Set<String> KNOWN = Set.of("ChargeCategory", "LineItemType");

  /** Of more different texts, any other is taken to be possible too. */
  private static final int MOST_TEXTS = 64;

  /**
   * What a source may be on a credit.
   *
   * @param texts that it may be
   * @param none whether it may have no value
   * @param any whether it may be any other text too
   */
  private record Values(Set<String> texts, boolean none, boolean any) {

    static final Values UNKNOWN = new Values(Set.of(), true, true);
    static final Values NONE = new Values(Set.of(), true, false);

    /** Many texts are as good as any. */
    Values {
      any |= texts.size() > MOST_TEXTS;
      texts = any ? Set.of() : Set.copyOf(texts);
    }

    boolean mayBeThere() {
      return any || !texts.isEmpty();
    }

    boolean mayBe(Predicate<String> test) {
      return any || texts.stream().anyMatch(test);
    }

    Values through(List<Transform> transforms) {
      Set<String> changed = new TreeSet<>();
      boolean lost = none;
      for (String text : texts) {
        String result = Transform.all(transforms, text);
        if (result == null) {
          lost = true;
        } else {
          changed.add(result);
        }
      }
      return new Values(changed, lost || any && !transforms.isEmpty(), any);
    }
  }

  private final Map<Source, Values> values = new HashMap<>();

  private CreditAnalysis() {}

  /** Warns of the allocations of {@code definitions} that do not say what weights below 0 mean. */
  static void warn(Definitions definitions, Problems problems) {
    CreditAnalysis analysis = new CreditAnalysis();
    for (Source source : definitions.order()) {
      analysis.values.put(source, analysis.values(definitions.resolution(source), source));
    }
    for (Allocation allocation : definitions.allocations().values()) {
      if (allocation.negativeWeights() == null
          && allocation.split() instanceof Allocation.ByRules rules
          && isByCost(rules)
          && analysis.counts(rules)) {
        problems.warn(
            allocation.at(),
            "credits may count as weight in "
                + Problems.quote(allocation.id())
                + ", so an element may weigh less than 0 and others get more than there is",
            "leave credits out of AcrossElements, or write 'NegativeWeights: zero' (it gets nothing)"
                + " or 'NegativeWeights: keep'");
      }
    }
  }

  private static boolean isByCost(Allocation.ByRules rules) {
    return rules.method() instanceof Allocation.Proportional proportional
        && proportional.costType() != Allocation.CostType.USAGE_AMOUNT;
  }

  private boolean counts(Allocation.ByRules rules) {
    Grouping elements = rules.elements();
    return elements != null && mayFail(rules.pool()) && element(elements).mayBeThere();
  }

  private Values values(Resolution resolution, Source source) {
    if (resolution instanceof Resolution.Dimension dimension) {
      return element(dimension.grouping());
    }
    if (resolution instanceof Resolution.Redirect redirect) {
      return of(redirect.target());
    }
    if (resolution instanceof Resolution.EntityAttribute attribute) {
      return of(attribute.key()).mayBeThere() ? Values.UNKNOWN : Values.NONE;
    }
    return KNOWN.contains(source.id()) ? new Values(Set.of(CREDIT), false, false) : Values.UNKNOWN;
  }

  private Values of(Source source) {
    return values.getOrDefault(source, Values.UNKNOWN);
  }

  /** What the rules may give, up to the first that takes every credit. */
  private Values element(Grouping grouping) {
    Set<String> texts = new TreeSet<>();
    boolean any = false;
    for (Rule rule : grouping.rules()) {
      Values given = element(rule);
      texts.addAll(given.texts);
      any |= given.any;
      if (!given.none) {
        return new Values(texts, false, any);
      }
    }
    String otherwise = grouping.defaultElement();
    if (otherwise != null) {
      texts.add(otherwise);
    }
    return new Values(texts, otherwise == null, any);
  }

  private Values element(Rule rule) {
    if (rule instanceof Rule.Group group) {
      return new Values(
          mayHold(group.condition()) ? Set.of(group.name()) : Set.of(),
          mayFail(group.condition()),
          false);
    }
    if (rule instanceof Rule.GroupBy groupBy) {
      List<Values> read = values(groupBy.block());
      boolean given = mayHold(groupBy.gate()) && read.stream().allMatch(Values::mayBeThere);
      boolean none = mayFail(groupBy.gate()) || read.stream().anyMatch(Values::none);
      if (given && read.size() == 1 && !read.get(0).any) {
        Set<String> texts = new TreeSet<>();
        read.get(0).texts.forEach(text -> texts.add(groupBy.format().apply(text)));
        return new Values(texts, none, false);
      }
      return new Values(Set.of(), none, given);
    }
    Rule.Metadata metadata = (Rule.Metadata) rule;
    boolean given =
        mayHold(metadata.gate()) && values(metadata.block()).stream().anyMatch(Values::mayBeThere);
    return new Values(Set.of(), true, given);
  }

  /** By source; of a block that takes the first value there is, one for all. */
  private List<Values> values(Block block) {
    List<Values> each = new ArrayList<>();
    block.sources().forEach(source -> each.add(of(source)));
    List<Values> read = block.coalesce() ? List.of(first(each)) : each;
    return read.stream().map(of -> of.through(block.transforms())).toList();
  }

  private static Values first(List<Values> sources) {
    Set<String> texts = new TreeSet<>();
    boolean any = false;
    for (Values source : sources) {
      texts.addAll(source.texts);
      any |= source.any;
      if (!source.none) {
        return new Values(texts, false, any);
      }
    }
    return new Values(texts, true, any);
  }

  /** Whether {@code condition} may hold for a credit. */
  private boolean mayHold(Condition condition) {
    return may(condition, true);
  }

  /** Whether {@code condition} may not hold for a credit. */
  private boolean mayFail(Condition condition) {
    return may(condition, false);
  }

  private boolean may(Condition condition, boolean hold) {
    if (condition instanceof Condition.Comparison comparison) {
      List<Values> read = values(comparison.block());
      TextTest test = comparison.comparison();
      return hold
          ? read.stream().anyMatch(of -> of.mayBe(test::test))
          : read.stream().allMatch(of -> of.none || of.mayBe(text -> !test.test(text)));
    }
    if (condition instanceof Condition.HasValue hasValue) {
      List<Values> read = values(hasValue.block());
      return hold == hasValue.expected()
          ? read.stream().anyMatch(Values::mayBeThere)
          : read.stream().allMatch(Values::none);
    }
    if (condition instanceof Condition.All all) {
      return all(all.conditions(), true, hold);
    }
    if (condition instanceof Condition.Any any) {
      return all(any.conditions(), false, hold);
    }
    if (condition instanceof Condition.None none) {
      return all(none.conditions(), false, !hold);
    }
    return true;
  }

  /** Whether all, or one, of {@code conditions} may hold, or may not. */
  private boolean all(List<Condition> conditions, boolean every, boolean hold) {
    return every == hold
        ? conditions.stream().allMatch(part -> may(part, hold))
        : conditions.stream().anyMatch(part -> may(part, hold));
  }
}
