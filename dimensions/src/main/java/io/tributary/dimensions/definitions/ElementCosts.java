package io.tributary.dimensions.definitions;

import io.tributary.events.BillingMonth;
import io.tributary.events.Measures;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What lines cost by element of each dimension under one set of definitions: of a dimension that
 * reads no allocation the lines, of others the lines and the transfers of all it depends on.
 */
final class ElementCosts {

  /** The costs of an element in a billing month, null for those of no element. */
  record Key(String dimension, @Nullable String element, BillingMonth month, String currency) {}

  private final Definitions definitions;
  private final Evaluator evaluator;
  private final AllocationPlan plan;
  private final AllocationPool pool;
  private final Map<Key, TupleSum> costs = new HashMap<>();

  ElementCosts(Definitions definitions, EntitiesAt entities, Collection<StreamWeight> telemetry) {
    this.definitions = definitions;
    this.evaluator = definitions.memoized(100_000);
    this.plan = definitions.allocationPlan(StreamFacts.of(telemetry));
    this.pool = new AllocationPool(plan, entities);
    telemetry.forEach(pool::put);
  }

  /** Adds a line and answers its elements by dimension. */
  Map<String, String> add(AllocationLine line, Measures measures) {
    Map<String, String> elements = evaluator.elements(line.row());
    TupleSum sum = TupleSum.of(measures, 1);
    for (Dimension dimension : definitions.dimensions()) {
      add(dimension.id(), elements, line.billingMonth(), line.currency(), sum);
    }
    if (!plan.isEmpty()) {
      pool.add(plan.tuple(line), sum);
    }
    return elements;
  }

  /** Adds usage that streams may be made of. */
  void add(TracedUsage usage) {
    plan.usageWeights(
            usage.usage().meter(), usage.usage().quantity(), usage.usage().hour(), usage.row())
        .forEach(pool::add);
  }

  private void add(
      String dimension,
      Map<String, String> elements,
      BillingMonth month,
      String currency,
      TupleSum sum) {
    costs.merge(new Key(dimension, elements.get(dimension), month, currency), sum, TupleSum::plus);
  }

  /** All costs, transfers included. */
  Map<Key, TupleSum> costs() {
    pool.changes()
        .forEach(
            (transfer, change) -> {
              for (String dimension : concerned(transfer.allocation())) {
                add(
                    dimension,
                    transfer.elements(),
                    transfer.tuple().billingMonth(),
                    transfer.tuple().currency(),
                    TupleSum.of(change.after(), 0).plus(TupleSum.of(change.before(), 0).negate()));
              }
            });
    return costs;
  }

  /** The elements that weigh less than 0. */
  List<NegativeWeight> negativeWeights() {
    costs();
    return pool.negativeWeights();
  }

  /** The dimensions whose view has the transfers of an allocation. */
  private Set<String> concerned(String allocation) {
    Set<String> concerned = new TreeSet<>();
    for (Dimension dimension : definitions.dimensions()) {
      if (plan.allocationsOf(dimension.id()).contains(allocation)) {
        concerned.add(dimension.id());
      }
    }
    return concerned;
  }
}
