package io.tributary.attribution;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static io.tributary.attribution.Records.delete;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.entity;
import static io.tributary.attribution.Records.inPeriod;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.recorded;
import static io.tributary.attribution.Records.telemetry;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.EntityChange;
import io.tributary.events.Measures;
import io.tributary.events.Op;
import io.tributary.events.TelemetryRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A bill, usage, a price, an entity, its correction, definitions, telemetry and a superseding bill
 * in every order: base entries and transfers are those of the oracles.
 */
@Tag("proof")
class EveryOrderTest {

  // Both are of bucket 0, which is also the one that tells the allocations of telemetry.
  private static final List<String> RESOURCES =
      IntStream.range(0, 1000)
          .mapToObj(n -> "i-" + n)
          .filter(id -> Buckets.ofResource(id, "") == 0)
          .limit(2)
          .toList();
  private static final String APP = RESOURCES.get(0);
  private static final String COMMON = RESOURCES.get(1);

  /** One of Azure, of the same bucket, in two spellings and by its identity. */
  private static final String MACHINE =
      IntStream.range(0, 1000)
          .mapToObj(n -> "/subscriptions/0/groups/rg/vm-" + n)
          .filter(id -> Buckets.ofResource(id, "") == 0)
          .findFirst()
          .orElseThrow();

  private static final String BILLED = MACHINE.replace("groups/rg/vm", "Groups/RG/VM");
  private static final String METERED = MACHINE.toUpperCase(Locale.ROOT);

  private static final String START = "2026-01-01T00:00:00Z";
  private static final String MOST = "99999999999999999999.999999999999999999";
  private static final String EAST = "2025-12-31T16:00:00Z";
  private static final String WEST = "2026-01-01T08:00:00Z";

  /** Inputs that come together, such as a bill: its charges, then its delivery. */
  private record Arrival(String name, List<SpecificRecordBase> records) {

    static Arrival of(String name, SpecificRecordBase... records) {
      return new Arrival(name, List.of(records));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Arrival bill(SpecificRecordBase... records) {
    return Arrival.of("bill", records);
  }

  private static Arrival superseding(SpecificRecordBase... records) {
    return Arrival.of("superseding bill", records);
  }

  /** Weight of a customer, named by an id of Azure, for the spend of a resource. */
  private static TelemetryRecord ofResource(String id, String value, long version) {
    TelemetryRecord record = telemetry("calls", "DAILY", "00:00", id + "/c", value, version);
    record.setFilter(new HashMap<>(Map.of("Resource", List.of(id))));
    return record;
  }

  private static EntityChange gone(EntityChange entity) {
    entity.setOp(Op.DELETE);
    return entity;
  }

  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of(
            "amounts, usage and sums that a row does not hold, of both signs",
            List.of(
                bill(
                    charge("a", 1, APP, "10:00", "12:00", MOST),
                    charge("b", 1, APP, "10:00", "12:00", MOST),
                    charge("c", 1, COMMON, "10:00", "12:00", MOST),
                    charge("d", 1, COMMON, "10:00", "12:00", MOST),
                    delivery(1, "11:00")),
                Arrival.of(
                    "usage",
                    usage("u1", APP, "10:15", MOST, "web"),
                    usage("u2", APP, "10:45", MOST, "web"),
                    usage("u3", APP, "11:15", "-" + MOST, ""),
                    usage("u4", APP, "11:45", "-" + MOST, "")),
                Arrival.of("price", price("USD", "1.7", "00:00", 1)),
                Arrival.of("entity", entity("resource", APP, "owner", "t1", "00:00", 1)),
                Arrival.of("correction", entity("resource", COMMON, "owner", "t0", "00:00", 1)),
                Arrival.of("definitions", definitions(AllocatingDefinitions.BY_DAY, START, 1)),
                Arrival.of("telemetry", telemetry("calls", "DAILY", "00:00", "c1", "3", 1)),
                superseding(
                    charge("c", 2, COMMON, "10:00", "12:00", "-" + MOST),
                    charge("d", 2, COMMON, "10:00", "12:00", "-" + MOST),
                    delivery(2, "12:00")))),
        Arguments.of(
            "the bill covers usage; the superseding one drops the line and its estimate returns",
            List.of(
                bill(
                    charge("a", 1, APP, "10:00", "12:00", "6"),
                    charge("b", 1, COMMON, "10:00", "12:00", "2.5"),
                    delivery(1, "11:00")),
                Arrival.of(
                    "usage",
                    usage("u1", APP, "10:15", "1", "web"),
                    usage("u2", APP, "11:15", "3", "")),
                Arrival.of("price", price("USD", "0.7", "00:00", 1)),
                Arrival.of("entity", entity("resource", APP, "owner", "t1", "00:00", 1)),
                Arrival.of("correction", entity("resource", COMMON, "owner", "t0", "00:00", 1)),
                Arrival.of("definitions", definitions(AllocatingDefinitions.BY_DAY, START, 1)),
                Arrival.of("telemetry", telemetry("calls", "DAILY", "00:00", "c1", "3", 1)),
                superseding(
                    charge("b", 2, COMMON, "10:00", "12:00", "2.5"), delivery(2, "12:00")))),
        Arguments.of(
            "the superseding bill changes a line; an owner is corrected into the pool",
            List.of(
                bill(
                    charge("a", 1, APP, "10:00", "12:00", "6"),
                    charge("b", 1, COMMON, "10:00", "2026-01-07T00:00:00Z", "2.5"),
                    delivery(1, "12:00")),
                Arrival.of("usage", usage("u1", APP, "10:15", "1", "t1")),
                Arrival.of("price", price("USD", "0.7", "00:00", 1)),
                Arrival.of("entity", entity("resource", COMMON, "owner", "t2", "00:00", 1)),
                Arrival.of("correction", entity("resource", COMMON, "owner", "t0", "00:00", 2)),
                Arrival.of("definitions", definitions(AllocatingDefinitions.BY_DAY, START, 1)),
                Arrival.of("telemetry", telemetry("calls", "HOURLY", "10:00", "c1", "3", 1)),
                superseding(
                    charge("a", 2, APP, "10:00", "11:00", "-1.000000000000000007"),
                    charge("b", 2, COMMON, "10:00", "2026-01-07T00:00:00Z", "2.5"),
                    delivery(2, "11:00")))),
        Arguments.of(
            "usage is the weight of customers; the price is corrected; a team changes its unit",
            List.of(
                bill(charge("b", 1, COMMON, "10:00", "12:00", "5"), delivery(1, "12:00")),
                Arrival.of(
                    "usage",
                    usage("u1", APP, "10:15", "1", "t1"),
                    usage("u2", APP, "10:45", "2", "t0")),
                Arrival.of("price", price("USD", "0.7", "00:00", 1)),
                Arrival.of("price correction", price("USD", "0", "00:00", 2)),
                Arrival.of("entity", entity("team", "t1", "unit", "unit0", "00:00", 1)),
                Arrival.of(
                    "correction",
                    entity("team", "t1", "unit", "unit1", START, 1),
                    entity("team", "t0", "unit", "unit0", START, 1)),
                Arrival.of("definitions", definitions(AllocatingDefinitions.BY_DAY, START, 1)),
                superseding(charge("b", 2, COMMON, "10:00", "11:00", "4"), delivery(2, "12:00")))),
        Arguments.of(
            "an owner that a correction takes away; the pool of an account goes by fixed parts",
            List.of(
                bill(
                    charge("a", 1, APP, "10:00", "12:00", "6"),
                    charge("b", 1, COMMON, "10:00", "12:00", "0.1"),
                    delivery(1, "12:00")),
                Arrival.of("usage", usage("u1", COMMON, "10:15", "1", "t0")),
                Arrival.of("price", price("EUR", "0.7", "00:00", 1)),
                Arrival.of(
                    "entity",
                    entity("resource", APP, "owner", "t1", "00:00", 1),
                    entity("account", "111", "unit", "ops", START, 1),
                    entity("team", "tagged", "unit", "unit0", START, 1)),
                Arrival.of("correction", gone(entity("resource", APP, "owner", "t1", "00:00", 2))),
                Arrival.of("definitions", definitions(AllocatingDefinitions.BY_PERIOD, START, 1)),
                Arrival.of("telemetry", telemetry("traffic", "MONTHLY", START, "c1", "3", 1)),
                superseding(
                    charge("b", 2, COMMON, "10:00", "12:00", "0.1"),
                    charge("a", 2, APP, "10:00", "12:00", "7"),
                    delete("b", 3, COMMON, "10:00", "12:00"),
                    delivery(2, "12:00")))),
        Arguments.of(
            "telemetry is withdrawn, and usage of teams by day takes its place",
            List.of(
                bill(charge("a", 1, COMMON, "10:00", "12:00", "6"), delivery(1, "12:00")),
                Arrival.of("usage", usage("u1", APP, "10:15", "1", "t2")),
                Arrival.of("price", price("USD", "0.7", "00:00", 1)),
                Arrival.of("entity", entity("resource", COMMON, "owner", "t0", "00:00", 1)),
                Arrival.of("correction", entity("resource", APP, "owner", "t1", "00:00", 1)),
                Arrival.of(
                    "definitions",
                    definitions(AllocatingDefinitions.BY_MONTH, START, 1),
                    definitions(AllocatingDefinitions.BY_DAY, "11:00", 1)),
                Arrival.of(
                    "telemetry",
                    telemetry("calls", "HOURLY", "10:00", "c1", "3", 1),
                    telemetry("calls", "HOURLY", "10:00", "c1", "0", 2)),
                superseding(
                    charge("a", 2, COMMON, "11:00", "12:00", "6"),
                    charge("b", 2, APP, "11:00", "12:00", "3"),
                    delivery(2, "12:00")))),
        Arguments.of(
            "one id of usage comes with four contents, one of them twice, and in another hour",
            List.of(
                bill(charge("a", 1, APP, "10:00", "11:00", "6"), delivery(1, "12:00")),
                Arrival.of(
                    "usage",
                    recorded(usage("u1", APP, "10:15", "1", "t1"), "12:02"),
                    recorded(usage("u1", APP, "11:15", "5", "t2"), "12:02"),
                    recorded(usage("u1", COMMON, "10:15", "7", ""), "12:02")),
                Arrival.of("later", recorded(usage("u1", APP, "10:30", "2", "t2"), "12:03")),
                Arrival.of("earlier", recorded(usage("u1", APP, "10:45", "3", ""), "12:01")),
                Arrival.of(
                    "at the same time",
                    recorded(usage("u1", APP, "10:45", "4", "t0"), "12:01"),
                    price("USD", "0.7", "00:00", 1)),
                Arrival.of(
                    "the first again", recorded(usage("u1", APP, "10:15", "1", "t1"), "12:00")),
                Arrival.of("definitions", definitions(AllocatingDefinitions.BY_DAY, START, 1)),
                superseding(charge("a", 2, APP, "11:00", "12:00", "7"), delivery(2, "12:00")))),
        Arguments.of(
            "bills, usage, entities and telemetry spell one machine in several ways",
            List.of(
                bill(
                    charge("a", 1, BILLED, "10:00", "12:00", "6"),
                    charge("b", 1, METERED, "10:00", "11:00", "2.5"),
                    delivery(1, "11:00")),
                Arrival.of(
                    "usage",
                    usage("u1", METERED, "10:15", "1", "t1"),
                    usage("u2", BILLED, "10:45", "2", "t1"),
                    usage("u3", MACHINE, "11:15", "3", "")),
                Arrival.of("price", price("USD", "0.7", "00:00", 1)),
                Arrival.of("entity", entity("resource", METERED, "owner", "t1", "00:00", 1)),
                Arrival.of(
                    "correction",
                    entity("resource", BILLED, "owner", "t0", "00:00", 1),
                    entity("service", BILLED, "tier", "gold", "00:00", 1),
                    entity("service", METERED, "tier", "gold", "00:00", 1)),
                Arrival.of("definitions", definitions(AllocatingDefinitions.BY_DAY, START, 1)),
                Arrival.of("telemetry", ofResource(METERED, "3", 1), ofResource(BILLED, "4", 2)),
                superseding(charge("a", 2, MACHINE, "10:00", "12:00", "7"), delivery(2, "12:00")))),
        Arguments.of(
            "the pool's cloud and the teams' clouds start their months at other hours",
            List.of(
                bill(
                    inPeriod(EAST, charge("a", 1, APP, "10:00", "12:00", "6")),
                    inPeriod(EAST, delivery(1, "11:00"))),
                Arrival.of("usage", usage("u1", APP, "10:15", "1", "t1")),
                Arrival.of("price", price("USD", "0.7", "00:00", 1)),
                Arrival.of("entity", entity("resource", COMMON, "owner", "t0", "00:00", 1)),
                Arrival.of(
                    "bill of another cloud",
                    inPeriod(WEST, charge("b", 1, COMMON, "10:00", "12:00", "2.5"))),
                Arrival.of("definitions", definitions(AllocatingDefinitions.BY_PERIOD, START, 1)),
                Arrival.of("telemetry", telemetry("traffic", "MONTHLY", START, "c1", "3", 1)),
                superseding(
                    inPeriod(EAST, charge("a", 2, APP, "10:00", "12:00", "7")),
                    inPeriod(EAST, charge("c", 2, APP, "13:00", "14:00", "1")),
                    inPeriod(EAST, delivery(2, "12:00"))))));
  }

  private static List<SpecificRecordBase> records(List<Arrival> arrivals) {
    return arrivals.stream().flatMap(arrival -> arrival.records().stream()).toList();
  }

  private static NetLedger expected(List<SpecificRecordBase> records) {
    return AllocationOracle.net(records, AllocatingDefinitions.TOLD);
  }

  /**
   * One run for each order, on one heap. Without the proof profile one order of 161 is run: they
   * are spread over all, and 161 is odd, so that every batching comes up.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void everyOrderOfTheInputsGivesTheLedgerOfTheOracle(String name, List<Arrival> arrivals) {
    assertThat(arrivals).hasSize(8);
    NetLedger expected = expected(records(arrivals));
    assertThat(expected.total()).as("the case moves money").isNotEqualTo(Measures.ZERO);
    int every = Proof.FULL ? 1 : 161;
    int[] number = {0};
    int[] run = {0};
    Permutations.forEach(
        arrivals,
        order -> {
          // Bit i of the number says whether to drain after input i.
          int drains = number[0]++;
          if (drains % every == 0) {
            run[0]++;
            requireEqual(run(order, drains).net(), expected, order + ", drains " + drains);
          }
        });
    assertThat(number[0]).isEqualTo(40_320);
    Proof.print("%d of %d orders run: %s", run[0], number[0], name);
  }

  private static InMemoryTenant run(List<Arrival> order, int drains) {
    InMemoryTenant tenant = InMemoryTenant.ofResource(Records.TENANT, APP);
    for (int i = 0; i < order.size(); i++) {
      order.get(i).records().forEach(tenant::apply);
      if ((drains >> i & 1) == 1) {
        tenant.drain();
      }
    }
    tenant.drain();
    return tenant;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void everyOrderOfTheInputsWithRestartsGivesTheLedgerOfTheOracleAtEveryDrain(
      String name, List<Arrival> arrivals) {
    explore(name, arrivals);
  }

  static Stream<Arguments> casesOfFewRecords() {
    return cases().filter(arguments -> records(arrivals(arguments)).size() <= 13);
  }

  @SuppressWarnings("unchecked") // As cases() makes them.
  private static List<Arrival> arrivals(Arguments arguments) {
    return (List<Arrival>) arguments.get()[1];
  }

  /** Charge by charge, bills and deliveries torn apart. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("casesOfFewRecords")
  @EnabledIfSystemProperty(
      named = Proof.PROPERTY,
      matches = "true",
      disabledReason = "takes minutes: mvn -Pproof")
  void everyOrderOfTheSingleRecordsWithRestartsGivesTheLedgerOfTheOracleAtEveryDrain(
      String name, List<Arrival> arrivals) {
    explore(
        name,
        records(arrivals).stream()
            .map(record -> Arrival.of(record.getClass().getSimpleName(), record))
            .toList());
  }

  /**
   * Goes through every order of the arrivals, one of them between two drains, in the proof profile
   * one or two. After a drain and a restart a tenant is what its rows are; so of orders that lead
   * to the same rows and the same ledger, one goes on for all. At each drain the ledger is that of
   * the oracle for what has come until then.
   */
  private static void explore(String name, List<Arrival> arrivals) {
    int all = (1 << arrivals.size()) - 1;
    InMemoryTenant tenant = InMemoryTenant.ofResource(Records.TENANT, APP);
    Map<Integer, Map<String, InMemoryTenant.Checkpoint>> reached = new HashMap<>();
    reached.put(0, Map.of("", tenant.checkpoint()));
    long states = 0;
    long drains = 0;
    for (int come = 0; come < all; come++) {
      Map<String, InMemoryTenant.Checkpoint> from = reached.remove(come);
      assertThat(from).isNotNull();
      states += from.size();
      for (InMemoryTenant.Checkpoint checkpoint : from.values()) {
        for (List<Integer> batch : batches(arrivals.size(), come)) {
          tenant.restore(checkpoint);
          int next = come;
          for (int i : batch) {
            arrivals.get(i).records().forEach(tenant::apply);
            next |= 1 << i;
          }
          tenant.drain();
          drains++;
          InMemoryTenant.Checkpoint after = tenant.checkpoint();
          List<SpecificRecordBase> records = records(chosen(arrivals, next));
          Map<String, InMemoryTenant.Checkpoint> known =
              reached.computeIfAbsent(next, of -> new HashMap<>());
          InMemoryTenant.Checkpoint same = known.putIfAbsent(after.rows(), after);
          if (same == null) {
            requireTrue(after, records);
          } else if (!same.net().equals(after.net())) {
            requireEqual(after.net(), same.net(), "same rows after " + records);
          }
        }
      }
    }
    Proof.print(
        "all %d! orders in %d states and %d drains: %s", arrivals.size(), states, drains, name);
  }

  private static void requireTrue(
      InMemoryTenant.Checkpoint checkpoint, List<SpecificRecordBase> come) {
    requireEqual(checkpoint.net(), expected(come), "after " + come);
    assertThat(checkpoint.sums().billed()).isEqualTo(AttributionOracle.liveCharges(come));
    assertThat(checkpoint.sums().unbalanced()).isEmpty();
  }

  private static void requireEqual(NetLedger actual, NetLedger expected, String when) {
    if (!actual.equals(expected)) {
      assertThat(actual.differences(expected)).as(when).isEmpty();
    }
  }

  private static List<Arrival> chosen(List<Arrival> arrivals, int set) {
    return IntStream.range(0, arrivals.size())
        .filter(i -> (set >> i & 1) == 1)
        .mapToObj(arrivals::get)
        .toList();
  }

  /** Of those that are not in {@code come}, each, and in the proof profile every two in order. */
  private static List<List<Integer>> batches(int size, int come) {
    List<List<Integer>> batches = new ArrayList<>();
    List<List<Integer>> last = List.of(List.of());
    for (int length = 1; length <= (Proof.FULL ? 2 : 1); length++) {
      List<List<Integer>> longer = new ArrayList<>();
      for (List<Integer> batch : last) {
        for (int i = 0; i < size; i++) {
          if ((come >> i & 1) == 0 && !batch.contains(i)) {
            List<Integer> more = new ArrayList<>(batch);
            more.add(i);
            longer.add(more);
          }
        }
      }
      batches.addAll(longer);
      last = longer;
    }
    return batches;
  }
}
