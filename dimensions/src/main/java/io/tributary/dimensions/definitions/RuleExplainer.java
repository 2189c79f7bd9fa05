package io.tributary.dimensions.definitions;

import io.tributary.dimensions.definitions.Explanation.Excerpt;
import io.tributary.dimensions.definitions.Explanation.Hit;
import io.tributary.dimensions.definitions.Explanation.Seen;
import io.tributary.dimensions.definitions.Explanation.Tested;
import io.tributary.dimensions.definitions.Explanation.TriedRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Records what a rule saw of one line. Whether anything holds is asked of the rule itself. */
final class RuleExplainer {

  /** Members shown of any list. */
  private static final int SHOWN = 20;

  /** Conditions of one rule that are shown with the conditions in them. */
  private static final int CONDITIONS = 100;

  private final Evaluation line;
  private final Set<Source> read;
  private int conditionsLeft;

  /**
   * @param read gets the sources whose values are recorded
   */
  RuleExplainer(Evaluation line, Set<Source> read) {
    this.line = line;
    this.read = read;
  }

  /** A rule that matched, with all that made it match. */
  TriedRule matched(int number, Rule rule) {
    conditionsLeft = CONDITIONS;
    if (rule instanceof Rule.Group group) {
      return tried(number, rule, Excerpt.empty(), null, tested(group.condition()));
    } else if (rule instanceof Rule.GroupBy groupBy) {
      return tried(number, rule, seen(groupBy.block()), null, gate(groupBy.gate()));
    }
    Rule.Metadata metadata = (Rule.Metadata) rule;
    Hit hit = hit(metadata);
    return tried(number, rule, searched(metadata.block()), hit, gate(metadata.gate()));
  }

  /** A rule that did not match, with what decided against it. */
  TriedRule missed(int number, Rule rule) {
    if (rule instanceof Rule.Group group) {
      return tried(number, rule, Excerpt.empty(), null, decisive(group.condition()));
    } else if (rule instanceof Rule.GroupBy groupBy) {
      return tried(number, rule, seen(groupBy.block()), null, failed(groupBy.gate()));
    }
    Rule.Metadata metadata = (Rule.Metadata) rule;
    return tried(number, rule, searched(metadata.block()), null, failed(metadata.gate()));
  }

  private static TriedRule tried(
      int number, Rule rule, Excerpt<Seen> values, @Nullable Hit hit, @Nullable Tested condition) {
    return new TriedRule(
        number,
        rule.getClass().getSimpleName(),
        rule instanceof Rule.Group group ? group.name() : null,
        rule.at(),
        values,
        rule instanceof Rule.GroupBy groupBy ? format(groupBy) : null,
        hit,
        condition);
  }

  /** The format filled with the names of its places: as it was written. */
  private static String format(Rule.GroupBy rule) {
    int values = rule.block().coalesce() ? 1 : rule.block().sources().size();
    return rule.format()
        .apply(IntStream.range(0, values).mapToObj(i -> "{" + i + "}").toArray(String[]::new));
  }

  private @Nullable Tested gate(Condition gate) {
    return isAlways(gate) ? null : tested(gate);
  }

  private @Nullable Tested failed(Condition gate) {
    return isAlways(gate) || gate.test(line) ? null : decisive(gate);
  }

  private static boolean isAlways(Condition gate) {
    return gate instanceof Condition.All all && all.conditions().isEmpty();
  }

  private Tested tested(Condition condition) {
    conditionsLeft--;
    List<Condition> parts = ConditionText.parts(condition);
    if (parts.isEmpty() || conditionsLeft < 0) {
      return alone(condition);
    }
    List<Condition> looked = lookedAt(condition, parts);
    int shown = Math.min(looked.size(), SHOWN);
    // The last one decided; it must not be what the others leave no room for.
    Tested last = tested(looked.get(looked.size() - 1));
    List<Tested> tested = new ArrayList<>();
    for (Condition part : looked.subList(0, shown - 1)) {
      tested.add(tested(part));
    }
    tested.add(last);
    return with(condition, new Excerpt<>(List.copyOf(tested), looked.size() - shown));
  }

  /** The parts up to the first that decides about the whole. */
  private List<Condition> lookedAt(Condition whole, List<Condition> parts) {
    boolean deciding = !(whole instanceof Condition.All);
    int i = 0;
    while (i < parts.size() - 1 && parts.get(i).test(line) != deciding) {
      i++;
    }
    return parts.subList(0, i + 1);
  }

  /** Of a condition that does not hold, the smallest part because of which it does not. */
  private Tested decisive(Condition condition) {
    Condition at = condition;
    while (at instanceof Condition.All all) {
      List<Condition> looked = lookedAt(all, all.conditions());
      at = looked.get(looked.size() - 1);
    }
    if (at instanceof Condition.None none) {
      List<Condition> looked = lookedAt(none, none.conditions());
      Tested holding = alone(looked.get(looked.size() - 1));
      return with(at, new Excerpt<>(List.of(holding), looked.size() - 1));
    }
    return alone(at);
  }

  /** A condition without those in it, which are counted. */
  private Tested alone(Condition condition) {
    return with(condition, new Excerpt<>(List.of(), ConditionText.parts(condition).size()));
  }

  private Tested with(Condition condition, Excerpt<Tested> parts) {
    return new Tested(
        ConditionText.operator(condition),
        excerpt(ConditionText.operands(condition)),
        condition.test(line),
        seenBy(condition),
        parts);
  }

  private Excerpt<Seen> seenBy(Condition condition) {
    if (condition instanceof Condition.Comparison comparison) {
      return seen(comparison.block());
    } else if (condition instanceof Condition.HasValue hasValue) {
      return seen(hasValue.block());
    } else if (condition instanceof Condition.DateRange range) {
      read.add(range.usageDay());
      String day = line.value(range.usageDay());
      return new Excerpt<>(List.of(new Seen(range.usageDay().id(), day, day)), 0);
    }
    return Excerpt.empty();
  }

  /** The sources a block reads, up to the first with a value where it coalesces. */
  private Excerpt<Seen> seen(Block block) {
    @Nullable String[] values = line.values(block);
    List<Seen> seen = new ArrayList<>();
    for (Source source : block.sources()) {
      String raw = line.value(source);
      String value = block.coalesce() ? (raw == null ? null : values[0]) : values[seen.size()];
      seen.add(new Seen(source.id(), raw, value));
      read.add(source);
      if (block.coalesce() && raw != null) {
        break;
      }
    }
    return excerpt(seen);
  }

  /** What a Metadata rule searches: values are normalized. */
  private Excerpt<Seen> searched(Block block) {
    Excerpt<Seen> seen = seen(block);
    return new Excerpt<>(
        seen.shown().stream()
            .map(one -> new Seen(one.source(), one.raw(), normalized(one.value())))
            .toList(),
        seen.omitted());
  }

  private static @Nullable String normalized(@Nullable String value) {
    return value == null ? null : TextTransform.NORMALIZE.apply(value);
  }

  /** Where the first candidate that is found was found. */
  private Hit hit(Rule.Metadata rule) {
    @Nullable String[] values = line.values(rule.block());
    for (Rule.Candidate candidate : rule.candidates()) {
      for (int i = 0; i < values.length; i++) {
        String value = normalized(values[i]);
        if (value != null && candidate.in(value)) {
          String term = candidate.terms().stream().filter(value::contains).findFirst().orElse("");
          return new Hit(sourceOf(rule.block(), i).id(), value, term);
        }
      }
    }
    throw new IllegalStateException("a Metadata rule matched and nothing was found");
  }

  private Source sourceOf(Block block, int value) {
    return block.coalesce()
        ? block.sources().stream()
            .filter(source -> line.value(source) != null)
            .findFirst()
            .orElseThrow()
        : block.sources().get(value);
  }

  private static <T> Excerpt<T> excerpt(List<T> all) {
    int shown = Math.min(all.size(), SHOWN);
    return new Excerpt<>(List.copyOf(all.subList(0, shown)), all.size() - shown);
  }
}
