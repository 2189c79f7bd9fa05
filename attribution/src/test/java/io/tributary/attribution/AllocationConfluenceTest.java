package io.tributary.attribution;

import static io.tributary.attribution.Records.at;
import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static io.tributary.attribution.Records.delete;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.entity;
import static io.tributary.attribution.Records.inPeriod;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.telemetry;
import static io.tributary.attribution.Records.usage;
import static java.time.temporal.ChronoUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.dimensions.definitions.AllocationLine;
import io.tributary.dimensions.definitions.AllocationPlan;
import io.tributary.dimensions.definitions.AllocationPool;
import io.tributary.dimensions.definitions.StreamFacts;
import io.tributary.dimensions.definitions.StreamWeight;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.dimensions.definitions.TracedUsage;
import io.tributary.dimensions.definitions.TupleSum;
import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntryKind;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.Money;
import io.tributary.events.TelemetryRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the order of arrival, the transfers are those of all lines allocated at once. */
class AllocationConfluenceTest {

  private static final String SHARED =
      """
      Entities:
        team: {Key: 'User:Defined:Owner'}
      Streams:
        hours: {Meter: hours, Element: 'Tag:team', Granularity: Hourly, Filter: {SubAccountId: '111'}}
      Dimensions:
        Team:
          Rules:
            - Type: GroupBy
              Sources: ['Entity:resource:owner', 'Tag:team']
              CoalesceSources: true
        Shared:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: {Method: Proportional, Granularity: UsageDaily}
            SpendToAllocate: {Source: 'User:Defined:Team', Conditions: [Equals: o0]}
            AcrossElements: {GroupBy: {Source: 'User:Defined:Team'}}
        Owner:
          GroupBy: {Sources: ['User:Defined:Shared', 'User:Defined:Team'], CoalesceSources: true}
        Unit:
          GroupBy: {Source: 'Entity:team:unit'}
        Customer:
          Type: Allocation
          AllocateByStreams: {Streams: [calls, hours]}
      """;

  private static final String EVEN =
      SHARED.replace(
          "Method: Proportional, Granularity: UsageDaily",
          "Method: Fixed, Percentages: {o1: 70, o2: 30}");

  /** The ledger of all inputs, its transfers worked out at once from all lines. */
  private static NetLedger expected(List<SpecificRecordBase> inputs) {
    InMemoryTenant inOrder = new InMemoryTenant(Records.TENANT);
    inputs.forEach(inOrder::apply);
    inOrder.drain();
    ArchivedLines archived = new ArchivedLines(Records.TENANT);
    inOrder.archived().forEach(record -> archived.add(record, null));
    NetLedger net = new NetLedger();
    archived.lines().forEach(line -> net.add(line.entry()));
    for (SpecificRecordBase input : inputs) {
      if (input instanceof DefinitionsPublished published) {
        addTransfers(archived, published, net);
      }
    }
    return net;
  }

  private static void addTransfers(
      ArchivedLines archived, DefinitionsPublished published, NetLedger net) {
    AllocationPlan plan =
        new CompiledDefinitions()
            .of(published.getYaml())
            .allocationPlan(StreamFacts.of(archived.telemetry()));
    AllocationPool pool = new AllocationPool(plan, archived.entities());
    archived.telemetry().forEach(pool::put);
    for (TracedLine line : archived.lines()) {
      if (line.inForce() != null && line.inForce().published().equals(published)) {
        LedgerEntry entry = line.entry();
        pool.add(
            plan.tuple(
                new AllocationLine(
                    line.row(),
                    entry.getBillingCurrency(),
                    entry.getBasis(),
                    BillingMonth.of(entry.getBillingPeriodStart()),
                    entry.getChargePeriodStart(),
                    entry.getChargePeriodEnd())),
            TupleSum.of(Measures.of(entry), 1));
      }
    }
    for (TracedUsage usage : archived.usage()) {
      if (usage.inForce() != null && usage.inForce().published().equals(published)) {
        List<StreamWeight> weights =
            plan.usageWeights(
                usage.usage().meter(), usage.usage().quantity(), usage.usage().hour(), usage.row());
        weights.forEach(pool::add);
      }
    }
    pool.changes()
        .forEach((transfer, change) -> net.add(transfer.entry(Records.TENANT, change.after(), 0)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void shuffledDuplicatedAndRestartedInputsGiveTheSameTransfers(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<SpecificRecordBase> inputs = randomInputs(random);
    List<SpecificRecordBase> sent = new ArrayList<>(inputs);
    inputs.stream().filter(input -> random.nextInt(5) == 0).forEach(sent::add);
    Collections.shuffle(sent, new Random(random.nextLong()));
    InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);
    for (SpecificRecordBase input : sent) {
      tenant.apply(input);
      if (random.nextInt(10) == 0) {
        assertBalances(tenant.drain());
        if (random.nextInt(3) == 0) {
          tenant.restart();
        }
      }
    }
    assertBalances(tenant.drain());
    assertThat(tenant.net()).isEqualTo(expected(inputs));
    assertThat(tenant.drain()).as("nothing has changed").isEmpty();
    assertThat(tenant.restart().drain()).as("nothing has changed").isEmpty();
  }

  /** I2, at every checkpoint. */
  private static void assertBalances(List<LedgerEntry> entries) {
    Measures sum =
        entries.stream()
            .filter(entry -> entry.getEntryKind() == EntryKind.TRANSFER)
            .map(Measures::of)
            .reduce(Measures.ZERO, Measures::plus);
    assertThat(sum.isZero()).isTrue();
  }

  @Test
  void aChangeWritesWhatItMovesAndNoMore() {
    InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);
    tenant.apply(
        definitions(SHARED, "2026-01-01T00:00:00Z", 1),
        entity("resource", "i-0", "owner", "o0", "00:00", 1),
        entity("resource", "i-1", "owner", "o1", "00:00", 1),
        entity("resource", "i-2", "owner", "o2", "00:00", 1),
        charge("a", 1, "i-0", "10:00", "12:00", "6"),
        charge("b", 1, "i-1", "10:00", "12:00", "2"),
        charge("c", 1, "i-2", "10:00", "12:00", "4"));
    assertThat(transfers(tenant.drain()))
        .extracting(AllocationConfluenceTest::ownerAndCost)
        .containsExactlyInAnyOrder("o0 -6", "o1 2", "o2 4");
    tenant.apply(charge("d", 1, "i-1", "10:00", "12:00", "2"));
    assertThat(transfers(tenant.drain()))
        .as("from o2 to o1; the pool is as it was")
        .extracting(AllocationConfluenceTest::ownerAndCost)
        .containsExactlyInAnyOrder("o1 1", "o2 -1");
    assertThat(transfers(tenant.drain())).isEmpty();
  }

  @Test
  void filtersThatSelectTheSameAreOneWeightInEveryOrder() {
    TelemetryRecord first = telemetry("calls", "DAILY", "00:00", "c0", "1", 1);
    first.setFilter(Map.of("SubAccountId", List.of("111", "112")));
    TelemetryRecord second = telemetry("calls", "DAILY", "00:00", "c0", "9", 2);
    second.setFilter(Map.of("Account", List.of("112", "111")));
    List<SpecificRecordBase> inputs =
        List.of(
            definitions(SHARED, "2026-01-01T00:00:00Z", 1),
            charge("a", 1, "i-0", "10:00", "12:00", "6"),
            telemetry("calls", "DAILY", "00:00", "c1", "1", 1),
            first,
            second);
    Permutations.forEach(
        inputs,
        order -> {
          InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);
          order.forEach(tenant::apply);
          assertThat(transfers(tenant.drain()))
              .as("%s", order)
              .extracting(
                  entry ->
                      entry.getElements().get("Customer")
                          + " "
                          + Money.plain(entry.getBilledCost()))
              .containsExactlyInAnyOrder("null -6", "c0 5.4", "c1 0.6");
        });
  }

  private static String ownerAndCost(LedgerEntry entry) {
    return entry.getElements().get("Owner") + " " + Money.plain(entry.getBilledCost());
  }

  private static List<LedgerEntry> transfers(List<LedgerEntry> entries) {
    return entries.stream().filter(entry -> entry.getEntryKind() == EntryKind.TRANSFER).toList();
  }

  private static List<SpecificRecordBase> randomInputs(SplittableRandom random) {
    List<SpecificRecordBase> inputs = new ArrayList<>();
    // Starts of the January of clouds between UTC+14 and UTC-12.
    List<String> clouds =
        IntStream.range(0, 3)
            .mapToObj(cloud -> at("2026-01-01T00:00:00Z").plus(random.nextInt(-14, 13), HOURS))
            .map(Instant::toString)
            .toList();
    for (int i = 0; i < 25; i++) {
      inputs.add(
          usage(
              "u" + i,
              "i-" + random.nextInt(4),
              "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60)),
              amount(random),
              random.nextBoolean() ? "team" + random.nextInt(2) : ""));
    }
    for (int i = 0; i < 25; i++) {
      int hour = random.nextInt(22);
      String key = "k" + random.nextInt(12);
      String resource = random.nextInt(4) == 0 ? "" : "i-" + key.charAt(1) % 4;
      String from = "%02d:00".formatted(hour);
      String to =
          random.nextInt(5) == 0
              ? "2026-01-07T00:00:00Z"
              : "%02d:00".formatted(hour + 1 + random.nextInt(23 - hour));
      long version = 1 + random.nextInt(3);
      Charge charge =
          random.nextInt(6) == 0
              ? delete(key, version, resource, from, to)
              : charge(key, version, resource, from, to, amount(random));
      inputs.add(inPeriod(clouds.get(key.charAt(key.length() - 1) % 3), charge));
    }
    clouds.forEach(start -> inputs.add(inPeriod(start, delivery(1, "20:00"))));
    for (int i = 0; i < 4; i++) {
      String from = "%02d:00".formatted(random.nextInt(12));
      inputs.add(price("USD", amount(random), from, i));
      inputs.add(entity("resource", "i-" + i, "owner", "o" + random.nextInt(3), from, i));
      inputs.add(entity("team", "o" + i, "unit", "unit" + i % 2, from, i));
      inputs.add(
          telemetry(
              "calls",
              i % 2 == 0 ? "DAILY" : "HOURLY",
              i % 2 == 0 ? "00:00" : "1%d:00".formatted(i),
              "c" + random.nextInt(2),
              random.nextInt(5) + ".5",
              random.nextInt(3)));
    }
    inputs.add(definitions(SHARED, "2026-01-01T00:00:00Z", 1));
    inputs.add(definitions(random.nextBoolean() ? EVEN : SHARED, "12:00", 2));
    return inputs;
  }

  /** Between -2 and 5, of up to 18 decimals. */
  private static String amount(SplittableRandom random) {
    return random.nextInt(-2, 5) + "." + random.nextLong(1, 1_000_000_000_000_000_000L);
  }
}
