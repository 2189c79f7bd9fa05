package io.tributary.dimensions.definitions;

import io.tributary.events.BillingMonth;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What allocations split, and what they last answered: changes of lines and weights go in, the
 * changes of transfers come out. After any history, the sum of all that came out is what a new pool
 * with the same content would answer at once.
 *
 * <p>Of one tenant under one version of definitions. Not safe for use by several threads.
 */
public final class AllocationPool {

  /** Tuples x elements of one granule beyond which it is not split. */
  public static final long MAX_TUPLE_ELEMENTS = 1_000_000;

  /** Lines of different currencies or billing months do not touch each other. */
  private record Period(String currency, BillingMonth month) {

    static Period of(AllocationTuple tuple) {
      return new Period(tuple.currency(), tuple.billingMonth());
    }
  }

  private static final class State {
    final Period period;
    final Map<AllocationTuple, TupleSum> sums = new LinkedHashMap<>();
    @Nullable Map<String, List<Split>> splits;
    Map<Transfer, Measures> transfers = new LinkedHashMap<>();
    Collection<NegativeWeight> negativeWeights = List.of();
    Instant start = Instant.MAX;
    Instant end = Instant.MIN;
    boolean changed;

    State(Period period) {
      this.period = period;
    }

    void change() {
      splits = null;
      changed = true;
    }
  }

  private final AllocationPlan plan;
  private final EntitiesAt entities;
  private final long maxTupleElements;
  private final Map<Period, State> periods = new LinkedHashMap<>();
  private final Map<StreamWeight, BigDecimal> telemetry = new LinkedHashMap<>();
  private final Map<StreamWeight, BigDecimal> usage = new LinkedHashMap<>();

  /** An empty pool. */
  public AllocationPool(AllocationPlan plan, EntitiesAt entities) {
    this(plan, entities, MAX_TUPLE_ELEMENTS);
  }

  AllocationPool(AllocationPlan plan, EntitiesAt entities, long maxTupleElements) {
    this.plan = plan;
    this.entities = entities;
    this.maxTupleElements = maxTupleElements;
  }

  /**
   * Lines have come, or gone.
   *
   * @param tuple as the plan gives it
   * @param change what is added to its sum
   */
  public void add(AllocationTuple tuple, TupleSum change) {
    State state = periods.computeIfAbsent(Period.of(tuple), State::new);
    TupleSum sum = state.sums.merge(tuple, change, TupleSum::plus);
    if (sum.isNone()) {
      state.sums.remove(tuple);
    }
    state.start = tuple.start().isBefore(state.start) ? tuple.start() : state.start;
    state.end = tuple.end().isAfter(state.end) ? tuple.end() : state.end;
    state.change();
  }

  /**
   * A weight is {@code weight.value()} from now on; 0 withdraws it.
   *
   * @throws IllegalArgumentException where the plan was made without knowing its stream so
   */
  public void put(StreamWeight weight) {
    touch(weight);
    telemetry.put(weight.withValue(Money.ZERO), weight.value());
  }

  /**
   * Usage has come of which a stream is made.
   *
   * @throws IllegalArgumentException where the plan was made without knowing its stream so
   */
  public void add(StreamWeight weight) {
    touch(weight);
    usage.merge(weight.withValue(Money.ZERO), weight.value(), BigDecimal::add);
  }

  private void touch(StreamWeight weight) {
    if (!plan.streams().cover(weight)) {
      throw new IllegalArgumentException("the plan does not know the stream of " + weight);
    }
    Instant end = Granule.of(weight.granularity()).end(weight.start());
    for (State state : periods.values()) {
      if (weight.start().isBefore(state.end) && end.isAfter(state.start)) {
        state.change();
      }
    }
  }

  /** The last answer, of a pool of which this one takes the place, had this transfer. */
  public void answered(Transfer transfer, Measures measures) {
    AllocationTuple tuple = transfer.tuple();
    State state = periods.computeIfAbsent(Period.of(tuple), State::new);
    state.transfers.put(transfer, measures);
    state.change();
  }

  /** Entities have other attributes than before. */
  public void entitiesChanged() {
    periods.values().forEach(State::change);
  }

  /**
   * A transfer that is not what it was.
   *
   * @param before 0 where there was none
   * @param after 0 where there is none
   */
  public record Change(Measures before, Measures after) {

    /** What is to be added. */
    public Measures difference() {
      return after.plus(before.negate());
    }
  }

  /** What has changed since the last call. The differences of an allocation sum to 0. */
  public Map<Transfer, Change> changes() {
    Map<Transfer, Change> changes = new LinkedHashMap<>();
    periods.values().stream()
        .filter(state -> state.changed)
        .forEach(state -> changes.putAll(answer(state)));
    requireBalanced(changes);
    return changes;
  }

  /** The elements that weighed less than 0 when the last changes were worked out. */
  public List<NegativeWeight> negativeWeights() {
    return periods.values().stream().flatMap(state -> state.negativeWeights.stream()).toList();
  }

  /** What became of each tuple of each pool. */
  public List<Split> splits() {
    return splits(Instant.MIN, Instant.MAX);
  }

  /** The same of the billing periods that have lines between two instants, and maybe others. */
  List<Split> splits(Instant from, Instant to) {
    return periods.values().stream()
        .filter(state -> !state.start.isAfter(to) && !state.end.isBefore(from))
        .flatMap(state -> splits(state).values().stream())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * What became of the lines of a tuple: the splits they are in, in the order of the allocations,
   * and the splits of what those moved on.
   *
   * @param tuple as the plan gives it
   */
  public List<Split> splitsOf(AllocationTuple tuple) {
    State state = periods.get(Period.of(tuple));
    if (state == null) {
      return List.of();
    }
    Set<AllocationTuple> reached = new LinkedHashSet<>(Set.of(tuple));
    List<Split> splits = new ArrayList<>();
    for (AllocationPlan.Step step : plan.steps()) {
      Set<AllocationTuple> pool = new HashSet<>();
      reached.forEach(from -> pool.add(from.project(step.columns(), step.granule())));
      for (Split split : splits(state).getOrDefault(step.allocation().id(), List.of())) {
        if (pool.contains(split.pool())) {
          splits.add(split);
          split.rows(step.column()).forEach(row -> reached.add(row.tuple()));
        }
      }
    }
    return splits;
  }

  private Map<String, List<Split>> splits(State state) {
    Map<String, List<Split>> splits = state.splits;
    if (splits == null) {
      splits =
          new AllocationRun(plan, entities, weights(state.period), maxTupleElements)
              .run(state.sums);
      state.splits = splits;
    }
    return splits;
  }

  private Map<Transfer, Change> answer(State state) {
    Map<Transfer, Measures> now = plan.transfers(splits(state), entities);
    Map<Transfer, Change> changes = new LinkedHashMap<>();
    now.forEach(
        (transfer, after) -> {
          Measures before = state.transfers.getOrDefault(transfer, Measures.ZERO);
          if (!after.equals(before)) {
            changes.put(transfer, new Change(before, after));
          }
        });
    state.transfers.forEach(
        (transfer, before) -> {
          if (!now.containsKey(transfer)) {
            changes.put(transfer, new Change(before, Measures.ZERO));
          }
        });
    state.transfers = now;
    state.negativeWeights =
        NegativeWeight.of(splits(state).values().stream().flatMap(List::stream).toList());
    state.changed = false;
    return changes;
  }

  private List<StreamWeight> weights(Period period) {
    Map<StreamWeight, BigDecimal> all = new HashMap<>(telemetry);
    usage.forEach((weight, value) -> all.merge(weight, value, BigDecimal::add));
    return all.entrySet().stream()
        .filter(entry -> sees(period.month, entry.getKey().start()))
        .map(entry -> entry.getKey().withValue(entry.getValue()))
        .toList();
  }

  /**
   * Whether lines of a billing month see the weights of a period that starts at {@code
   * weightStart}: from one month before the weight's own to three months after.
   */
  public static boolean sees(BillingMonth month, Instant weightStart) {
    BillingMonth own = BillingMonth.containing(weightStart);
    return !month.isBefore(own.plus(-1)) && !own.plus(3).isBefore(month);
  }

  private static void requireBalanced(Map<Transfer, Change> changes) {
    Map<String, TupleSum> balances = new HashMap<>();
    changes.forEach(
        (transfer, change) ->
            balances.merge(
                transfer.allocation(),
                TupleSum.of(change.after, 0).plus(TupleSum.of(change.before, 0).negate()),
                TupleSum::plus));
    balances.forEach(
        (allocation, balance) -> {
          if (!balance.isNone()) {
            throw new IllegalStateException(
                "the transfers of allocation " + allocation + " sum to " + balance);
          }
        });
  }
}
