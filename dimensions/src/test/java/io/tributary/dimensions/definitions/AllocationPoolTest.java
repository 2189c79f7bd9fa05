package io.tributary.dimensions.definitions;

import static io.tributary.dimensions.definitions.Pool.all;
import static io.tributary.dimensions.definitions.Pool.amounts;
import static io.tributary.dimensions.definitions.Pool.weight;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import io.tributary.events.Granularity;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What allocations answer, each checked by hand. */
class AllocationPoolTest {

  private static final String DAY = "2026-01-05";

  private static String shared(String method, String more) {
    return """
    Dimensions:
      Shared:
        Type: Allocation
        AllocateByRules:
          AllocationMethod: %s
          SpendToAllocate: {Source: Tag:team, Conditions: [Equals: platform]}
          AcrossElements:
            GroupBy: {Source: Tag:team}
    %s"""
        .formatted(method, more.indent(4));
  }

  @Test
  void splitsInProportionToTheCostOfOtherLines() {
    Pool pool =
        new Pool(shared("Proportional", ""))
            .line(DAY, "10", "Tag:team", "platform")
            .line(DAY, "60", "Tag:team", "search")
            .line(DAY, "20", "Tag:team", "web")
            .line(DAY, "5");
    assertThat(pool.by("Shared")).isEqualTo(amounts("search", "7.5", "web", "2.5", "", "85"));
  }

  @Test
  void splitsEvenlyOverElementsThatHaveALine() {
    Pool pool =
        new Pool(shared("Even", ""))
            .line(DAY, "10", "Tag:team", "platform")
            .line(DAY, "60", "Tag:team", "search")
            .line(DAY, "0", "Tag:team", "web");
    assertThat(pool.by("Shared")).isEqualTo(amounts("search", "5", "web", "5", "", "60"));
  }

  @Test
  void splitsEvenlyOverElementsThatAreNamedWithOrWithoutALine() {
    Pool pool =
        new Pool(shared("{Method: Even, Elements: [search, web, idle]}", ""))
            .line(DAY, "1000", "Tag:team", "platform")
            .line(DAY, "9", "Tag:team", "platform")
            .line(DAY, "60", "Tag:team", "search")
            .line(DAY, "7", "Tag:team", "not named");
    assertThat(pool.by("Shared"))
        .isEqualTo(
            amounts(
                "idle",
                "336.333333333333333334",
                "search",
                "336.333333333333333333",
                "web",
                "336.333333333333333333",
                "",
                "67"));
  }

  /**
   * Credits of a team are more than its usage; it pays less than nothing, unless told otherwise.
   */
  private static Pool withCredits(String more) {
    return new Pool(shared("Proportional", more))
        .line(DAY, "9", "Tag:team", "platform")
        .line(DAY, "16", "Tag:team", "search")
        .line(DAY, "2", "Tag:team", "web")
        .line(DAY, "-5", "Tag:team", "web")
        .line(DAY, "5", "Tag:team", "data");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NegativeWeights: keep"})
  void aWeightBelowZeroIsKeptUnlessToldOtherwise(String more) {
    Pool pool = withCredits(more);
    assertThat(pool.by("Shared"))
        .isEqualTo(amounts("search", "8", "data", "2.5", "web", "-1.5", "", "18"));
    assertThat(pool.pool.negativeWeights())
        .extracting(NegativeWeight::sentence)
        .containsExactly(
            "allocation 'Shared', 2026-01 USD: 'web' weighs -3, so it gets less than nothing and"
                + " others more than their share");
  }

  @Test
  void aWeightBelowZeroCountsNothingWhereToldSo() {
    Pool pool = withCredits("NegativeWeights: zero");
    assertThat(pool.by("Shared"))
        .isEqualTo(
            amounts("search", "6.857142857142857143", "data", "2.142857142857142857", "", "18"));
    assertThat(pool.pool.negativeWeights()).isEmpty();
    assertThat(pool.pool.splits())
        .singleElement()
        .satisfies(
            split -> {
              assertThat(split.weights().countedAsZero().toString())
                  .isEqualTo("{web=-3.000000000000000000}");
              assertThat(split.weights().byElement()).containsEntry("web", BigDecimal.ZERO);
            });
  }

  @Test
  void whatIsBelowZeroIsCountedBeforeSmallElementsAreCut() {
    Pool pool = withCredits("NegativeWeights: zero\nElementCutoff: {ThresholdPercent: 25}");
    assertThat(pool.by("Shared")).isEqualTo(amounts("search", "9", "", "18"));
  }

  @Test
  void aPoolStaysWhereAllWeightsCountNothing() {
    Pool pool =
        new Pool(shared("Proportional", "NegativeWeights: zero"))
            .line(DAY, "9", "Tag:team", "platform")
            .line(DAY, "-16", "Tag:team", "search")
            .line(DAY, "-2", "Tag:team", "web");
    assertThat(pool.by("Shared")).isEqualTo(amounts("", "-9"));
    assertThat(pool.pool.splits())
        .extracting(Split::stayed)
        .containsExactly(Split.Stayed.WEIGHTS_SUM_TO_ZERO);
  }

  @ParameterizedTest
  @CsvSource({"zero, 6, ''", "keep, 9, -3"})
  void weightsOfTelemetryMayBeBelowZeroToo(String negative, String search, String web) {
    Pool pool =
        new Pool(
                """
                Dimensions:
                  Customer:
                    Type: Allocation
                    AllocateByStreams: {Streams: [calls]}
                    NegativeWeights: %s
                """
                    .formatted(negative),
                EntitiesAt.NONE,
                List.of(
                    Pool.weight("calls", "2026-01-05T00:00:00Z", Granularity.DAILY, "search", "3"),
                    Pool.weight("calls", "2026-01-05T00:00:00Z", Granularity.DAILY, "web", "-1")))
            .line(DAY, "6", "Service", "api");
    assertThat(pool.by("Customer"))
        .isEqualTo(
            web.isEmpty() ? amounts("search", search) : amounts("search", search, "web", web));
    assertThat(pool.pool.negativeWeights())
        .extracting(NegativeWeight::sentence)
        .isEqualTo(
            web.isEmpty()
                ? List.of()
                : List.of(
                    "allocation 'Customer', 2026-01 USD: 'web' weighs -1 of stream 'calls', so it"
                        + " gets less than nothing and others more than their share"));
  }

  @Test
  void theLowestWeightOfEachMonthAndCurrencyIsToldOf() {
    Pool pool = withCredits("");
    pool.line(DAY, "-4", "Tag:team", "data").line(DAY, "-9", "Tag:team", "data");
    for (String cost : List.of("2", "-7")) {
      pool.line(
          "EUR", Basis.BILLED, DAY, DAY, Pool.all(cost), "Tag:team", cost.equals("2") ? "a" : "b");
    }
    pool.line("EUR", Basis.ESTIMATED, DAY, DAY, Pool.all("1"), "Tag:team", "platform");
    pool.line("CHF", Basis.BILLED, DAY, DAY, Pool.all("-1"), "Tag:team", "no pool to split");
    pool.transfers();
    assertThat(pool.pool.negativeWeights())
        .extracting(weight -> weight.currency() + " " + weight.element())
        .containsExactlyInAnyOrder("USD data", "EUR b");
  }

  @Test
  void splitsByFixedPercentages() {
    Pool pool =
        new Pool(shared("{Method: Fixed, Percentages: {search: 62.5, web: 37.5, none: 0}}", ""))
            .line(DAY, "8", "Tag:team", "platform");
    assertThat(pool.by("Shared")).isEqualTo(amounts("search", "5", "web", "3"));
  }

  @Test
  void oneRatioServesAllMeasures() {
    BigDecimal one = BigDecimal.ONE;
    Measures measures =
        new Measures(one, new BigDecimal(30), new BigDecimal(-2), new BigDecimal(4), one);
    Pool pool =
        new Pool(shared("{Method: Proportional, CostType: BilledCost}", ""))
            .line("USD", Basis.BILLED, DAY, DAY, measures, "Tag:team", "platform")
            .line(DAY, "3", "Tag:team", "search")
            .line(DAY, "1", "Tag:team", "web");
    assertThat(pool.transfers().values())
        .as("off the pool, onto search, onto web; the quantity stays")
        .extracting(
            m -> Money.plain(m.billed()),
            m -> Money.plain(m.effective()),
            m -> Money.plain(m.list()),
            m -> Money.plain(m.contracted()),
            m -> Money.plain(m.quantity()))
        .containsExactly(
            tuple("-1", "-30", "2", "-4", "0"),
            tuple("0.75", "22.5", "-1.5", "3", "0"),
            tuple("0.25", "7.5", "-0.5", "1", "0"));
  }

  @Test
  void usageAmountWeighsByQuantity() {
    Measures three =
        new Measures(Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, new BigDecimal(3));
    Pool pool =
        new Pool(shared("{Method: Proportional, CostType: UsageAmount}", ""))
            .line(DAY, "8", "Tag:team", "platform")
            .line("USD", Basis.BILLED, DAY, DAY, three, "Tag:team", "search")
            .line(
                "USD",
                Basis.BILLED,
                DAY,
                DAY,
                new Measures(Money.ZERO, Money.ZERO, Money.ZERO, Money.ZERO, BigDecimal.ONE),
                "Tag:team",
                "web");
    assertThat(pool.by("Shared")).isEqualTo(amounts("search", "6", "web", "2"));
  }

  @Test
  void bothBasesAreWeightButEachIsSplitOnItsOwn() {
    Pool pool =
        new Pool(shared("Proportional", ""))
            .line("USD", Basis.BILLED, DAY, DAY, all("4"), "Tag:team", "platform")
            .line("USD", Basis.ESTIMATED, DAY, DAY, all("8"), "Tag:team", "platform")
            .line("USD", Basis.BILLED, DAY, DAY, all("3"), "Tag:team", "search")
            .line("USD", Basis.ESTIMATED, DAY, DAY, all("1"), "Tag:team", "web");
    assertThat(pool.by("Shared")).isEqualTo(amounts("search", "9", "web", "3", "", "4"));
    assertThat(pool.transfers().entrySet())
        .filteredOn(entry -> "search".equals(entry.getKey().elements().get("Shared")))
        .extracting(
            entry -> entry.getKey().tuple().basis(),
            entry -> Money.plain(entry.getValue().billed()))
        .containsExactlyInAnyOrder(tuple(Basis.BILLED, "3"), tuple(Basis.ESTIMATED, "6"));
  }

  @Test
  void currenciesDoNotWeighOnEachOther() {
    Pool pool =
        new Pool(shared("Proportional", ""))
            .line("USD", Basis.BILLED, DAY, DAY, all("4"), "Tag:team", "platform")
            .line("EUR", Basis.BILLED, DAY, DAY, all("100"), "Tag:team", "web")
            .line("USD", Basis.BILLED, DAY, DAY, all("1"), "Tag:team", "search");
    assertThat(pool.by("Shared")).isEqualTo(amounts("search", "4", "", "101"));
  }

  @Test
  void whatHasNoWeightsStaysWhereItWas() {
    Pool nobody = new Pool(shared("Proportional", "")).line(DAY, "10", "Tag:team", "platform");
    assertThat(nobody.transfers()).isEmpty();
    assertThat(nobody.pool.splits())
        .singleElement()
        .satisfies(split -> assertThat(split.stayed()).isEqualTo(Split.Stayed.NO_WEIGHTS));

    Pool cancelling =
        new Pool(shared("Proportional", ""))
            .line(DAY, "10", "Tag:team", "platform")
            .line(DAY, "2", "Tag:team", "search")
            .line(DAY, "-2", "Tag:team", "web");
    assertThat(cancelling.transfers()).isEmpty();
    assertThat(cancelling.pool.splits())
        .singleElement()
        .satisfies(split -> assertThat(split.stayed()).isEqualTo(Split.Stayed.WEIGHTS_SUM_TO_ZERO));
  }

  @Test
  void poolsAndWeightsMayBeNegative() {
    Pool pool =
        new Pool(shared("Proportional", ""))
            .line(DAY, "-10", "Tag:team", "platform")
            .line(DAY, "-3", "Tag:team", "search")
            .line(DAY, "8", "Tag:team", "web");
    assertThat(pool.by("Shared")).isEqualTo(amounts("search", "6", "web", "-16", "", "5"));
  }

  @Test
  void splitsSeparatelyWithinEachElementOfAnother() {
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
                      ForEachElementOf: {GroupBy: {Source: Region}}
                """)
            .line(DAY, "10", "Tag:team", "platform", "Region", "eu")
            .line(DAY, "20", "Tag:team", "platform", "Region", "us")
            .line(DAY, "40", "Tag:team", "platform", "Region", "ap")
            .line(DAY, "80", "Tag:team", "platform")
            .line(DAY, "1", "Tag:team", "search", "Region", "eu")
            .line(DAY, "1", "Tag:team", "search", "Region", "us")
            .line(DAY, "3", "Tag:team", "web", "Region", "us")
            .line(DAY, "5", "Tag:team", "web");
    assertThat(pool.by("Shared"))
        .as("nobody is in ap, and lines without a region are in no partition")
        .isEqualTo(amounts("search", "15", "web", "15", "", "130"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ThresholdPercent: 10}             | 50,33.333333333333333333,16.666666666666666667",
        "{ThresholdPercent: 10, Name: rest} | 45,30,15,rest,10",
        "{ThresholdPercent: 3}              | 46.391752577319587629,30.927835051546391753,15.463917525773195876,7.216494845360824742",
        "{ThresholdPercent: 0}              | 45,30,15,7,3",
        "{ThresholdPercent: 60}             | 100",
        "{ThresholdPercent: 60, Name: b}    | 45,55",
      })
  void smallElementsAreCutOff(String cutoff, String expected) {
    Pool pool = new Pool(shared("Proportional", "ElementCutoff: " + cutoff));
    pool.line(DAY, "100", "Tag:team", "platform");
    String[] names = {"a", "b", "c", "d", "e"};
    String[] costs = {"45", "30", "15", "7", "3"};
    for (int i = 0; i < names.length; i++) {
      pool.line(DAY, costs[i], "Tag:team", names[i]);
    }
    String[] parts = expected.split(",");
    Map<String, String> wanted = new TreeMap<>(Map.of("", "100"));
    int name = 0;
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].equals("rest")) {
        wanted.put("rest", parts[++i]);
      } else {
        wanted.put(names[name++], parts[i]);
      }
    }
    assertThat(pool.by("Shared")).isEqualTo(wanted);
  }

  @Test
  void dailyWeightsAreOfTheDayAndALongerLineHasThoseOfAllItsDays() {
    Pool pool =
        new Pool(shared("{Method: Proportional, Granularity: UsageDaily}", ""))
            .line("2026-01-05", "10", "Tag:team", "platform")
            .line("USD", Basis.BILLED, "2026-01-05", "2026-01-06", all("8"), "Tag:team", "platform")
            .line("2026-01-05", "1", "Tag:team", "search")
            .line("2026-01-06", "3", "Tag:team", "web")
            .line("2026-01-07", "100", "Tag:team", "late");
    assertThat(pool.by("Shared")).isEqualTo(amounts("search", "12", "web", "6", "", "104"));
  }

  private static final String STREAMS =
      """
      Dimensions:
        Tenants:
          Type: Allocation
          AllocateByStreams: {Streams: [requests, seats]}
          Retain: []
      """;

  @Test
  void aSplitOfABillingPeriodIsOfTheUtcMonthWheneverItsLinesAre() {
    Pool pool =
        new Pool(shared("Proportional", ""))
            .line("2026-01-05", "10", "Tag:team", "platform")
            .line("USD", Basis.BILLED, "2025-12-31", "2026-02-03", all("2"), "Tag:team", "platform")
            .line("2026-01-20", "3", "Tag:team", "web");
    assertThat(pool.by("Shared")).isEqualTo(amounts("web", "12", "", "3"));
    assertThat(pool.transfers().keySet())
        .extracting(transfer -> transfer.tuple().start(), transfer -> transfer.tuple().end())
        .containsOnly(
            tuple(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2026-02-01T00:00:00Z")));
  }

  @ParameterizedTest(name = "{0} sees a weight of {1}: {2}")
  @CsvSource({
    "2026-03, 2025-11-30T23:00:00Z, false",
    "2026-03, 2025-12-01T00:00:00Z, true",
    "2026-03, 2026-03-15T12:00:00Z, true",
    "2026-03, 2026-04-30T23:00:00Z, true",
    "2026-03, 2026-05-01T00:00:00Z, false",
    "2026-01, 2025-10-01T00:00:00Z, true",
    "2026-01, 2025-09-30T23:59:59Z, false",
  })
  void weightsAreSeenFromAMonthBeforeTheirOwnToThreeAfter(
      String month, Instant weight, boolean seen) {
    assertThat(AllocationPool.sees(BillingMonth.parse(month), weight)).isEqualTo(seen);
  }

  @Test
  void theFirstStreamWithMatchingRecordsDecides() {
    List<StreamWeight> telemetry =
        List.of(
            weight(
                "requests",
                "2026-01-05T00:00:00Z",
                Granularity.DAILY,
                "acme",
                "3",
                Map.of("Tag:team", List.of("api", "web"))),
            weight(
                "requests",
                "2026-01-05T00:00:00Z",
                Granularity.DAILY,
                "zeta",
                "1",
                Map.of("Tag:team", List.of("api"))),
            weight("seats", "2026-01-01T00:00:00Z", Granularity.MONTHLY, "zeta", "7"));
    Pool pool =
        new Pool(STREAMS, EntitiesAt.NONE, telemetry)
            .line("2026-01-05", "8", "Tag:team", "api")
            .line("2026-01-05", "5", "Tag:team", "web")
            .line("2026-01-05", "2", "Tag:team", "other")
            .line("2026-01-06", "1", "Tag:team", "api");
    assertThat(pool.by("Tenants")).isEqualTo(amounts("acme", "11", "zeta", "5"));
    pool.pool.put(
        weight(
            "requests",
            "2026-01-05T00:00:00Z",
            Granularity.DAILY,
            "acme",
            "0",
            Map.of("Tag:team", List.of("api", "web"))));
    assertThat(pool.by("Tenants")).as("value 0 withdraws").isEqualTo(amounts("zeta", "16"));
  }

  @Test
  void whatNoRecordMatchesIsNotInThePool() {
    Pool pool =
        new Pool(
                STREAMS,
                EntitiesAt.NONE,
                List.of(weight("requests", "2026-01-05T00:00:00Z", Granularity.HOURLY, "a", "1")))
            .line("USD", Basis.BILLED, "2026-01-05T00:00:00Z", "", all("4"))
            .line("USD", Basis.BILLED, "2026-01-05T01:00:00Z", "", all("2"))
            .line("2026-01-05", "1");
    assertThat(pool.by("Tenants")).isEqualTo(amounts("a", "5", "", "2"));
    assertThat(pool.pool.splits()).hasSize(2);
  }

  @Test
  void aRatePricesUsageAndTheRestGoesToTheDefaultElement() {
    String yaml =
        """
        Dimensions:
          Tenants:
            Type: Allocation
            AllocateByStreams:
              Streams: [requests]
              Rate: {Type: Fixed, Value: 0.5, DefaultElement: rest}
        """;
    List<StreamWeight> telemetry =
        List.of(
            weight("requests", "2026-01-01T00:00:00Z", Granularity.MONTHLY, "acme", "4"),
            weight("requests", "2026-01-01T00:00:00Z", Granularity.MONTHLY, "zeta", "10"));
    Pool pool =
        new Pool(yaml, EntitiesAt.NONE, telemetry)
            .line(DAY, "6", "Service", "s3")
            .line("USD", Basis.ESTIMATED, DAY, DAY, all("4"), "Service", "ec2");
    assertThat(pool.by("Tenants"))
        .as("usage is priced once, whatever the number of lines and bases")
        .isEqualTo(amounts("acme", "2", "zeta", "5", "rest", "3"));
    Pool dear = new Pool(yaml, EntitiesAt.NONE, telemetry).line(DAY, "4", "Service", "s3");
    assertThat(dear.by("Tenants")).isEqualTo(amounts("acme", "2", "zeta", "5", "rest", "-3"));
  }

  @Test
  void usageMakesAStream() {
    String yaml =
        """
        Streams:
          tokens:
            {Meter: llm.tokens, Element: Tag:customer, Granularity: Daily, Filter: {Service: llm}}
        Dimensions:
          Customer:
            Type: Allocation
            AllocateByStreams: {Streams: [tokens]}
        """;
    Pool pool = new Pool(yaml).line(DAY, "10", "Service", "llm").line(DAY, "1", "Service", "s3");
    for (String customer : List.of("acme", "zeta", "zeta", "zeta")) {
      pool.plan
          .usageWeights(
              "llm.tokens",
              BigDecimal.TEN,
              Instant.parse("2026-01-05T13:00:00Z"),
              Try.row(pool.definitions, "Tag:customer", customer))
          .forEach(pool.pool::add);
    }
    assertThat(pool.by("Customer")).isEqualTo(amounts("acme", "2.5", "zeta", "7.5", "", "1"));
    assertThatThrownBy(
            () ->
                pool.pool.put(
                    weight("tokens", "2026-01-05T00:00:00Z", Granularity.HOURLY, "a", "1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static final String MULTI_LEVEL =
      """
      Entities:
        team: {Key: User:Defined:Shared}
      Dimensions:
        Shared:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: Proportional
            SpendToAllocate: {Source: Tag:team, Conditions: [Equals: platform]}
            AcrossElements: {GroupBy: {Source: Tag:team}}
        Owner:
          GroupBy: {Sources: [User:Defined:Shared, Tag:team], CoalesceSources: true}
        Unit:
          GroupBy: {Source: Entity:team:unit}
          DefaultValue: none
        Tenant:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: {Method: Fixed, Percentages: {acme: 75, zeta: 25}}
            SpendToAllocate: {Source: User:Defined:Owner, Conditions: [Equals: search]}
      """;

  @Test
  void dimensionsThatReadAnAllocationAreEvaluatedOnItsTransfers() {
    EntitiesAt entities =
        (kind, id, instant) -> Map.of("unit", id.equals("search") ? "core" : "front");
    Pool pool =
        new Pool(MULTI_LEVEL, entities, List.of())
            .line(DAY, "10", "Tag:team", "platform")
            .line(DAY, "60", "Tag:team", "search")
            .line(DAY, "40", "Tag:team", "web");
    assertThat(pool.by("Owner")).isEqualTo(amounts("search", "66", "web", "44"));
    assertThat(pool.by("Unit"))
        .as("lines that are not split belong to no team of the entity")
        .isEqualTo(amounts("core", "6", "front", "4", "none", "100"));
  }

  @Test
  void anAllocationMaySelectOnWhatAnotherDecides() {
    Pool pool =
        new Pool(MULTI_LEVEL)
            .line(DAY, "10", "Tag:team", "platform")
            .line(DAY, "60", "Tag:team", "search")
            .line(DAY, "40", "Tag:team", "web");
    assertThat(pool.by("Tenant")).isEqualTo(amounts("acme", "49.5", "zeta", "16.5", "", "44"));
    assertThat(pool.by(List.of("Owner", "Tenant"), Map.of()))
        .isEqualTo(amounts("search|acme", "49.5", "search|zeta", "16.5", "web|", "44"));
  }

  @Test
  void aSplitThatIsTooLargeIsNotAttempted() {
    Pool pool = new Pool(shared("Even", "Retain: [Tag:x]"));
    for (int i = 0; i < 100; i++) {
      pool.line(DAY, "1", "Tag:team", "t" + i);
    }
    for (int i = 0; i < 10; i++) {
      pool.line(DAY, "1", "Tag:team", "platform", "Tag:x", "x" + i);
    }
    assertThat(pool.pool.changes()).as("1,000 tuples x elements").isNotEmpty();
    pool.line(DAY, "1", "Tag:team", "platform", "Tag:x", "x10");
    assertThat(pool.transfers().values()).allMatch(m -> m.effective().signum() != 0);
    assertThat(pool.pool.splits())
        .allSatisfy(split -> assertThat(split.stayed()).isEqualTo(Split.Stayed.TOO_LARGE));
  }

  @Test
  void aPoolOfMoreThanARowHoldsIsSplit() {
    String most = "99999999999999999999";
    Pool pool =
        new Pool(shared("Proportional", ""))
            .line(DAY, most, "Tag:team", "platform")
            .line(DAY, most, "Tag:team", "platform")
            .line(DAY, most, "Tag:team", "platform")
            .line(DAY, most, "Tag:team", "search")
            .line(DAY, most, "Tag:team", "search")
            .line(DAY, most, "Tag:team", "web");
    assertThat(pool.by("Shared"))
        .isEqualTo(
            amounts("search", "199999999999999999998", "web", most, "", "299999999999999999997"));
  }

  @Test
  void aPartOfMoreThanARowHoldsIsMoved() {
    Pool pool =
        new Pool(shared("Proportional", ""))
            .line(DAY, "10000000000000000000", "Tag:team", "platform")
            .line(DAY, "-99", "Tag:team", "search")
            .line(DAY, "100", "Tag:team", "web");
    assertThat(pool.by("Shared"))
        .isEqualTo(
            amounts("search", "-990000000000000000000", "web", "1000000000000000000000", "", "1"));
  }

  @Test
  void aPartThatDoesNotFitLeavesThePoolWhereItWas() {
    Pool pool =
        new Pool(shared("Proportional", ""))
            .line(DAY, "99999999999999999999", "Tag:team", "platform")
            .line(DAY, "-1", "Tag:team", "search")
            .line(DAY, "1.000000000000000001", "Tag:team", "web");
    assertThat(pool.pool.changes()).isEmpty();
    assertThat(pool.pool.splits())
        .singleElement()
        .satisfies(split -> assertThat(split.stayed()).isEqualTo(Split.Stayed.DOES_NOT_FIT));
  }

  @Test
  void tellsWhoGotTheUnitsThatWereLeft() {
    Pool pool =
        new Pool(shared("Even", ""))
            .line(DAY, "0.000000000000000005", "Tag:team", "platform")
            .line(DAY, "1", "Tag:team", "a")
            .line(DAY, "1", "Tag:team", "b")
            .line(DAY, "1", "Tag:team", "c");
    assertThat(pool.pool.changes()).hasSize(4);
    Split split = pool.pool.splits().get(0);
    assertThat(split.remainderUnits(Measures::effective)).containsExactly("a", "b");
    assertThat(split.weights().byElement().keySet()).containsExactly("a", "b", "c");
    assertThat(split.weights().sum()).isEqualByComparingTo("3");
  }
}
