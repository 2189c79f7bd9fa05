package io.tributary.attribution;

import static io.tributary.attribution.Records.charge;
import static io.tributary.attribution.Records.definitions;
import static io.tributary.attribution.Records.delete;
import static io.tributary.attribution.Records.delivery;
import static io.tributary.attribution.Records.entity;
import static io.tributary.attribution.Records.price;
import static io.tributary.attribution.Records.usage;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Measures;
import io.tributary.events.UsageEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the order of arrival, the net ledger is that of the oracle. */
class BucketConfluenceTest {

  private static final String TEAMS =
      """
      Dimensions:
        Team:
          Rules:
            - Type: GroupBy
              Sources: ['Tag:team', 'Entity:resource:owner']
              CoalesceSources: true
        Unit:
          GroupBy: {Source: 'Entity:account:unit'}
      """;

  private static final String OWNERS =
      """
      Dimensions:
        Team:
          DefaultValue: nobody
          GroupBy: {Source: 'Entity:resource:owner'}
      """;

  static Stream<Arguments> smallCases() {
    return Stream.of(
        Arguments.of(
            "a bill reverses estimates",
            List.of(
                charge("a", 1, "i-1", "10:00", "12:00", "6"),
                delivery(1, "11:00"),
                usage("u1", "i-1", "10:15", "1", "web"),
                usage("u2", "i-1", "11:15", "3", ""),
                price("USD", "0.7", "00:00", 1),
                entity("resource", "i-1", "owner", "ops", "00:00", 1),
                definitions(TEAMS, "2026-01-01T00:00:00Z", 1))),
        Arguments.of(
            "a delivery supersedes another",
            List.of(
                charge("a", 1, "i-1", "10:00", "12:00", "6"),
                charge("a", 2, "i-1", "10:00", "12:00", "7"),
                charge("b", 1, "i-1", "10:00", "11:00", "1"),
                delivery(2, "12:00"),
                usage("u1", "i-1", "10:15", "1", "web"),
                price("USD", "0.7", "00:00", 1),
                definitions(TEAMS, "2026-01-01T00:00:00Z", 1))),
        Arguments.of(
            "versions meet with other content, and are withdrawn",
            List.of(
                charge("a", 1, "i-1", "10:00", "12:00", "6"),
                charge("a", 1, "i-1", "10:00", "12:00", "9"),
                delete("a", 2, "i-1", "10:00", "12:00"),
                charge("a", 3, "i-1", "11:00", "12:00", "4"),
                usage("u1", "i-1", "10:15", "1", "web"),
                usage("u2", "i-1", "11:15", "2", "web"),
                price("USD", "0.7", "00:00", 1))),
        Arguments.of(
            "a withdrawn charge gives its cells back",
            List.of(
                charge("a", 1, "i-1", "10:00", "12:00", "6"),
                delete("a", 2, "i-1", "10:00", "12:00"),
                charge("b", 1, "i-1", "11:00", "12:00", "-2"),
                usage("u1", "i-1", "10:15", "1", "web"),
                usage("u2", "i-1", "11:15", "2", "data"),
                price("USD", "0.7", "00:00", 1),
                price("EUR", "0.6", "11:00", 1))),
        Arguments.of(
            "what holds changes within the period",
            List.of(
                charge("a", 1, "i-1", "10:00", "12:00", "6"),
                usage("u1", "i-1", "10:15", "1", ""),
                usage("u2", "i-1", "11:15", "2", ""),
                entity("resource", "i-1", "owner", "ops", "00:00", 1),
                entity("resource", "i-1", "owner", "sre", "11:00", 1),
                definitions(TEAMS, "2026-01-01T00:00:00Z", 1),
                definitions(OWNERS, "11:00", 1))),
        Arguments.of(
            "prices and definitions are corrected",
            List.of(
                usage("u1", "i-1", "10:15", "1", "web"),
                usage("u2", "i-1", "10:45", "0.5", "web"),
                usage("u3", "i-1", "11:15", "1", ""),
                price("USD", "0.7", "00:00", 1),
                price("USD", "0.8", "00:00", 2),
                definitions(TEAMS, "2026-01-01T00:00:00Z", 1),
                definitions(OWNERS, "2026-01-01T00:00:00Z", 2))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("smallCases")
  void everyOrderGivesTheLedgerOfTheOracle(String name, List<SpecificRecordBase> inputs) {
    NetLedger expected = AttributionOracle.net(inputs);
    assertThat(expected.total()).as("the case moves money").isNotEqualTo(Measures.ZERO);
    NetErrors errors = AttributionOracle.errors(inputs);
    int[] number = {0};
    Permutations.forEach(
        inputs,
        order -> {
          // Bit i of the number says whether to drain after input i: every batching comes up.
          int drains = number[0]++;
          InMemoryTenant tenant = InMemoryTenant.ofResource(Records.TENANT, "i-1");
          for (int i = 0; i < order.size(); i++) {
            tenant.apply(order.get(i));
            if ((drains >> i & 1) == 1) {
              tenant.drain();
            }
          }
          tenant.drain();
          assertThat(tenant.net()).as("%s, drains %x", order, drains).isEqualTo(expected);
          assertThat(tenant.errors()).as("%s, drains %x", order, drains).isEqualTo(errors);
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("smallCases")
  void everyOrderWithDrainsAndRestartsBetweenGivesTheLedgerOfTheOracle(
      String name, List<SpecificRecordBase> inputs) {
    NetLedger expected = AttributionOracle.net(inputs);
    NetErrors errors = AttributionOracle.errors(inputs);
    Permutations.forEach(
        inputs,
        order -> {
          InMemoryTenant tenant = InMemoryTenant.ofResource(Records.TENANT, "i-1");
          for (SpecificRecordBase input : order) {
            tenant.apply(input).drain();
            tenant.restart();
          }
          assertThat(tenant.net()).as("%s", order).isEqualTo(expected);
          assertThat(tenant.errors()).as("%s", order).isEqualTo(errors);
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void shuffledDuplicatedAndRestartedInputsGiveTheLedgerOfTheOracle(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<SpecificRecordBase> inputs = randomInputs(random);
    List<SpecificRecordBase> sent = new ArrayList<>(inputs);
    inputs.stream().filter(input -> random.nextInt(5) == 0).forEach(sent::add);
    Collections.shuffle(sent, new Random(random.nextLong()));
    InMemoryTenant tenant = new InMemoryTenant(Records.TENANT);
    for (SpecificRecordBase input : sent) {
      tenant.apply(input);
      if (random.nextInt(10) == 0) {
        tenant.drain();
        if (random.nextInt(3) == 0) {
          tenant.restart();
        }
      }
    }
    tenant.drain();
    NetLedger expected = AttributionOracle.net(inputs);
    assertThat(tenant.net()).isEqualTo(expected);
    NetErrors errors = AttributionOracle.errors(inputs);
    assertThat(errors.lines()).isNotEmpty();
    assertThat(tenant.errors()).isEqualTo(errors);

    InMemoryTenant fromArchive = new InMemoryTenant(Records.TENANT);
    fromArchive.applyArchived(tenant.archived()).drain();
    assertThat(fromArchive.net()).as("what is archived gives the same").isEqualTo(expected);
    assertThat(fromArchive.errors()).isEqualTo(errors);
    assertThat(fromArchive.archived()).as("an archive is not archived again").isEmpty();

    ArchivedLines traced = new ArchivedLines(Records.TENANT);
    tenant.archived().forEach(record -> traced.add(record, null));
    NetLedger ofLines = new NetLedger();
    traced.lines().forEach(line -> ofLines.add(line.entry()));
    assertThat(ofLines).as("what is explained is what is attributed").isEqualTo(expected);
  }

  private static List<SpecificRecordBase> randomInputs(SplittableRandom random) {
    List<SpecificRecordBase> inputs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      inputs.add(randomUsage(random, i));
    }
    for (int i = 0; i < 30; i++) {
      int hour = random.nextInt(22);
      int length = 1 + random.nextInt(23 - hour);
      String key = "k" + random.nextInt(8);
      String resource = random.nextInt(4) == 0 ? "" : "i-" + key.charAt(1) % 4;
      long version = 1 + random.nextInt(3);
      String from = "%02d:00".formatted(hour);
      String to = "%02d:00".formatted(hour + length);
      inputs.add(
          random.nextInt(6) == 0
              ? delete(key, version, resource, from, to)
              : charge(key, version, resource, from, to, amount(random)));
    }
    inputs.add(delivery(1, "20:00"));
    if (random.nextBoolean()) {
      inputs.add(delivery(2, "%02d:00".formatted(10 + random.nextInt(14))));
    }
    for (int i = 0; i < 6; i++) {
      String from = "%02d:00".formatted(random.nextInt(24));
      inputs.add(price(random.nextBoolean() ? "USD" : "EUR", amount(random), from, i));
      inputs.add(entity("resource", "i-" + i % 4, "owner", "o" + i, from, i));
      inputs.add(entity("account", "111", "unit", "unit" + i % 3, from, i));
    }
    inputs.add(definitions(TEAMS, "2026-01-01T00:00:00Z", 1));
    inputs.add(definitions(random.nextBoolean() ? OWNERS : TEAMS, "12:00", 2));
    return inputs;
  }

  private static UsageEvent randomUsage(SplittableRandom random, int id) {
    return usage(
        "u" + id,
        "i-" + random.nextInt(4),
        "%02d:%02d".formatted(random.nextInt(24), random.nextInt(60)),
        amount(random),
        random.nextBoolean() ? "team" + random.nextInt(2) : "");
  }

  /** Between -2 and 5, of up to 18 decimals. */
  private static String amount(SplittableRandom random) {
    return random.nextInt(-2, 5) + "." + random.nextLong(1, 1_000_000_000_000_000_000L);
  }

  @Test
  void aPermutationIsMissedByNone() {
    List<List<Integer>> all = new ArrayList<>();
    Permutations.forEach(List.of(1, 2, 3, 4), all::add);
    assertThat(all).doesNotHaveDuplicates().hasSize(24);
  }
}
