package io.tributary.dimensions.definitions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.Granularity;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of all splits, whatever the lines, the weights and their order. */
class AllocationLawsTest {

  /** Two independent allocations, one on top of the first, and streams that also select on it. */
  private static final String DEFINITIONS =
      """
      Entities:
        team: {Key: User:Defined:Owner}
      Streams:
        calls: {Meter: api.calls, Element: Tag:customer, Granularity: Daily, Filter: {Service: api}}
      Dimensions:
        Shared:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: {Method: Proportional, Granularity: UsageDaily}
            SpendToAllocate: {Source: Tag:team, Conditions: [Equals: platform]}
            AcrossElements: {GroupBy: {Source: Tag:team}}
            ForEachElementOf: {GroupBy: {Source: Region}}
          ElementCutoff: {ThresholdPercent: 20}
        Owner:
          GroupBy: {Sources: [User:Defined:Shared, Tag:team], CoalesceSources: true}
        Unit:
          GroupBy: {Source: Entity:team:unit}
        Customer:
          Type: Allocation
          AllocateByStreams: {Streams: [seats, calls]}
          Retain: [User:Defined:Owner]
        Office:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: Even
            SpendToAllocate: {Source: User:Defined:Owner, Conditions: [Equals: b]}
            AcrossElements: {GroupBy: {Source: Region}}
      """;

  private static final EntitiesAt ENTITIES = (kind, id, at) -> Map.of("unit", "unit of " + id);

  private final Definitions definitions = Try.load(DEFINITIONS);
  private final StreamFacts facts =
      StreamFacts.of(
          List.of(Pool.weight("seats", month(), Granularity.MONTHLY, "x", "1", filter())));
  private final AllocationPlan plan = definitions.allocationPlan(facts);

  private static String month() {
    return "2026-01-01T00:00:00Z";
  }

  private static Map<String, List<String>> filter() {
    return Map.of("Tag:team", List.of("a"));
  }

  /** A change of the content of a pool. */
  private interface Change {
    void apply(AllocationPool pool);
  }

  private record Lines(AllocationTuple tuple, TupleSum sum) implements Change {
    @Override
    public void apply(AllocationPool pool) {
      pool.add(tuple, sum);
    }
  }

  private List<Change> changes(Random random, int size) {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      AllocationTuple tuple = tuple(random);
      TupleSum sum = TupleSum.of(measures(random), 1);
      changes.add(new Lines(tuple, sum));
      if (random.nextInt(4) == 0) {
        // A line that comes and goes.
        AllocationTuple other = tuple(random);
        changes.add(new Lines(other, sum));
        changes.add(new Lines(other, sum.negate()));
      }
      if (random.nextInt(3) == 0) {
        StreamWeight calls =
            plan.usageWeights(
                    "api.calls",
                    new BigDecimal(random.nextInt(5)),
                    Instant.parse("2026-01-0" + (1 + random.nextInt(3)) + "T05:00:00Z"),
                    Try.row(definitions, "Tag:customer", "c" + random.nextInt(3)))
                .get(0);
        changes.add(pool -> pool.add(calls));
      }
    }
    StreamWeight seats = Pool.weight("seats", month(), Granularity.MONTHLY, "acme", "3", filter());
    changes.add(pool -> pool.put(seats));
    return changes;
  }

  private AllocationTuple tuple(Random random) {
    List<String> row = new ArrayList<>();
    row.addAll(
        List.of("Tag:team", List.of("platform", "platform", "a", "b", "c").get(random.nextInt(5))));
    if (random.nextInt(5) > 0) {
      row.addAll(List.of("Region", "r" + random.nextInt(2)));
    }
    row.addAll(List.of("Service", random.nextBoolean() ? "api" : "db"));
    Instant start = Instant.parse("2026-01-0" + (1 + random.nextInt(3)) + "T00:00:00Z");
    return plan.tuple(
        new AllocationLine(
            Try.row(definitions, row.toArray(String[]::new)),
            random.nextInt(5) == 0 ? "EUR" : "USD",
            random.nextBoolean() ? Basis.BILLED : Basis.ESTIMATED,
            BillingMonth.containing(Instant.parse(month())),
            start,
            start.plusSeconds(random.nextInt(3) == 0 ? 50 * 3600 : 3600)));
  }

  private static Measures measures(Random random) {
    return new Measures(amount(random), amount(random), amount(random), amount(random), Money.ZERO);
  }

  private static BigDecimal amount(Random random) {
    return BigDecimal.valueOf(random.nextInt(2_000_001) - 500_000, random.nextInt(19));
  }

  private static Map<Transfer, Measures> differences(AllocationPool pool) {
    Map<Transfer, Measures> differences = new HashMap<>();
    pool.changes().forEach((transfer, change) -> differences.put(transfer, change.difference()));
    return differences;
  }

  private AllocationPool pool() {
    return new AllocationPool(plan, ENTITIES);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void changesOneByOneInAnyOrderSumToTheAnswerAtOnce(long seed) {
    Random random = new Random(seed);
    List<Change> changes = changes(random, 40);
    AllocationPool atOnce = pool();
    changes.forEach(change -> change.apply(atOnce));
    Map<Transfer, Measures> expected = differences(atOnce);
    assertThat(expected).isNotEmpty();
    assertThat(atOnce.changes()).as("nothing changed since").isEmpty();

    Collections.shuffle(changes, random);
    AllocationPool oneByOne = pool();
    Map<Transfer, Measures> sum = new HashMap<>();
    for (Change change : changes) {
      change.apply(oneByOne);
      if (random.nextBoolean()) {
        add(sum, differences(oneByOne));
      }
    }
    add(sum, differences(oneByOne));
    assertThat(sum).isEqualTo(expected);
  }

  private static void add(Map<Transfer, Measures> sum, Map<Transfer, Measures> changes) {
    changes.forEach(
        (transfer, change) -> {
          assertThat(change.isZero()).isFalse();
          sum.merge(transfer, change, Measures::plus);
        });
    sum.values().removeIf(Measures::isZero);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28, 29, 30})
  void transfersOfAGranuleBalance(long seed) {
    AllocationPool pool = pool();
    changes(new Random(seed), 60).forEach(change -> change.apply(pool));
    Map<List<Object>, Measures> balances = new HashMap<>();
    differences(pool)
        .forEach(
            (transfer, measures) -> {
              AllocationTuple tuple = transfer.tuple();
              balances.merge(
                  List.of(
                      transfer.allocation(),
                      tuple.billingMonth(),
                      tuple.start(),
                      tuple.end(),
                      tuple.basis(),
                      tuple.currency()),
                  measures,
                  Measures::plus);
            });
    assertThat(balances.keySet())
        .extracting(key -> key.get(0))
        .contains("Shared", "Customer", "Office");
    assertThat(balances.values()).allMatch(Measures::isZero);
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33})
  void theNegatedLinesGiveTheNegatedTransfers(long seed) {
    Random random = new Random(seed);
    AllocationPool plus = pool();
    AllocationPool minus = pool();
    for (int i = 0; i < 60; i++) {
      AllocationTuple tuple = tuple(random);
      Measures measures = measures(random);
      plus.add(tuple, TupleSum.of(measures, 1));
      minus.add(tuple, TupleSum.of(measures.negate(), 1));
    }
    Map<Transfer, Measures> negated = new HashMap<>();
    differences(minus).forEach((transfer, change) -> negated.put(transfer, change.negate()));
    assertThat(negated).isNotEmpty().isEqualTo(differences(plus));
  }

  /** Every weight from -2 to 2 of up to four elements, every amount from -6 to 6 units. */
  @Test
  void allSmallSplitsAreExactSymmetricAndFair() {
    int splits = 0;
    for (int elements = 1; elements <= 4; elements++) {
      for (int code = 0; code < Math.pow(5, elements); code++) {
        SortedMap<String, BigDecimal> weights = new TreeMap<>();
        int rest = code;
        for (int element = 0; element < elements; element++, rest /= 5) {
          weights.put("e" + element, BigDecimal.valueOf(rest % 5 - 2));
        }
        BigDecimal sum = weights.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
        for (int units = -6; units <= 6 && sum.signum() != 0; units++, splits++) {
          assertIsExactSymmetricAndFair(weights, sum, BigDecimal.valueOf(units, 18));
        }
      }
    }
    assertThat(splits).isGreaterThan(8_000);
  }

  private static void assertIsExactSymmetricAndFair(
      SortedMap<String, BigDecimal> weights, BigDecimal sum, BigDecimal amount) {
    Shares shares = Shares.of(weights);
    SortedMap<String, BigDecimal> parts = shares.split(amount);
    assertThat(parts.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add))
        .isEqualByComparingTo(amount);
    shares
        .split(amount.negate())
        .forEach((element, part) -> assertThat(part.negate()).isEqualTo(parts.get(element)));
    parts.forEach(
        (element, part) -> {
          BigDecimal weight = requireNonNull(weights.get(element));
          // |part - amount * weight / sum| < 1 unit, without dividing.
          assertThat(part.multiply(sum).subtract(amount.multiply(weight)).abs())
              .isLessThan(sum.abs().movePointLeft(18));
        });
  }

  @Test
  void tenThousandElementsAreSplitToTheLastUnit() {
    Pool pool =
        new Pool(
            """
            Dimensions:
              Shared:
                Type: Allocation
                AllocateByRules:
                  AllocationMethod: Proportional
                  SpendToAllocate: {Source: Tag:team, Conditions: [Equals: platform]}
                  AcrossElements: {GroupBy: {Source: Tag:team}}
            """);
    AllocationPool large = new AllocationPool(pool.plan, EntitiesAt.NONE);
    Random random = new Random(7);
    large.add(line(pool, "platform"), TupleSum.of(Pool.all("1234.567890123456789"), 1));
    for (int i = 0; i < 10_000; i++) {
      large.add(line(pool, "t" + i), TupleSum.of(measures(random), 1));
    }
    Map<Transfer, Measures> transfers = differences(large);
    assertThat(transfers).hasSizeGreaterThan(9_900);
    assertThat(transfers.values().stream().reduce(Measures.ZERO, Measures::plus).isZero()).isTrue();
  }

  private static AllocationTuple line(Pool pool, String team) {
    return pool.plan.tuple(
        new AllocationLine(
            Try.row(pool.definitions, "Tag:team", team),
            "USD",
            Basis.BILLED,
            BillingMonth.containing(Instant.parse(month())),
            Instant.parse(month()),
            Instant.parse("2026-01-02T00:00:00Z")));
  }
}
