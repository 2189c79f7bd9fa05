package io.tributary.dimensions.definitions;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Weights out of telemetry: all records that a row matches of the first stream, in order, of which
 * it matches any. A row matches a record if their periods overlap and the record's filter selects
 * it. A row that matches none is not in the pool.
 */
final class StreamWeigher implements Weigher {

  private record Filter(SortedMap<String, SortedSet<String>> values) {}

  /** Rows with equal answers share it. The filters are those that select the row. */
  private record Match(
      String stream, List<Filter> filters, Instant start, Instant end, String priced) {}

  private final AllocationPlan plan;
  private final Allocation allocation;
  private final Allocation.ByStreams split;
  private final Map<String, Map<Filter, NavigableMap<Instant, List<StreamWeight>>>> weights =
      new HashMap<>();
  private final Map<Match, Map<String, BigDecimal>> sums = new HashMap<>();
  private final Map<Match, BigDecimal> costs = new HashMap<>();
  private final Map<Match, Weights> answers = new HashMap<>();

  StreamWeigher(
      AllocationPlan plan,
      AllocationPlan.Step step,
      Allocation.ByStreams split,
      List<PoolRow> rows,
      Iterable<StreamWeight> telemetry) {
    this.plan = plan;
    this.allocation = step.allocation();
    this.split = split;
    for (StreamWeight weight : telemetry) {
      if (split.streams().contains(weight.stream()) && weight.value().signum() != 0) {
        weights
            .computeIfAbsent(weight.stream(), stream -> new HashMap<>())
            .computeIfAbsent(new Filter(weight.filter()), filter -> new TreeMap<>())
            .computeIfAbsent(weight.start(), start -> new ArrayList<>())
            .add(weight);
      }
    }
    for (PoolRow row : split.rate() == null ? List.<PoolRow>of() : rows) {
      Match match = match(row);
      if (match != null) {
        costs.merge(match, row.sum().effective(), BigDecimal::add);
      }
    }
  }

  @Override
  public @Nullable Weights weights(PoolRow row) {
    Match match = match(row);
    return match == null ? null : answers.computeIfAbsent(match, this::answer);
  }

  private @Nullable Match match(PoolRow row) {
    for (String stream : split.streams()) {
      List<Filter> filters = new ArrayList<>();
      for (Filter filter : weights.getOrDefault(stream, Map.of()).keySet()) {
        if (selects(filter, row.line())) {
          filters.add(filter);
        }
      }
      AllocationTuple tuple = row.tuple();
      // A rate prices the usage once for all rows of one currency and billing month.
      String priced = split.rate() == null ? "" : tuple.currency() + " " + tuple.billingMonth();
      Match match = new Match(stream, filters, tuple.start(), tuple.end(), priced);
      if (!sums.computeIfAbsent(match, this::sum).isEmpty()) {
        return match;
      }
    }
    return null;
  }

  private boolean selects(Filter filter, Evaluation line) {
    for (var wanted : filter.values.entrySet()) {
      String value = plan.value(wanted.getKey(), line);
      if (value == null || !wanted.getValue().contains(value)) {
        return false;
      }
    }
    return true;
  }

  private Map<String, BigDecimal> sum(Match match) {
    Map<String, BigDecimal> sum = new TreeMap<>(CodePointOrder.ORDER);
    var ofStream = weights.getOrDefault(match.stream, Map.of());
    // No period is longer than a month.
    Instant earliest = match.start.minus(31, ChronoUnit.DAYS);
    for (Filter filter : match.filters) {
      ofStream
          .getOrDefault(filter, new TreeMap<>())
          .subMap(earliest, true, match.end, false)
          .values()
          .forEach(atOnce -> atOnce.forEach(weight -> add(sum, weight, match.start)));
    }
    return sum;
  }

  private static void add(Map<String, BigDecimal> sum, StreamWeight weight, Instant from) {
    if (Granule.of(weight.granularity()).end(weight.start()).isAfter(from)) {
      sum.merge(weight.element(), weight.value(), BigDecimal::add);
    }
  }

  private Weights answer(Match match) {
    Map<String, BigDecimal> shares = new HashMap<>(sums.getOrDefault(match, Map.of()));
    Allocation.Rate rate = split.rate();
    if (rate != null) {
      BigDecimal rest = costs.getOrDefault(match, BigDecimal.ZERO);
      for (var usage : shares.entrySet()) {
        usage.setValue(usage.getValue().multiply(rate.value()));
        rest = rest.subtract(usage.getValue());
      }
      shares.merge(rate.defaultElement(), rest, BigDecimal::add);
    }
    return Weights.of(match.stream, shares, allocation);
  }
}
