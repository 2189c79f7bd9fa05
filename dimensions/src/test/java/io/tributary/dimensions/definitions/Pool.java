package io.tributary.dimensions.definitions;

import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.Granularity;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A short way to put lines and weights into a pool and to look at what comes out. */
final class Pool {

  final Definitions definitions;
  final AllocationPlan plan;
  final AllocationPool pool;
  private final Map<Transfer, Measures> transfers = new LinkedHashMap<>();
  private final List<Line> lines = new ArrayList<>();

  private record Line(SourceRow row, Measures measures) {}

  Pool(String yaml) {
    this(yaml, EntitiesAt.NONE, List.of());
  }

  Pool(String yaml, EntitiesAt entities, List<StreamWeight> telemetry) {
    definitions = Try.load(yaml);
    plan = definitions.allocationPlan(StreamFacts.of(telemetry));
    pool = new AllocationPool(plan, entities, 1_000);
    telemetry.forEach(pool::put);
  }

  /** A billed line of a day in January 2026, all of whose costs are equal. */
  Pool line(String day, String cost, String... row) {
    return line("USD", Basis.BILLED, day, day, all(cost), row);
  }

  /** A line from one day to the end of another, or of an hour where {@code from} has a T. */
  Pool line(
      String currency, Basis basis, String from, String to, Measures measures, String... pairs) {
    EvalRow row = Try.row(definitions, pairs);
    pool.add(tuple(currency, basis, from, to, row), TupleSum.of(measures, 1));
    lines.add(new Line(row, measures));
    return this;
  }

  private AllocationTuple tuple(
      String currency, Basis basis, String from, String to, SourceRow row) {
    boolean hour = from.contains("T");
    Instant start = hour ? Instant.parse(from) : day(from);
    Instant end = hour ? start.plusSeconds(3600) : day(to).plusSeconds(24 * 3600);
    return plan.tuple(
        new AllocationLine(row, currency, basis, BillingMonth.parse("2026-01"), start, end));
  }

  private static Instant day(String day) {
    return LocalDate.parse(day).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  static Measures all(String cost) {
    BigDecimal amount = new BigDecimal(cost);
    return new Measures(amount, amount, amount, amount, Money.ZERO);
  }

  static StreamWeight weight(
      String stream, String start, Granularity granularity, String element, String value) {
    return weight(stream, start, granularity, element, value, Map.of());
  }

  static StreamWeight weight(
      String stream,
      String start,
      Granularity granularity,
      String element,
      String value,
      Map<String, List<String>> filter) {
    return new StreamWeight(
        stream,
        Instant.parse(start),
        granularity,
        element,
        StreamWeight.sets(filter),
        new BigDecimal(value));
  }

  /** What has come out of the pool in all. */
  Map<Transfer, Measures> transfers() {
    pool.changes()
        .forEach(
            (transfer, change) -> transfers.merge(transfer, change.difference(), Measures::plus));
    transfers.values().removeIf(Measures::isZero);
    return transfers;
  }

  /** Effective cost by element of a dimension, lines and transfers together; "" for none. */
  SortedMap<String, String> by(String dimension) {
    return by(List.of(dimension), Map.of());
  }

  /** The same by several dimensions, joined by |, of what has the elements given. */
  SortedMap<String, String> by(List<String> dimensions, Map<String, String> where) {
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    for (Line line : lines) {
      add(sums, dimensions, where, definitions.elements(line.row), line.measures);
    }
    transfers()
        .forEach(
            (transfer, measures) -> {
              if (concerns(transfer.allocation(), dimensions, where)) {
                add(sums, dimensions, where, transfer.elements(), measures);
              }
            });
    SortedMap<String, String> plain = new TreeMap<>();
    sums.forEach(
        (name, sum) -> {
          if (sum.signum() != 0) {
            plain.put(name, Money.plain(sum));
          }
        });
    return plain;
  }

  /** Whether one of the dimensions is the allocation, or depends on it. */
  private boolean concerns(String allocation, List<String> dimensions, Map<String, String> where) {
    List<String> asked = new ArrayList<>(dimensions);
    asked.addAll(where.keySet());
    return plan.steps().stream()
        .filter(
            step ->
                step.allocation().id().equals(allocation) || step.upstream().contains(allocation))
        .anyMatch(
            step ->
                asked.contains(step.allocation().id())
                    || asked.stream().anyMatch(step.dimensions()::containsKey));
  }

  private static void add(
      SortedMap<String, BigDecimal> sums,
      List<String> dimensions,
      Map<String, String> where,
      Map<String, String> elements,
      Measures measures) {
    for (Map.Entry<String, String> wanted : where.entrySet()) {
      if (!wanted.getValue().equals(orEmpty(elements.get(wanted.getKey())))) {
        return;
      }
    }
    String name =
        String.join(
            "|", dimensions.stream().map(dimension -> orEmpty(elements.get(dimension))).toList());
    sums.merge(name, measures.effective(), BigDecimal::add);
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** Expected amounts by name: name, amount, name, amount... */
  static SortedMap<String, String> amounts(String... pairs) {
    Map<String, String> amounts = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      amounts.put(pairs[i], pairs[i + 1]);
    }
    return new TreeMap<>(amounts);
  }
}
