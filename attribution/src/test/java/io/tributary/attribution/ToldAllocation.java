package io.tributary.attribution;

import io.tributary.attribution.AllocationOracle.Grain;
import io.tributary.attribution.AllocationOracle.View;
import io.tributary.dimensions.definitions.TupleSum;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An allocation as a person reads it off the definitions. */
final class ToldAllocation {

  /** A stream made out of usage. */
  record UsageStream(
      String name,
      String meter,
      Grain grain,
      Function<AttributionOracle.Line, @Nullable String> element,
      SortedMap<String, SortedSet<String>> filter) {}

  final String id;

  /** What its pool is told apart by, the elements of allocations it reads included. */
  final Set<String> columns;

  /** Of an allocation by streams the coarsest it may be. */
  Grain grain = Grain.PERIOD;

  /** The allocations it depends on. */
  Set<String> upstream = Set.of();

  /** In order; empty where it goes by rules. */
  List<String> streams = List.of();

  /** Those of the streams that are made out of usage. */
  List<UsageStream> usageStreams = List.of();

  Predicate<View> pool = view -> false;
  Function<View, @Nullable String> element = view -> null;

  /** Null where it splits over all at once. */
  @Nullable Function<View, @Nullable String> partition;

  Function<TupleSum, BigDecimal> weight = TupleSum::effective;

  /** Percentages; empty where there are none. */
  SortedMap<String, BigDecimal> fixed = new TreeMap<>();

  /** Whether an element that weighs less than 0 gets nothing. */
  boolean negativeWeighsNothing;

  /** What has a value on its transfers, by id. */
  Map<String, Function<View, @Nullable String>> dependants = Map.of();

  ToldAllocation(String id, String... columns) {
    this.id = id;
    this.columns = Set.of(columns);
  }

  ToldAllocation streams(List<String> names, UsageStream... ofUsage) {
    streams = names;
    usageStreams = List.of(ofUsage);
    return this;
  }

  ToldAllocation pool(Predicate<View> selects, Function<View, @Nullable String> across) {
    pool = selects;
    element = across;
    return this;
  }

  ToldAllocation fixed(Predicate<View> selects, Map<String, BigDecimal> percentages) {
    pool = selects;
    fixed = new TreeMap<>(percentages);
    return this;
  }

  ToldAllocation by(Grain granule, Function<TupleSum, BigDecimal> of) {
    grain = granule;
    weight = of;
    return this;
  }

  ToldAllocation forEach(Function<View, @Nullable String> of) {
    partition = of;
    return this;
  }

  ToldAllocation withoutNegativeWeights() {
    negativeWeighsNothing = true;
    return this;
  }

  ToldAllocation after(String... allocations) {
    upstream = Set.of(allocations);
    return this;
  }

  ToldAllocation with(Map<String, Function<View, @Nullable String>> dimensions) {
    dependants = dimensions;
    return this;
  }
}
