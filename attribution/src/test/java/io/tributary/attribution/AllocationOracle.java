package io.tributary.attribution;

import io.tributary.dimensions.definitions.TupleSum;
import io.tributary.events.Basis;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntryKind;
import io.tributary.events.Granularity;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.TelemetryRecord;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The transfers of a set of inputs, worked out at once from the lines of {@link AttributionOracle}
 * in the order of {@code docs/semantics.md}. What the definitions allocate is told a second time,
 * in Java ({@link ToldAllocation}): nothing of the engine's plans, pools and shares is in it.
 */
final class AllocationOracle {

  private static final Map<String, String> ALIASES =
      Map.of("Account", "SubAccountId", "Resource", "ResourceId");

  private final AttributionOracle oracle;
  private final NetLedger net;

  private AllocationOracle(AttributionOracle oracle, NetLedger net) {
    this.oracle = oracle;
    this.net = net;
  }

  /**
   * The net ledger of {@code inputs}, with base entries and transfers.
   *
   * @param told the allocations of each text of definitions, in dependency order
   */
  static NetLedger net(
      Collection<? extends SpecificRecordBase> inputs, Map<String, List<ToldAllocation>> told) {
    NetLedger net = new NetLedger();
    AttributionOracle oracle = AttributionOracle.of(inputs);
    oracle.lines().forEach(line -> net.add(line.entry()));
    AllocationOracle allocations = new AllocationOracle(oracle, net);
    for (DefinitionsPublished published : oracle.definitions()) {
      allocations.allocate(published, told.getOrDefault(published.getYaml(), List.of()));
    }
    return net;
  }

  /** What lines have in common that are split as one. */
  record Tuple(
      String currency,
      Basis basis,
      YearMonth month,
      Instant start,
      Instant end,
      SortedMap<String, String> columns) {

    Tuple project(Set<String> among, Grain grain) {
      SortedMap<String, String> kept = new TreeMap<>(columns);
      kept.keySet().retainAll(among);
      boolean whole = grain == Grain.PERIOD;
      return new Tuple(
          currency,
          basis,
          month,
          whole ? first(month) : grain.floor(start),
          whole ? first(month.plusMonths(1)) : grain.ceiling(start, end),
          kept);
    }

    Tuple with(String column, String value) {
      SortedMap<String, String> more = new TreeMap<>(columns);
      more.put(column, value);
      return new Tuple(currency, basis, month, start, end, more);
    }
  }

  /** Periods of UTC, finest first. */
  enum Grain {
    HOUR,
    DAY,
    MONTH,
    PERIOD;

    static Grain of(Granularity granularity) {
      return values()[granularity.ordinal()];
    }

    Instant floor(Instant instant) {
      ZonedDateTime time = instant.atZone(ZoneOffset.UTC);
      ZonedDateTime hour = time.truncatedTo(ChronoUnit.HOURS);
      ZonedDateTime day = time.truncatedTo(ChronoUnit.DAYS);
      return (this == HOUR ? hour : this == DAY ? day : day.withDayOfMonth(1)).toInstant();
    }

    Instant next(Instant start) {
      ZonedDateTime time = start.atZone(ZoneOffset.UTC);
      return switch (this) {
        case HOUR -> time.plusHours(1).toInstant();
        case DAY -> time.plusDays(1).toInstant();
        default -> time.plusMonths(1).toInstant();
      };
    }

    /** The end of the last period that [start, end) lies in. */
    Instant ceiling(Instant start, Instant end) {
      Instant at = next(floor(start));
      while (at.isBefore(end)) {
        at = next(at);
      }
      return at;
    }
  }

  /** A row of a pool or of weights, as {@link ToldAllocation} sees it. */
  final class View {
    final Tuple tuple;

    View(Tuple tuple) {
      this.tuple = tuple;
    }

    @Nullable String get(String column) {
      return tuple.columns.get(column);
    }

    @Nullable String entity(String kind, @Nullable String id, String attribute) {
      Map<String, String> attributes = id == null ? null : oracle.attributes(kind, id, tuple.start);
      return attributes == null ? null : attributes.get(attribute);
    }
  }

  private record Weight(
      String stream,
      Instant start,
      Instant end,
      String element,
      SortedMap<String, SortedSet<String>> filter) {}

  private void allocate(DefinitionsPublished published, List<ToldAllocation> told) {
    List<AttributionOracle.Line> lines =
        oracle.lines().stream().filter(line -> published.equals(line.definitions())).toList();
    Map<String, Map<Tuple, TupleSum>> moved = new HashMap<>();
    for (ToldAllocation allocation : told) {
      Set<String> columns = columns(allocation);
      Grain grain = grain(allocation);
      Map<Tuple, TupleSum> sums = new LinkedHashMap<>();
      for (AttributionOracle.Line line : lines) {
        sums.merge(
            tuple(line).project(columns, grain),
            TupleSum.of(Measures.of(line.entry()), 1),
            TupleSum::plus);
      }
      for (String upstream : allocation.upstream) {
        moved
            .getOrDefault(upstream, Map.of())
            .forEach(
                (tuple, sum) -> sums.merge(tuple.project(columns, grain), sum, TupleSum::plus));
      }
      sums.values().removeIf(TupleSum::isNone);
      moved.put(allocation.id, split(published, allocation, grain, sums));
    }
  }

  private static Tuple tuple(AttributionOracle.Line line) {
    LedgerEntry entry = line.entry();
    SortedMap<String, String> columns = new TreeMap<>();
    put(columns, "ServiceName", entry.getServiceName());
    put(columns, "SubAccountId", entry.getSubAccountId());
    put(columns, "RegionId", entry.getRegionId());
    put(columns, "ResourceId", entry.getResourceId());
    entry.getElements().forEach((id, element) -> columns.put("User:Defined:" + id, element));
    return new Tuple(
        entry.getBillingCurrency(),
        entry.getBasis(),
        month(entry.getBillingPeriodStart()),
        entry.getChargePeriodStart(),
        entry.getChargePeriodEnd(),
        columns);
  }

  /** Told otherwise than by the engine: by whether the month is over within 14 hours. */
  private static YearMonth month(Instant periodStart) {
    ZonedDateTime start = periodStart.atZone(ZoneOffset.UTC);
    ZonedDateTime next = start.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).plusMonths(1);
    return YearMonth.from(start.isBefore(next.minusHours(14)) ? start : next);
  }

  private static Instant first(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private static void put(Map<String, String> columns, String column, @Nullable String value) {
    if (value != null) {
      columns.put(column, value);
    }
  }

  /** What the allocation takes away and adds, written to the ledger as well. */
  private Map<Tuple, TupleSum> split(
      DefinitionsPublished published,
      ToldAllocation allocation,
      Grain grain,
      Map<Tuple, TupleSum> sums) {
    Function<Tuple, @Nullable SortedMap<String, BigDecimal>> weigher =
        allocation.streams.isEmpty()
            ? byRules(allocation, grain, sums)
            : byStreams(published, allocation);
    Map<Tuple, TupleSum> moved = new LinkedHashMap<>();
    String column = "User:Defined:" + allocation.id;
    sums.forEach(
        (tuple, sum) -> {
          SortedMap<String, BigDecimal> weights = weigher.apply(tuple);
          if (weights != null && allocation.negativeWeighsNothing) {
            weights.replaceAll((element, weight) -> weight.max(BigDecimal.ZERO));
          }
          if (weights != null && total(weights).signum() != 0 && areWritten(sum, weights)) {
            TupleSum pool = TupleSum.of(sum.costs(), sum.lines());
            move(allocation, moved, tuple, pool.negate());
            parts(sum, weights)
                .forEach(
                    (element, part) ->
                        move(
                            allocation,
                            moved,
                            tuple.with(column, element),
                            TupleSum.of(part, sum.lines())));
          }
        });
    return moved;
  }

  private static BigDecimal total(Map<String, BigDecimal> weights) {
    return weights.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** Weights of both signs that nearly cancel may have parts of more than a thousand rows. */
  private static boolean areWritten(TupleSum sum, SortedMap<String, BigDecimal> weights) {
    boolean both =
        weights.values().stream().anyMatch(weight -> weight.signum() > 0)
            && weights.values().stream().anyMatch(weight -> weight.signum() < 0);
    return !both
        || parts(sum, weights).values().stream()
            .flatMap(part -> part.amounts().stream())
            .allMatch(AttributionOracle::isAThousandRowsAtMost);
  }

  private static SortedMap<String, Measures> parts(
      TupleSum sum, SortedMap<String, BigDecimal> weights) {
    List<BigDecimal> of = List.copyOf(weights.values());
    List<BigDecimal> billed = AttributionOracle.split(sum.billed(), of);
    List<BigDecimal> effective = AttributionOracle.split(sum.effective(), of);
    List<BigDecimal> list = AttributionOracle.split(sum.list(), of);
    List<BigDecimal> contracted = AttributionOracle.split(sum.contracted(), of);
    SortedMap<String, Measures> parts = new TreeMap<>();
    int i = 0;
    for (String element : weights.keySet()) {
      Measures part =
          new Measures(
              billed.get(i),
              effective.get(i),
              list.get(i),
              contracted.get(i),
              BigDecimal.ZERO.setScale(18));
      if (!part.isZero()) {
        parts.put(element, part);
      }
      i++;
    }
    return parts;
  }

  private void move(
      ToldAllocation allocation, Map<Tuple, TupleSum> moved, Tuple tuple, TupleSum sum) {
    moved.merge(tuple, sum, TupleSum::plus);
    LedgerEntry entry = new LedgerEntry();
    entry.setTenantId(Records.TENANT);
    entry.setEntryKind(EntryKind.TRANSFER);
    entry.setAllocation(allocation.id);
    entry.setBasis(tuple.basis);
    entry.setBillingCurrency(tuple.currency);
    entry.setBillingPeriodStart(first(tuple.month));
    entry.setChargePeriodStart(tuple.start);
    entry.setChargePeriodEnd(tuple.end);
    entry.setServiceName(tuple.columns.get("ServiceName"));
    entry.setSubAccountId(tuple.columns.get("SubAccountId"));
    entry.setRegionId(tuple.columns.get("RegionId"));
    entry.setResourceId(tuple.columns.get("ResourceId"));
    Map<String, String> elements = new TreeMap<>();
    tuple.columns.forEach(
        (column, value) -> {
          if (column.startsWith("User:Defined:")) {
            elements.put(column.substring("User:Defined:".length()), value);
          }
        });
    allocation.dependants.forEach(
        (id, element) -> put(elements, id, element.apply(new View(tuple))));
    entry.setElements(elements);
    sum.costs().writeTo(entry);
    net.add(entry);
  }

  /** Weights of what is not in the pool, by the granule it starts in. */
  private Function<Tuple, @Nullable SortedMap<String, BigDecimal>> byRules(
      ToldAllocation allocation, Grain grain, Map<Tuple, TupleSum> sums) {
    Map<List<@Nullable Object>, SortedMap<String, TupleSum>> present = new HashMap<>();
    sums.forEach(
        (tuple, sum) -> {
          View view = new View(tuple);
          String element = allocation.element.apply(view);
          if (!allocation.pool.test(view) && element != null) {
            present
                .computeIfAbsent(place(allocation, view, tuple.start), place -> new TreeMap<>())
                .merge(element, sum, TupleSum::plus);
          }
        });
    return tuple -> {
      View view = new View(tuple);
      if (!allocation.pool.test(view)) {
        return null;
      } else if (!allocation.fixed.isEmpty()) {
        return allocation.fixed;
      } else if (allocation.partition != null && allocation.partition.apply(view) == null) {
        return new TreeMap<>();
      }
      SortedMap<String, TupleSum> all = new TreeMap<>();
      Instant start = tuple.start;
      do {
        present
            .getOrDefault(place(allocation, view, start), new TreeMap<>())
            .forEach((element, sum) -> all.merge(element, sum, TupleSum::plus));
        start = grain == Grain.PERIOD ? tuple.end : grain.next(start);
      } while (start.isBefore(tuple.end));
      SortedMap<String, BigDecimal> weights = new TreeMap<>();
      all.forEach(
          (element, sum) -> {
            if (sum.lines() > 0) {
              weights.put(element, allocation.weight.apply(sum));
            }
          });
      return weights;
    };
  }

  private static List<@Nullable Object> place(ToldAllocation allocation, View view, Instant start) {
    List<@Nullable Object> place = new ArrayList<>();
    place.add(view.tuple.currency);
    place.add(view.tuple.month);
    place.add(start);
    place.add(allocation.partition == null ? null : allocation.partition.apply(view));
    return place;
  }

  private Function<Tuple, @Nullable SortedMap<String, BigDecimal>> byStreams(
      DefinitionsPublished published, ToldAllocation allocation) {
    Map<Weight, BigDecimal> weights = new HashMap<>();
    for (TelemetryRecord record : oracle.telemetry()) {
      Grain grain = Grain.of(record.getGranularity());
      Instant start = record.getPeriodStart();
      weights.merge(
          new Weight(record.getStream(), start, grain.next(start), element(record), filter(record)),
          record.getValue(),
          BigDecimal::add);
    }
    for (AttributionOracle.Used used : oracle.usage()) {
      for (ToldAllocation.UsageStream stream : allocation.usageStreams) {
        String element = stream.element().apply(used.line());
        if (element != null
            && used.meter().equals(stream.meter())
            && published.equals(used.line().definitions())) {
          Instant start = stream.grain().floor(used.line().charge().getChargePeriodStart());
          weights.merge(
              new Weight(
                  stream.name(), start, stream.grain().next(start), element, stream.filter()),
              used.quantity(),
              BigDecimal::add);
        }
      }
    }
    weights.values().removeIf(value -> value.signum() == 0);
    Map<String, List<Map.Entry<Weight, BigDecimal>>> byStream = new HashMap<>();
    weights
        .entrySet()
        .forEach(
            weight ->
                byStream
                    .computeIfAbsent(weight.getKey().stream, name -> new ArrayList<>())
                    .add(weight));
    return tuple -> {
      for (String stream : allocation.streams) {
        SortedMap<String, BigDecimal> found = new TreeMap<>();
        for (Map.Entry<Weight, BigDecimal> weight : byStream.getOrDefault(stream, List.of())) {
          if (selects(weight.getKey(), tuple)) {
            found.merge(weight.getKey().element, weight.getValue(), BigDecimal::add);
          }
        }
        if (!found.isEmpty()) {
          return found;
        }
      }
      return null;
    };
  }

  private static boolean selects(Weight weight, Tuple tuple) {
    long months =
        ChronoUnit.MONTHS.between(
            Grain.MONTH.floor(weight.start).atZone(ZoneOffset.UTC),
            first(tuple.month).atZone(ZoneOffset.UTC));
    return weight.start.isBefore(tuple.end)
        && weight.end.isAfter(tuple.start)
        && months >= -1
        && months <= 3
        && weight.filter.entrySet().stream()
            .allMatch(
                wanted -> {
                  String value = tuple.columns.get(wanted.getKey());
                  return value != null && wanted.getValue().contains(value);
                });
  }

  /** The filter of a record under the names that columns are kept by, without an order. */
  static SortedMap<String, SortedSet<String>> filter(TelemetryRecord record) {
    SortedMap<String, SortedSet<String>> filter = new TreeMap<>();
    record
        .getFilter()
        .forEach(
            (source, values) -> {
              String column = ALIASES.getOrDefault(source, source);
              SortedSet<String> kept = filter.computeIfAbsent(column, c -> new TreeSet<>());
              kept.clear();
              values.forEach(
                  value ->
                      kept.add(
                          column.equals("ResourceId") ? AttributionOracle.resource(value) : value));
            });
    return filter;
  }

  private static String element(TelemetryRecord record) {
    return AttributionOracle.resource(record.getElement());
  }

  private Set<String> columns(ToldAllocation allocation) {
    Set<String> columns = new TreeSet<>(allocation.columns);
    oracle.telemetry().stream()
        .filter(record -> allocation.streams.contains(record.getStream()))
        .forEach(record -> columns.addAll(filter(record).keySet()));
    allocation.usageStreams.forEach(stream -> columns.addAll(stream.filter().keySet()));
    return columns;
  }

  /** Of an allocation by streams, that of the finest of them that is known. */
  private Grain grain(ToldAllocation allocation) {
    return Stream.of(
            Stream.of(allocation.grain),
            oracle.telemetry().stream()
                .filter(record -> allocation.streams.contains(record.getStream()))
                .map(record -> Grain.of(record.getGranularity())),
            allocation.usageStreams.stream().map(ToldAllocation.UsageStream::grain))
        .flatMap(grains -> grains)
        .min(Grain::compareTo)
        .orElseThrow();
  }
}
