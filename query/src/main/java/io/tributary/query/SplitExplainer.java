package io.tributary.query;

import io.tributary.dimensions.definitions.CodePointOrder;
import io.tributary.dimensions.definitions.Split;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import io.tributary.query.ExplainedLines.Costs;
import io.tributary.query.ExplainedLines.PartOrigin;
import io.tributary.query.ExplainedLines.SplitOrigin;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A split as it is told: with ratios, and who got the units that were left over. */
final class SplitExplainer {

  private static final int SHOWN_PARTS = 20;

  private final Split split;
  private final Map<String, SortedSet<String>> remainderUnits = new LinkedHashMap<>();

  private SplitExplainer(Split split) {
    this.split = split;
    Map<String, Function<Measures, BigDecimal>> costs = new LinkedHashMap<>();
    costs.put("billed", Measures::billed);
    costs.put("effective", Measures::effective);
    costs.put("list", Measures::list);
    costs.put("contracted", Measures::contracted);
    costs.forEach((name, cost) -> remainderUnits.put(name, split.remainderUnits(cost)));
  }

  /** What a split does with a line that is in its pool. */
  static SplitOrigin of(Split split) {
    return new SplitExplainer(split).origin(null);
  }

  /**
   * What a split did of a transfer.
   *
   * @param element that the transfer is onto; null of the pool's side
   */
  static SplitOrigin of(Split split, @Nullable String element) {
    return new SplitExplainer(split).origin(element);
  }

  private SplitOrigin origin(@Nullable String element) {
    SortedMap<String, BigDecimal> weights = split.weights().byElement();
    List<PartOrigin> parts =
        weights.entrySet().stream()
            .sorted(
                Comparator.comparing(
                        (Map.Entry<String, BigDecimal> weight) -> weight.getValue().abs().negate())
                    .thenComparing(Map.Entry::getKey, CodePointOrder.ORDER))
            .limit(SHOWN_PARTS)
            .map(weight -> part(weight.getKey(), weight.getValue()))
            .toList();
    SortedMap<String, String> columns = new TreeMap<>(CodePointOrder.ORDER);
    columns.putAll(split.pool().columns());
    return new SplitOrigin(
        split.allocation(),
        split.pool().start(),
        split.pool().end(),
        columns,
        split.amount().lines(),
        costs(split.amount().costs()),
        split.stayed(),
        split.weights().stream(),
        split.weights().sum(),
        element == null ? null : part(element, weights.getOrDefault(element, BigDecimal.ZERO)),
        parts,
        weights.size() - parts.size());
  }

  private PartOrigin part(String element, BigDecimal weight) {
    BigDecimal sum = split.weights().sum();
    List<String> remainder = new ArrayList<>();
    remainderUnits.forEach(
        (cost, elements) -> {
          if (elements.contains(element)) {
            remainder.add(cost);
          }
        });
    return new PartOrigin(
        element,
        weight,
        split.weights().countedAsZero().get(element),
        sum.signum() == 0 ? Money.ZERO : weight.divide(sum, Money.SCALE, RoundingMode.HALF_EVEN),
        costs(split.parts().getOrDefault(element, Measures.ZERO)),
        remainder);
  }

  private Costs costs(Measures measures) {
    return new Costs(
        split.pool().currency(),
        measures.billed(),
        measures.effective(),
        measures.list(),
        measures.contracted(),
        measures.quantity());
  }
}
