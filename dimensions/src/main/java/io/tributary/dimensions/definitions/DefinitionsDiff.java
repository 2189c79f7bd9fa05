package io.tributary.dimensions.definitions;

import io.tributary.events.BillingMonth;
import io.tributary.events.Measures;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What would change if other definitions held for the same lines: the money that moves between
 * elements, the lines that lose their element, the rules that do nothing.
 */
public final class DefinitionsDiff {

  /**
   * An element that costs something else.
   *
   * @param element null for none
   * @param before under the old definitions; 0 where they do not have the dimension
   * @param after under the new definitions
   */
  public record Moved(
      String dimension,
      @Nullable String element,
      BillingMonth billingMonth,
      String currency,
      BigDecimal before,
      BigDecimal after) {

    /** What moves onto the element; negative for off it. */
    public BigDecimal change() {
      return after.subtract(before);
    }
  }

  /**
   * Lines that have an element under the old definitions and none under the new.
   *
   * @param cost of the lines
   */
  public record Unallocated(
      String dimension, BillingMonth billingMonth, String currency, long lines, BigDecimal cost) {}

  private record Loss(String dimension, BillingMonth month, String currency) {}

  private final Definitions definitions;
  private final Function<Measures, BigDecimal> cost;
  private final ElementCosts before;
  private final ElementCosts after;
  private final RuleUsage rules;
  private final Set<String> common;
  private final Map<Loss, TupleSum> lost = new HashMap<>();

  /**
   * @param cost which cost is compared
   * @param telemetry the tenant's weights, each once
   */
  public DefinitionsDiff(
      Definitions old,
      Definitions now,
      Function<Measures, BigDecimal> cost,
      EntitiesAt entities,
      Collection<StreamWeight> telemetry) {
    this.definitions = now;
    this.cost = cost;
    this.before = new ElementCosts(old, entities, telemetry);
    this.after = new ElementCosts(now, entities, telemetry);
    this.rules = new RuleUsage(now);
    this.common = new HashSet<>(old.groupDimensions());
    this.common.retainAll(now.groupDimensions());
  }

  /** Takes a line of the ledger. */
  public void add(TracedLine traced) {
    AllocationLine line = AllocationLine.of(traced);
    Measures measures = Measures.of(traced.entry());
    Map<String, String> elementsBefore = before.add(line, measures);
    Map<String, String> elementsAfter = after.add(line, measures);
    rules.add(definitions.evaluateInOrder(traced.row()));
    for (String dimension : common) {
      if (elementsBefore.containsKey(dimension) && !elementsAfter.containsKey(dimension)) {
        lost.merge(
            new Loss(dimension, line.billingMonth(), line.currency()),
            TupleSum.of(measures, 1),
            TupleSum::plus);
      }
    }
  }

  /** Takes usage, of which streams may be made. */
  public void add(TracedUsage usage) {
    before.add(usage);
    after.add(usage);
  }

  /** The elements whose cost differs, the largest change of a dimension first. */
  public List<Moved> moved() {
    Map<ElementCosts.Key, TupleSum> old = before.costs();
    Map<ElementCosts.Key, TupleSum> now = after.costs();
    Set<ElementCosts.Key> keys = new HashSet<>(old.keySet());
    keys.addAll(now.keySet());
    return keys.stream()
        .map(
            key ->
                new Moved(
                    key.dimension(),
                    key.element(),
                    key.month(),
                    key.currency(),
                    cost(old.getOrDefault(key, TupleSum.NONE)),
                    cost(now.getOrDefault(key, TupleSum.NONE))))
        .filter(moved -> moved.change().signum() != 0)
        .sorted(
            Comparator.comparing(Moved::dimension, CodePointOrder.ORDER)
                .thenComparing(Moved::billingMonth)
                .thenComparing(Moved::currency, CodePointOrder.ORDER)
                .thenComparing(moved -> moved.change().abs().negate())
                .thenComparing(Moved::element, Comparator.nullsLast(CodePointOrder.ORDER)))
        .toList();
  }

  /** What loses its element in dimensions that both definitions have. */
  public List<Unallocated> newlyUnallocated() {
    return lost.entrySet().stream()
        .map(
            entry ->
                new Unallocated(
                    entry.getKey().dimension,
                    entry.getKey().month,
                    entry.getKey().currency,
                    entry.getValue().lines(),
                    cost(entry.getValue())))
        .sorted(
            Comparator.comparing(Unallocated::dimension, CodePointOrder.ORDER)
                .thenComparing(Unallocated::billingMonth)
                .thenComparing(Unallocated::currency, CodePointOrder.ORDER))
        .toList();
  }

  /** The elements that weigh less than 0 under the new definitions, the oldest month first. */
  public List<NegativeWeight> negativeWeights() {
    return after.negativeWeights().stream().sorted(NegativeWeight.ORDER).toList();
  }

  /** What each rule of the new definitions did, in file order. */
  public List<RuleUse> rules() {
    return rules.rules();
  }

  private BigDecimal cost(TupleSum sum) {
    return cost.apply(sum.costs());
  }
}
