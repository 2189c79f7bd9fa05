package io.tributary.dimensions.definitions;

import io.tributary.events.BillingMonth;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Weights out of the lines that are not in the pool: of the same billing month and currency, both
 * bases. A line is weight in the granule it starts in; a pool row that is longer than a granule has
 * the weights of all granules it lies in.
 */
final class RuleWeigher implements Weigher {

  private record Period(
      String currency, BillingMonth month, Instant granule, @Nullable String partition) {}

  private record Span(Period first, Instant end) {}

  private final Allocation allocation;
  private final Allocation.ByRules rules;
  private final Granule granule;
  private final Map<Period, SortedMap<String, TupleSum>> elements = new HashMap<>();
  private final Map<Span, Weights> answers = new HashMap<>();

  RuleWeigher(AllocationPlan.Step step, Allocation.ByRules rules, List<PoolRow> rows) {
    this.allocation = step.allocation();
    this.rules = rules;
    this.granule = step.granule();
    Grouping across = rules.elements();
    for (PoolRow row : rows) {
      String element = across == null || isPool(row) ? null : across.element(row.line());
      if (element != null) {
        elements
            .computeIfAbsent(
                period(row, row.tuple().start()), period -> new TreeMap<>(CodePointOrder.ORDER))
            .merge(element, row.sum(), TupleSum::plus);
      }
    }
  }

  @Override
  public @Nullable Weights weights(PoolRow row) {
    if (!isPool(row)) {
      return null;
    }
    AllocationTuple tuple = row.tuple();
    return answers.computeIfAbsent(
        new Span(period(row, tuple.start()), tuple.end()), span -> weights(row, span));
  }

  private boolean isPool(PoolRow row) {
    return rules.pool().test(row.line());
  }

  private Period period(PoolRow row, Instant start) {
    Grouping partitions = rules.partitions();
    return new Period(
        row.tuple().currency(),
        row.tuple().billingMonth(),
        start,
        partitions == null ? null : partitions.element(row.line()));
  }

  private Weights weights(PoolRow row, Span span) {
    if (rules.method() instanceof Allocation.Named named) {
      return Weights.of(null, named.weights(), allocation);
    }
    SortedMap<String, TupleSum> sums = new TreeMap<>(CodePointOrder.ORDER);
    boolean outside = rules.partitions() != null && span.first.partition == null;
    for (Instant start : outside ? List.<Instant>of() : granules(row.tuple())) {
      elements
          .getOrDefault(period(row, start), new TreeMap<>())
          .forEach((element, sum) -> sums.merge(element, sum, TupleSum::plus));
    }
    Map<String, BigDecimal> weights = new HashMap<>();
    sums.forEach(
        (element, sum) -> {
          if (sum.lines() > 0) {
            weights.put(element, weight(sum));
          }
        });
    return Weights.of(null, weights, allocation);
  }

  private List<Instant> granules(AllocationTuple tuple) {
    return granule == Granule.BILLING_PERIOD
        ? List.of(tuple.start())
        : granule.starts(tuple.start(), tuple.end());
  }

  private BigDecimal weight(TupleSum sum) {
    if (!(rules.method() instanceof Allocation.Proportional proportional)) {
      return BigDecimal.ONE;
    }
    Allocation.CostType type = proportional.costType();
    return type == null ? sum.effective() : sum.of(type);
  }
}
