package io.tributary.attribution;

import io.tributary.attribution.AllocationOracle.Grain;
import io.tributary.attribution.AllocationOracle.View;
import io.tributary.attribution.ToldAllocation.UsageStream;
import io.tributary.dimensions.definitions.TupleSum;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Definitions that allocate, each with its allocations told again in Java. */
final class AllocatingDefinitions {

  private static final String TEAM = "User:Defined:Team";
  private static final String ACCOUNT = "User:Defined:Account";
  private static final String SHARED = "User:Defined:Shared";
  private static final String PLATFORM = "User:Defined:Platform";

  /** No allocation. */
  static final String GROUPS =
      """
      Entities:
        company: {Key: BillingAccountId}
        service: {Key: Resource}
      Dimensions:
        Tier:
          GroupBy: {Source: 'Entity:service:tier'}
        Cloud:
          Source: Resource
          Groups:
            third: [EndsWith: '/I-3']
            azure: [BeginsWith: /Subscriptions/0/]
            other: [HasValue: true]
        Team:
          Rules:
            - Type: GroupBy
              Sources: ['Entity:resource:owner', 'Tag:team']
              CoalesceSources: true
        Account:
          GroupBy: {Source: 'Entity:account:unit'}
        Company:
          GroupBy: {Source: 'Entity:company:segment'}
      """;

  /**
   * The spend of team t0 goes to the other teams by day and cost; then that of unit0, in which the
   * teams are, evenly to the other units. Customers get it by calls, else by hours of use.
   */
  static final String BY_DAY =
      GROUPS.replace(
              "Entities:\n",
              """
              Streams:
                hours: {Meter: hours, Element: 'Tag:team', Granularity: Hourly, Filter: {SubAccountId: '111'}}
              Entities:
                team: {Key: 'User:Defined:Owner'}
              """)
          + """
            Shared:
              Type: Allocation
              AllocateByRules:
                AllocationMethod: {Method: Proportional, Granularity: UsageDaily}
                SpendToAllocate: {Source: 'User:Defined:Team', Conditions: [Equals: t0]}
                AcrossElements: {GroupBy: {Source: 'User:Defined:Team'}}
            Owner:
              GroupBy: {Sources: ['User:Defined:Shared', 'User:Defined:Team'], CoalesceSources: true}
            Unit:
              GroupBy: {Source: 'Entity:team:unit'}
            Platform:
              Type: Allocation
              AllocateByRules:
                AllocationMethod: Even
                SpendToAllocate: {Source: 'User:Defined:Unit', Conditions: [Equals: unit0]}
                AcrossElements: {GroupBy: {Source: 'User:Defined:Unit'}}
            Final:
              GroupBy: {Sources: ['User:Defined:Platform', 'User:Defined:Unit'], CoalesceSources: true}
            Customer:
              Type: Allocation
              AllocateByStreams: {Streams: [calls, hours]}
          """;

  /**
   * Billed cost by billing period within accounts, what is below 0 counting nothing; fixed
   * percentages; telemetry alone.
   */
  static final String BY_PERIOD =
      BY_DAY
          .replace(
              "Granularity: UsageDaily}",
              "Granularity: BillingPeriod, CostType: BilledCost}\n"
                  + "      ForEachElementOf: {GroupBy: {Source: 'User:Defined:Account'}}")
          .replace(
              "Shared:\n    Type: Allocation\n",
              "Shared:\n    Type: Allocation\n    Retain: [ServiceName, RegionId]\n"
                  + "    NegativeWeights: zero\n")
          .replace(
              "AllocationMethod: Even",
              "AllocationMethod: {Method: Fixed, Percentages: {unit1: 70, unit2: 30}}")
          .replace("      AcrossElements: {GroupBy: {Source: 'User:Defined:Unit'}}\n", "")
          .replace("Streams: [calls, hours]", "Streams: [traffic, calls]");

  /**
   * Units of list cost by month; evenly to units that are named, one of which has no line;
   * customers by teams' hours a day before calls.
   */
  static final String BY_MONTH =
      BY_DAY
          .replace("Granularity: UsageDaily", "Granularity: UsageMonthly, CostType: OnDemandCost")
          .replace(
              "AllocationMethod: Even",
              "AllocationMethod: {Method: Even, Elements: [unit1, idle, unit2]}")
          .replace("      AcrossElements: {GroupBy: {Source: 'User:Defined:Unit'}}\n", "")
          .replace(
              "Element: 'Tag:team', Granularity: Hourly, Filter: {SubAccountId: '111'}",
              "Element: 'User:Defined:Team', Granularity: Daily")
          .replace(
              "AllocateByStreams: {Streams: [calls, hours]}",
              "AllocateByStreams: {Streams: [hours, calls]}\n    NegativeWeights: zero");

  /** By text. */
  static final Map<String, List<ToldAllocation>> TOLD =
      Map.of(
          BY_DAY,
          List.of(
              shared("ServiceName").by(Grain.DAY, TupleSum::effective),
              platform().pool(unit0(), AllocatingDefinitions::unit).by(Grain.PERIOD, one()),
              customer()
                  .streams(
                      List.of("calls", "hours"),
                      new UsageStream(
                          "hours",
                          "hours",
                          Grain.HOUR,
                          line -> line.labels().get("team"),
                          filter("SubAccountId", "111")))),
          BY_PERIOD,
          List.of(
              shared("ServiceName", "RegionId", ACCOUNT)
                  .by(Grain.PERIOD, TupleSum::billed)
                  .forEach(view -> view.get(ACCOUNT))
                  .withoutNegativeWeights(),
              platform()
                  .fixed(unit0(), Map.of("unit1", new BigDecimal(70), "unit2", new BigDecimal(30))),
              customer().streams(List.of("traffic", "calls"))),
          BY_MONTH,
          List.of(
              shared("ServiceName").by(Grain.MONTH, TupleSum::list),
              platform()
                  .fixed(
                      unit0(),
                      Map.of(
                          "unit1",
                          BigDecimal.ONE,
                          "idle",
                          BigDecimal.ONE,
                          "unit2",
                          BigDecimal.ONE)),
              customer()
                  .streams(
                      List.of("hours", "calls"),
                      new UsageStream(
                          "hours",
                          "hours",
                          Grain.DAY,
                          line -> line.entry().getElements().get("Team"),
                          new TreeMap<>()))
                  .withoutNegativeWeights()));

  private AllocatingDefinitions() {}

  private static ToldAllocation shared(String... retained) {
    TreeSet<String> columns = new TreeSet<>(List.of(retained));
    columns.add(TEAM);
    return new ToldAllocation("Shared", columns.toArray(String[]::new))
        .pool(view -> "t0".equals(view.get(TEAM)), view -> view.get(TEAM))
        .with(
            Map.of(
                "Owner", AllocatingDefinitions::owner,
                "Unit", AllocatingDefinitions::unit,
                "Final", AllocatingDefinitions::unit));
  }

  private static ToldAllocation platform() {
    return new ToldAllocation("Platform", "ServiceName", TEAM, SHARED)
        .after("Shared")
        .with(
            Map.of(
                "Owner", AllocatingDefinitions::owner,
                "Unit", AllocatingDefinitions::unit,
                "Final", view -> first(view.get(PLATFORM), unit(view))));
  }

  private static ToldAllocation customer() {
    return new ToldAllocation("Customer", "ServiceName");
  }

  private static Predicate<View> unit0() {
    return view -> "unit0".equals(unit(view));
  }

  private static Function<TupleSum, BigDecimal> one() {
    return sum -> BigDecimal.ONE;
  }

  private static @Nullable String owner(View view) {
    return first(view.get(SHARED), view.get(TEAM));
  }

  private static @Nullable String unit(View view) {
    return view.entity("team", owner(view), "unit");
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    return one != null ? one : other;
  }

  private static SortedMap<String, SortedSet<String>> filter(String column, String value) {
    SortedMap<String, SortedSet<String>> filter = new TreeMap<>();
    filter.put(column, new TreeSet<>(List.of(value)));
    return filter;
  }
}
