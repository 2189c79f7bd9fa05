package io.tributary.dimensions.definitions;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which lines the earlier rules of a list are proven to take. Everything is found by hash, so that
 * long lists stay cheap. Answers are the places of the rules that take the lines, null where it is
 * not proven that they do.
 */
final class TakenLines {

  private static final Comparator<Position> FILE_ORDER =
      Comparator.comparingInt(Position::line).thenComparingInt(Position::column);

  private final Map<Condition, Position> conditions = new HashMap<>();
  private final Map<Source, Position> valued = new HashMap<>();
  private final Map<Block, Position> valuedBlocks = new HashMap<>();
  private final Map<Block, Position> grouped = new HashMap<>();
  private final Map<Block, TakenValues> values = new HashMap<>();
  private @Nullable SortedSet<Position> all;

  /** Takes note of a rule. */
  void add(Rule rule) {
    if (rule instanceof Rule.Group group) {
      Logic.disjuncts(group.condition()).forEach(disjunct -> add(disjunct, rule.at()));
      if (all == null && Logic.alwaysHolds(group.condition())) {
        all = only(rule.at());
      }
    } else if (rule instanceof Rule.GroupBy groupBy && Logic.alwaysHolds(groupBy.gate())) {
      grouped.putIfAbsent(groupBy.block(), rule.at());
      if (groupBy.block().hasOneValue()) {
        add(new Condition.HasValue(groupBy.block(), true), rule.at());
      }
    }
  }

  private void add(Condition disjunct, Position at) {
    conditions.putIfAbsent(disjunct, at);
    Position opposite = conditions.get(Logic.negation(disjunct));
    if (all == null && opposite != null) {
      all = only(at);
      all.add(opposite);
    }
    if (disjunct instanceof Condition.Comparison comparison) {
      values
          .computeIfAbsent(comparison.block(), block -> new TakenValues())
          .add(comparison.comparison(), at);
    } else if (disjunct instanceof Condition.HasValue hasValue && hasValue.expected()) {
      Block block = hasValue.block();
      valuedBlocks.putIfAbsent(block, at);
      if (block.transforms().stream().allMatch(TextTransform.class::isInstance)) {
        block.sources().forEach(source -> valued.putIfAbsent(source, at));
      }
    }
  }

  /** The rules that take every line {@code rule} could decide. */
  @Nullable SortedSet<Position> takers(Rule rule) {
    if (rule instanceof Rule.Group group) {
      return takers(group.condition());
    }
    Block block = rule instanceof Rule.GroupBy g ? g.block() : ((Rule.Metadata) rule).block();
    Condition gate = rule instanceof Rule.GroupBy g ? g.gate() : ((Rule.Metadata) rule).gate();
    SortedSet<Position> byGate = takers(gate);
    SortedSet<Position> byValue = byGate == null ? takersOfAnyValue(block) : byGate;
    Position same = rule instanceof Rule.GroupBy ? grouped.get(block) : null;
    return byValue == null && same != null ? only(same) : byValue;
  }

  /** The rules that take every line on which {@code condition} holds. */
  @Nullable SortedSet<Position> takers(Condition condition) {
    Condition plain = Logic.plain(condition);
    Position same = conditions.get(plain);
    if (all != null || same != null) {
      return same == null ? all : only(same);
    }
    if (plain instanceof Condition.Comparison comparison) {
      SortedSet<Position> byValue = takersOfAnyValue(comparison.block());
      return byValue == null ? takers(comparison) : byValue;
    }
    if (plain instanceof Condition.HasValue hasValue) {
      return hasValue.expected() ? takersOfAnyValue(hasValue.block()) : null;
    }
    if (plain instanceof Condition.All conjunction) {
      for (Condition conjunct : conjunction.conditions()) {
        SortedSet<Position> takers = takers(conjunct);
        if (takers != null) {
          return takers;
        }
      }
    }
    return plain instanceof Condition.Any any ? each(any.conditions(), this::takers) : null;
  }

  /** The rule that takes every line on which {@code operand} of the comparison is found. */
  @Nullable Position taker(Condition.Comparison comparison, String operand) {
    TakenValues taken = values.get(comparison.block());
    return taken == null ? null : taken.taker(comparison.comparison(), operand);
  }

  private @Nullable SortedSet<Position> takers(Condition.Comparison comparison) {
    Collection<String> operands = Outcomes.operands(comparison.comparison());
    return operands.isEmpty()
        ? null
        : each(
            operands,
            operand -> {
              Position taker = taker(comparison, operand);
              return taker == null ? null : only(taker);
            });
  }

  /** The rules that take every line on which {@code block} has any value. */
  private @Nullable SortedSet<Position> takersOfAnyValue(Block block) {
    Position same = valuedBlocks.get(block);
    return same != null
        ? only(same)
        : each(
            block.sources(),
            source -> {
              Position taker = valued.get(source);
              return taker == null ? null : only(taker);
            });
  }

  private static <T> @Nullable SortedSet<Position> each(
      Collection<T> parts, Function<T, @Nullable SortedSet<Position>> takers) {
    SortedSet<Position> together = new TreeSet<>(FILE_ORDER);
    for (T part : parts) {
      SortedSet<Position> found = takers.apply(part);
      if (found == null) {
        return null;
      }
      together.addAll(found);
    }
    return together;
  }

  private static SortedSet<Position> only(Position position) {
    SortedSet<Position> only = new TreeSet<>(FILE_ORDER);
    only.add(position);
    return only;
  }
}
