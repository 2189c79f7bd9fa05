package io.tributary.dimensions.definitions;

import io.tributary.events.BillingMonth;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All allocations over the sums of lines, once, in dependency order. */
final class AllocationRun {

  private record GranuleKey(String currency, BillingMonth month, Instant start, Instant end) {}

  private final AllocationPlan plan;
  private final EntitiesAt entities;
  private final Iterable<StreamWeight> telemetry;
  private final long maxTupleElements;
  private final Map<String, List<Split>> splits = new LinkedHashMap<>();

  AllocationRun(
      AllocationPlan plan,
      EntitiesAt entities,
      Iterable<StreamWeight> telemetry,
      long maxTupleElements) {
    this.plan = plan;
    this.entities = entities;
    this.telemetry = telemetry;
    this.maxTupleElements = maxTupleElements;
  }

  /** The splits of {@code base}, by allocation in dependency order. */
  Map<String, List<Split>> run(Map<AllocationTuple, TupleSum> base) {
    for (AllocationPlan.Step step : plan.steps()) {
      splits.put(step.allocation().id(), split(step, rows(step, base)));
    }
    return splits;
  }

  /** The lines, and what the allocations it depends on moved. */
  private List<PoolRow> rows(AllocationPlan.Step step, Map<AllocationTuple, TupleSum> base) {
    Map<AllocationTuple, TupleSum> sums = new LinkedHashMap<>();
    base.forEach((tuple, sum) -> add(sums, step, tuple, sum));
    for (AllocationPlan.Step earlier : plan.steps()) {
      if (step.upstream().contains(earlier.allocation().id())) {
        for (Split split : splits.getOrDefault(earlier.allocation().id(), List.of())) {
          split.rows(earlier.column()).forEach(row -> add(sums, step, row.tuple(), row.change()));
        }
      }
    }
    List<PoolRow> rows = new ArrayList<>();
    sums.forEach(
        (tuple, sum) -> {
          if (!sum.isNone()) {
            rows.add(new PoolRow(tuple, sum, plan.evaluate(tuple, entities)));
          }
        });
    return rows;
  }

  private static void add(
      Map<AllocationTuple, TupleSum> sums,
      AllocationPlan.Step step,
      AllocationTuple tuple,
      TupleSum sum) {
    sums.merge(tuple.project(step.columns(), step.granule()), sum, TupleSum::plus);
  }

  private List<Split> split(AllocationPlan.Step step, List<PoolRow> rows) {
    Weigher weigher =
        step.allocation().split() instanceof Allocation.ByRules rules
            ? new RuleWeigher(step, rules, rows)
            : new StreamWeigher(
                plan, step, (Allocation.ByStreams) step.allocation().split(), rows, telemetry);
    Map<PoolRow, Weights> pool = new LinkedHashMap<>();
    Map<GranuleKey, Long> sizes = new HashMap<>();
    for (PoolRow row : rows) {
      Weights weights = weigher.weights(row);
      if (weights != null) {
        pool.put(row, weights);
        sizes.merge(granule(row), (long) weights.byElement().size(), Long::sum);
      }
    }
    List<Split> answers = new ArrayList<>();
    pool.forEach(
        (row, weights) -> {
          boolean tooLarge = sizes.getOrDefault(granule(row), 0L) > maxTupleElements;
          answers.add(split(step, row, weights, tooLarge));
        });
    return answers;
  }

  private static Split split(
      AllocationPlan.Step step, PoolRow row, Weights weights, boolean tooLarge) {
    String id = step.allocation().id();
    return tooLarge
        ? Split.stayed(id, row.tuple(), row.sum(), weights, Split.Stayed.TOO_LARGE)
        : Split.of(id, row.tuple(), row.sum(), weights);
  }

  private static GranuleKey granule(PoolRow row) {
    AllocationTuple tuple = row.tuple();
    return new GranuleKey(tuple.currency(), tuple.billingMonth(), tuple.start(), tuple.end());
  }
}
