package io.tributary.dimensions.definitions;

import static java.util.Objects.requireNonNull;

import io.tributary.events.Granularity;
import io.tributary.events.Measures;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The allocations of one set of definitions, ready to be evaluated: in dependency order, each with
 * the columns that lines are told apart by. Immutable and safe for use by many threads.
 *
 * <pre>
 *   lines --tuple--> sums by tuple --AllocationPool--> splits --> transfers
 *                    weights of streams ----^
 * </pre>
 *
 * <p>The columns are those that pool selections, filters, weights, partitions and dependent
 * dimensions read, and those that are retained. A dimension that reads no allocation is a column
 * like any other.
 */
public final class AllocationPlan {

  /**
   * One allocation.
   *
   * @param granule the period its splits are within
   * @param columns what its pool is told apart by, canonical
   * @param upstream the ids of the allocations it depends on, transitively
   * @param dimensions the group dimensions that have a value on its transfers, by id: those that
   *     depend on it, or on an allocation it depends on and on nothing its transfers do not keep
   */
  record Step(
      Allocation allocation,
      Granule granule,
      SortedSet<String> columns,
      Set<String> upstream,
      Map<String, Source> dimensions) {

    /** The column of its elements. */
    String column() {
      return SourceIds.USER + allocation.id();
    }
  }

  private final Definitions definitions;
  private final StreamFacts streams;
  private final Map<String, Source> sources = new HashMap<>();
  private final Map<Source, Integer> numbers = new LinkedHashMap<>();
  private final Map<Source, BitSet> upstream = new HashMap<>();
  private final List<Resolution> resolutions;
  private final List<Source> lateSteps;
  private final List<Step> steps;
  private final SortedSet<String> columns = new TreeSet<>();
  private final Granule granule;

  AllocationPlan(Definitions definitions, StreamFacts telemetry) {
    this.definitions = definitions;
    this.streams = telemetry.plus(StreamFacts.ofUsage(definitions.streams().values()));
    definitions.allSources().forEach(source -> sources.put(source.id(), source));
    for (Source source : definitions.order()) {
      if (definitions.allocationBehind(source) != null) {
        numbers.put(source, numbers.size());
      }
      upstream.put(source, allocationsBehind(source));
    }
    this.resolutions = definitions.allSources().stream().map(this::resolution).toList();
    this.lateSteps =
        definitions.steps().stream().filter(step -> !upstreamOf(step).isEmpty()).toList();
    this.steps = numbers.keySet().stream().map(this::step).toList();
    steps.forEach(step -> columns.addAll(step.columns));
    this.granule = steps.stream().map(Step::granule).reduce(Granule.BILLING_PERIOD, Granule::finer);
  }

  /** Whether the definitions allocate nothing. */
  public boolean isEmpty() {
    return steps.isEmpty();
  }

  /** The canonical sources that lines are told apart by, of all allocations together. */
  public SortedSet<String> columns() {
    return Collections.unmodifiableSortedSet(columns);
  }

  /** The allocations that a dimension's view brings along: all it depends on, and itself. */
  public SortedSet<String> allocationsOf(String dimension) {
    SortedSet<String> behind = new TreeSet<>();
    Source source = sources.get(SourceIds.USER + dimension);
    if (source != null) {
      numbers.forEach(
          (allocation, number) -> {
            if (allocation.equals(source) || upstreamOf(source).get(number)) {
              behind.add(dimensionId(allocation));
            }
          });
    }
    return behind;
  }

  /** What is known of streams: what was said of telemetry, and the streams made out of usage. */
  public StreamFacts streams() {
    return streams;
  }

  /** The tuple under which {@code line} is summed. */
  public AllocationTuple tuple(AllocationLine line) {
    Evaluation evaluation = definitions.evaluateInOrder(line.row());
    SortedMap<String, String> values = new TreeMap<>();
    for (String column : columns) {
      Source source = sources.get(column);
      boolean allocation = source != null && numbers.containsKey(source);
      String value = source == null ? line.row().value(column) : evaluation.value(source);
      if (value != null && !allocation) {
        values.put(column, value);
      }
    }
    AllocationTuple whole =
        new AllocationTuple(
            line.currency(), line.basis(), line.billingMonth(), line.start(), line.end(), values);
    return whole.project(columns, granule);
  }

  /**
   * The weights that usage is in the streams made out of it, to be added up.
   *
   * @param quantity of the meter, in the hour that starts at {@code hour}
   * @param row the columns and labels of the usage
   */
  public List<StreamWeight> usageWeights(
      String meter, BigDecimal quantity, Instant hour, SourceRow row) {
    List<StreamWeight> weights = new ArrayList<>();
    Evaluation evaluation = definitions.evaluateInOrder(row);
    for (UsageStream stream : definitions.streams().values()) {
      String element = stream.meter().equals(meter) ? evaluation.value(stream.element()) : null;
      if (element != null) {
        weights.add(stream.weight(hour, element, quantity));
      }
    }
    return weights;
  }

  /**
   * A weight of a stream that the definitions make out of usage.
   *
   * @param quantity in the hour that starts at {@code hour}
   */
  public StreamWeight usageWeight(
      String stream, Instant hour, String element, BigDecimal quantity) {
    return requireNonNull(definitions.streams().get(stream)).weight(hour, element, quantity);
  }

  List<Step> steps() {
    return steps;
  }

  /** A tuple, with all that depends on allocations evaluated. */
  Evaluation evaluate(AllocationTuple tuple, EntitiesAt entities) {
    Evaluation evaluation = definitions.evaluate(new TupleRow(tuple, entities), resolutions);
    lateSteps.forEach(evaluation::value);
    return evaluation;
  }

  /** The value of a source, whether the definitions read it or only telemetry does. */
  @Nullable String value(String source, Evaluation tuple) {
    Source known = sources.get(source);
    return known == null ? tuple.row().value(source) : tuple.value(known);
  }

  /** What the splits move, with every dimension that depends on it evaluated. */
  Map<Transfer, Measures> transfers(Map<String, List<Split>> splits, EntitiesAt entities) {
    Map<Transfer, Measures> transfers = new LinkedHashMap<>();
    for (Step step : steps) {
      for (Split split : splits.getOrDefault(step.allocation().id(), List.of())) {
        for (Split.Row row : split.rows(step.column())) {
          transfers.merge(
              transfer(step, row.tuple(), entities), row.change().costs(), Measures::plus);
        }
      }
    }
    transfers.values().removeIf(Measures::isZero);
    return transfers;
  }

  /** What a row of a split of {@code step} is a part of. */
  Transfer transfer(Step step, AllocationTuple row, EntitiesAt entities) {
    return new Transfer(step.allocation().id(), row, elements(step, row, entities));
  }

  private SortedMap<String, String> elements(
      Step step, AllocationTuple tuple, EntitiesAt entities) {
    SortedMap<String, String> elements = new TreeMap<>();
    tuple
        .columns()
        .tailMap(SourceIds.USER)
        .forEach(
            (column, value) -> {
              if (column.startsWith(SourceIds.USER)) {
                elements.put(column.substring(SourceIds.USER.length()), value);
              }
            });
    if (step.dimensions().isEmpty()) {
      return elements;
    }
    Evaluation line = evaluate(tuple, entities);
    step.dimensions()
        .forEach(
            (dimension, source) -> {
              String element = line.value(source);
              if (element != null) {
                elements.put(dimension, element);
              }
            });
    return elements;
  }

  private BitSet allocationsBehind(Source source) {
    BitSet behind = new BitSet();
    for (Source dependency : definitions.dependencies(source)) {
      behind.or(upstreamOf(dependency));
      Integer number = numbers.get(dependency);
      if (number != null) {
        behind.set(number);
      }
    }
    return behind;
  }

  private BitSet upstreamOf(Source source) {
    return upstream.getOrDefault(source, new BitSet());
  }

  /** A tuple has the value of everything that depends on no allocation. */
  private Resolution resolution(Source source) {
    return upstreamOf(source).isEmpty()
        ? new Resolution.Column(source.id())
        : definitions.resolution(source);
  }

  private Step step(Source source) {
    Allocation allocation = allocation(source);
    int number = requireNonNull(numbers.get(source));
    Deque<Source> read = new ArrayDeque<>(allocation.reads());
    for (Source later : definitions.order()) {
      if (upstreamOf(later).get(number)) {
        read.addAll(reads(later));
      }
    }
    SortedSet<String> kept = new TreeSet<>();
    for (String filter : filterSources(allocation)) {
      Source known = sources.get(filter);
      if (known == null) {
        kept.add(filter);
      } else {
        read.add(known);
      }
    }
    kept.addAll(leaves(read));
    Set<String> behind = new HashSet<>();
    for (Source other : numbers.keySet()) {
      if (upstreamOf(source).get(requireNonNull(numbers.get(other)))) {
        behind.add(dimensionId(other));
        kept.add(other.id());
      }
    }
    return new Step(allocation, granuleOf(allocation), kept, behind, dimensions(source, kept));
  }

  private Map<String, Source> dimensions(Source source, SortedSet<String> kept) {
    BitSet chain = (BitSet) upstreamOf(source).clone();
    chain.set(requireNonNull(numbers.get(source)));
    Map<String, Source> dimensions = new LinkedHashMap<>();
    for (Source other : definitions.order()) {
      if (isGroupDimension(other) && upstreamOf(other).intersects(chain)) {
        SortedSet<String> needed = leaves(new ArrayDeque<>(reads(other)));
        numbers.keySet().forEach(any -> needed.remove(any.id()));
        if (kept.containsAll(needed)) {
          dimensions.put(dimensionId(other), other);
        }
      }
    }
    return dimensions;
  }

  private boolean isGroupDimension(Source source) {
    return source.id().startsWith(SourceIds.USER) && !numbers.containsKey(source);
  }

  /** What is read of a line; of an allocation, without what its streams read of usage. */
  private Collection<Source> reads(Source source) {
    return numbers.containsKey(source)
        ? allocation(source).reads()
        : definitions.dependencies(source);
  }

  private Allocation allocation(Source source) {
    return requireNonNull(definitions.allocationBehind(source));
  }

  private static String dimensionId(Source source) {
    return source.id().substring(SourceIds.USER.length());
  }

  /** What the sources come down to: columns, and what depends on no allocation. */
  private SortedSet<String> leaves(Deque<Source> read) {
    SortedSet<String> leaves = new TreeSet<>();
    Set<Source> seen = new HashSet<>();
    while (!read.isEmpty()) {
      Source source = read.pop();
      if (!seen.add(source)) {
        continue;
      }
      if (upstreamOf(source).isEmpty() || numbers.containsKey(source)) {
        leaves.add(source.id());
      } else {
        read.addAll(definitions.dependencies(source));
      }
    }
    return leaves;
  }

  private SortedSet<String> filterSources(Allocation allocation) {
    SortedSet<String> filters = new TreeSet<>();
    if (allocation.split() instanceof Allocation.ByStreams byStreams) {
      for (String stream : byStreams.streams()) {
        filters.addAll(streams.filterSources().getOrDefault(stream, new TreeSet<>()));
      }
    }
    return filters;
  }

  private Granule granuleOf(Allocation allocation) {
    if (allocation.split() instanceof Allocation.ByRules rules) {
      return rules.method() instanceof Allocation.Proportional proportional
          ? Granule.of(proportional.granularity())
          : Granule.BILLING_PERIOD;
    }
    Granule finest = Granule.BILLING_PERIOD;
    for (String stream : ((Allocation.ByStreams) allocation.split()).streams()) {
      Granularity known = streams.finest().get(stream);
      finest = known == null ? finest : Granule.finer(finest, Granule.of(known));
    }
    return finest;
  }

  /** A tuple as definitions see it. */
  private record TupleRow(AllocationTuple tuple, EntitiesAt entities) implements SourceRow {

    @Override
    public @Nullable String value(String source) {
      return tuple.columns().get(source);
    }

    @Override
    public @Nullable String entityAttribute(String kind, String key, String attribute) {
      Map<String, String> attributes = entities.attributes(kind, key, tuple.start());
      return attributes == null ? null : attributes.get(attribute);
    }
  }
}
