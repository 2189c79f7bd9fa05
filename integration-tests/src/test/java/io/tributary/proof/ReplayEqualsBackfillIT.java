package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.EstimateError;
import io.tributary.events.Rejection;
import io.tributary.events.UsageHour;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same inputs give the same ledger whichever way they come: from scratch, streamed in order,
 * streamed shuffled with repeats, or partly one and partly the other.
 */
class ReplayEqualsBackfillIT {

  private static final String TENANT = "acme";

  private static final List<List<String>> QUESTIONS =
      List.of(
          List.of("--measure", "billed"),
          List.of("--measure", "list", "--by", "Month,ServiceName"),
          List.of("--by", "Team,Environment"),
          List.of(
              "--by", "BusinessUnit,Product,Critical", "--from", "2026-01-02", "--to", "2026-02"),
          List.of("--by", "Payer,Environment"),
          List.of("--by", "PayingUnit,ServiceName"),
          List.of("--by", "Customer", "--measure", "list"),
          List.of("--by", "Day,SkuMeter", "--basis", "estimated"),
          List.of("--by", "Hour", "--where", "Team=team-pay", "--where", "Team=t:pay"),
          List.of("--by", "SubAccountId", "--where-null", "Product"));

  @TempDir private static Path files;
  @TempDir private Path home;

  private Path warehouse(String name) {
    return home.resolve(name);
  }

  private static String backfill(Path warehouse, Object... more) {
    return Cli.fine(command("backfill", warehouse, more));
  }

  private static String replay(Path warehouse, Object... more) {
    return Cli.fine(command("replay", warehouse, more));
  }

  /** Totals of random bills may change by any factor. */
  private static Object[] command(String name, Path warehouse, Object... more) {
    List<Object> command =
        new ArrayList<>(
            List.of(name, "--warehouse", warehouse, "--tenant", TENANT, "--change-floor", "1000"));
    command.addAll(List.of(more));
    return command.toArray();
  }

  private static void assertSameLedger(Path actual, Path expected) {
    SortedMap<String, List<BigDecimal>> net = Tables.netLedger(actual, TENANT);
    assertThat(net).isNotEmpty();
    assertThat(net).isEqualTo(Tables.netLedger(expected, TENANT));
    assertThat(Tables.netErrors(actual, TENANT)).isEqualTo(Tables.netErrors(expected, TENANT));
  }

  private static void assertSameAnswers(Path actual, Path expected) {
    for (List<String> question : QUESTIONS) {
      String[] more = question.toArray(String[]::new);
      assertThat(Costs.answer(actual, TENANT, more))
          .as(String.join(" ", question))
          .isNotEmpty()
          .isEqualTo(Costs.answer(expected, TENANT, more));
    }
  }

  private static List<String> rejections(Path warehouse) {
    return Tables.rows(warehouse, TENANT, Rejection.class).stream()
        .map(rejection -> rejection.getPosition() + " " + rejection.getReason())
        .sorted()
        .toList();
  }

  @ParameterizedTest(name = "inputs of seed {0}, orders of seed {1} and {2}")
  @CsvSource({"1, 17, 18"})
  void recordsOfEveryKindInAnyOrder(long seed, long order, long otherOrder) throws IOException {
    Recorded recorded = Recorded.of(seed, 1_500);
    Path events = recorded.write(files.resolve("events-" + seed + ".jsonl"));
    Path expected = warehouse("backfill");
    backfill(expected, "--records", events);
    assertThat(billed(expected)).isEqualTo(recorded.billed());
    assertThat(rejections(expected)).hasSize(Recorded.MALFORMED);

    Path inOrder = warehouse("replay");
    replay(inOrder, "--events", events);
    assertSameLedger(inOrder, expected);
    assertSameAnswers(inOrder, expected);
    assertThat(rejections(inOrder)).isEqualTo(rejections(expected));

    for (long shuffle : new long[] {order, otherOrder}) {
      Path shuffled = warehouse("shuffle-" + shuffle);
      replay(shuffled, "--events", events, "--shuffle", shuffle, "--duplicate", 0.2);
      assertSameLedger(shuffled, expected);
      assertThat(rejections(shuffled)).isEqualTo(rejections(expected));
      Cli.fine("audit", "--warehouse", shuffled);
    }
  }

  /**
   * The meter costs 0.50 USD. There are 1 h and 3 h before the bill of 6 USD for two hours, which
   * ends before another 10 h; then 2 h come late, the price falls to 0.25, and the bill is
   * restated.
   */
  @Test
  void theErrorOfEstimatesIsMeasuredInEveryOrderAndByTheBackfill() throws IOException {
    Path events = Files.write(files.resolve("true-up.jsonl"), TRUE_UP);
    Path replayed = warehouse("replay");
    replay(replayed, "--events", events);
    assertThat(Tables.netErrors(replayed, TENANT).toString())
        .as("6 h at 0.25 in 2 cells; 9 billed for them; 5 for an hour in a unit without a price")
        .isEqualTo(
            "{vm-hours GB USD 2026-01-06=EstimateAmounts[cells=0, estimated=0E-18,"
                + " billed=0E-18, unestimated=5.000000000000000000],"
                + " vm-hours h USD 2026-01-05=EstimateAmounts[cells=2,"
                + " estimated=1.500000000000000000, billed=9.000000000000000000,"
                + " unestimated=0E-18]}");

    Path shuffled = warehouse("shuffled");
    replay(shuffled, "--events", events, "--shuffle", 7, "--duplicate", 0.5);
    assertSameLedger(shuffled, replayed);
    Path backfilled = warehouse("backfill");
    backfill(backfilled, "--records", events);
    assertSameLedger(backfilled, replayed);
    int rows = Tables.rows(backfilled, TENANT, EstimateError.class).size();
    assertThat(rows).isEqualTo(2);
    backfill(backfilled, "--records", events);
    assertThat(Tables.rows(backfilled, TENANT, EstimateError.class)).hasSize(rows);
  }

  private static final List<String> TRUE_UP =
      List.of(
          price("0.50", 1),
          used("u1", "2026-01-05T10:15:00Z", "1", "h"),
          used("u2", "2026-01-05T11:15:00Z", "3", "h"),
          used("u3", "2026-01-05T12:15:00Z", "10", "h"),
          used("u4", "2026-01-06T12:15:00Z", "1", "GB"),
          billed("a", 1, "2026-01-05T10:00:00Z", "2026-01-05T12:00:00Z", "6"),
          billed("b", 1, "2026-01-06T12:00:00Z", "2026-01-06T13:00:00Z", "5"),
          used("late", "2026-01-05T10:45:00Z", "2", "h"),
          price("0.25", 2),
          billed("a", 2, "2026-01-05T10:00:00Z", "2026-01-05T12:00:00Z", "9"));

  private static String price(String unitPrice, int version) {
    return line(
        """
        {"type": "price", "meter": "vm-hours", "unit": "h", "currency": "USD",
        "unit_price": "%s", "valid_from": "2026-01-01T00:00:00Z", "version": %d}
        """,
        unitPrice, version);
  }

  private static String used(String id, String time, String quantity, String unit) {
    return line(
        """
        {"type": "usage", "event_id": "%s", "source": "agent", "event_time": "%s",
        "resource_id": "i-1", "meter": "vm-hours", "quantity": "%s", "unit": "%s"}
        """,
        id, time, quantity, unit);
  }

  private static String billed(String key, int version, String from, String to, String cost) {
    return line(
        """
        {"type": "charge", "charge_key": "%s", "version": %d, "resource_id": "i-1",
        "sku_meter": "vm-hours", "charge_period_start": "%s", "charge_period_end": "%s",
        "billing_currency": "USD", "billed_cost": "%s"}
        """,
        key, version, from, to, cost);
  }

  private static String line(String json, Object... values) {
    return json.formatted(values).replace('\n', ' ').strip();
  }

  /** The answer by month and currency, where it is not 0. */
  private static SortedMap<String, BigDecimal> billed(Path warehouse) {
    SortedMap<String, BigDecimal> billed = new TreeMap<>();
    Costs.answer(warehouse, TENANT, "--measure", "billed", "--by", "Month", "--basis", "billed")
        .forEach((key, cost) -> billed.put(key, cost.setScale(10)));
    return billed;
  }

  @ParameterizedTest(name = "{0}, order of seed {1}")
  @CsvSource({
    "focus-foundation-1.0/focus_sample.csv, 3",
    "cur-legacy-koku-hourly/my-report-1.csv.gz, 4"
  })
  void realBillsInAnyOrder(String file, long order) {
    SharedData.require("streams of real bills are not compared");
    Path bill = SharedData.file(file);
    Path definitions = Resources.file("definitions/sample.yaml");
    Path expected = warehouse("backfill");
    backfill(expected, "--charges", bill, "--definitions", definitions);
    Path inOrder = warehouse("replay");
    replay(inOrder, "--charges", bill, "--definitions", definitions);
    assertSameLedger(inOrder, expected);
    Path shuffled = warehouse("shuffled");
    replay(
        shuffled,
        "--charges",
        bill,
        "--definitions",
        definitions,
        "--shuffle",
        order,
        "--duplicate",
        "0.2");
    assertSameLedger(shuffled, expected);
    for (String measure : List.of("billed", "effective", "list", "contracted")) {
      assertThat(Costs.by(shuffled, TENANT, measure, "Application,Day"))
          .isEqualTo(Costs.by(expected, TENANT, measure, "Application,Day"));
    }
  }

  @Test
  void aTenantMayChangeBetweenBothWays() throws IOException {
    assertThatATenantMayChangeBetweenBothWays("brbr");
  }

  @Tag("proof")
  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"rbrb", "rrrr"})
  void inWhateverOrder(String ways) throws IOException {
    assertThatATenantMayChangeBetweenBothWays(ways);
  }

  /**
   * @param ways b = backfill, r = replay: of a bill, records, the bill restated, more usage and
   *     definitions
   */
  private void assertThatATenantMayChangeBetweenBothWays(String ways) throws IOException {
    Path expected = warehouse("backfill");
    Path mixed = warehouse("mixed");
    int step = 0;
    for (Object[] inputs : steps()) {
      backfill(expected, inputs);
      if (ways.charAt(step) == 'b') {
        backfill(mixed, inputs);
      } else {
        replay(mixed, asEvents(inputs));
      }
      assertSameLedger(mixed, expected);
      step++;
    }
    assertSameAnswers(mixed, expected);
    Cli.fine("audit", "--warehouse", mixed);
    Cli.fine("audit", "--warehouse", expected);
  }

  private static List<Object[]> steps() throws IOException {
    return List.of(
        new Object[] {"--charges", Bill.first(files.resolve("bill-1.csv"), 400)},
        new Object[] {"--records", Recorded.of(5, 300).write(files.resolve("records.jsonl"))},
        new Object[] {"--charges", Bill.restated(files.resolve("bill-2.csv"), 400)},
        new Object[] {
          "--records",
          Files.write(files.resolve("usage.jsonl"), Recorded.moreUsage(6, 200)),
          "--definitions",
          Resources.file("definitions/acme-2.yaml")
        });
  }

  private static Object[] asEvents(Object[] inputs) {
    Object[] renamed = inputs.clone();
    for (int i = 0; i < renamed.length; i++) {
      renamed[i] = renamed[i].equals("--records") ? "--events" : renamed[i];
    }
    return renamed;
  }

  @Test
  void aBrokerElsewhereServesAsWell() throws Exception {
    Path events = Recorded.of(12, 300).write(files.resolve("elsewhere.jsonl"));
    Path expected = warehouse("backfill");
    backfill(expected, "--records", events);
    Path replayed = warehouse("replay");
    try (KafkaUnderTest kafka = KafkaUnderTest.start(home.resolve("kafka"))) {
      replay(replayed, "--events", events, "--bootstrap-servers", kafka.bootstrapServers());
    }
    assertSameLedger(replayed, expected);
  }

  @Test
  void aDeliveryThatRepeatsTheLastWritesNoEntry() throws IOException {
    Path bill = Bill.first(files.resolve("bill.csv"), 200);
    Path warehouse = warehouse("w");
    backfill(warehouse, "--charges", bill);
    int entries = Tables.ledgerEntries(warehouse, TENANT);
    assertThat(entries).isEqualTo(200);
    backfill(warehouse, "--charges", bill);
    assertThat(Tables.ledgerEntries(warehouse, TENANT)).isEqualTo(entries);
    replay(warehouse, "--charges", bill);
    assertThat(Tables.ledgerEntries(warehouse, TENANT)).isEqualTo(entries);
  }

  @Test
  void aDeliveryThatWithdrawsMoreThanHalfIsRefusedUnlessToldTo() throws IOException {
    Path warehouse = warehouse("w");
    backfill(warehouse, "--charges", Bill.first(files.resolve("whole.csv"), 200));
    SortedMap<String, Long> before = Tables.snapshots(warehouse);
    Path shrunk = Bill.shrunk(files.resolve("shrunk.csv"), 200);
    Cli.Outcome refused = Cli.run(command("backfill", warehouse, "--charges", shrunk));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.problem()).contains("would withdraw 60 of 100 charges", "--replace");
    assertThat(Tables.snapshots(warehouse)).isEqualTo(before);

    backfill(warehouse, "--charges", shrunk, "--replace");
    Path alone = warehouse("alone");
    backfill(alone, "--charges", shrunk);
    assertThat(Costs.totals(warehouse, TENANT, "billed"))
        .isEqualTo(Costs.totals(alone, TENANT, "billed"));
    assertSameLedger(warehouse, alone);
  }

  @Test
  void aUsageFileCountsOnceHoweverOftenItComes() throws IOException {
    Path usage = Recorded.of(8, 200).write(files.resolve("usage-once.jsonl"));
    Path warehouse = warehouse("w");
    backfill(warehouse, "--records", usage);
    SortedMap<String, List<BigDecimal>> net = Tables.netLedger(warehouse, TENANT);
    int hours = Tables.rows(warehouse, TENANT, UsageHour.class).size();
    int entries = Tables.ledgerEntries(warehouse, TENANT);
    backfill(warehouse, "--records", Files.copy(usage, files.resolve("same content.jsonl")));
    replay(warehouse, "--events", usage);
    assertThat(Tables.rows(warehouse, TENANT, UsageHour.class)).hasSize(hours);
    assertThat(Tables.ledgerEntries(warehouse, TENANT)).isEqualTo(entries);
    assertThat(Tables.netLedger(warehouse, TENANT)).isEqualTo(net);
  }
}
