package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real bills, usage, prices and histories: from scratch, and streamed shuffled with repeats. */
class RealInputsIT {

  private static final String TENANT = "acme";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path home;

  @BeforeAll
  static void needsData() {
    SharedData.require("streams of real inputs are not compared");
  }

  private void assertStreamEqualsBackfill(List<Object> backfill, List<Object> replay) {
    Path expected = home.resolve("backfill");
    Path streamed = home.resolve("replay");
    run("backfill", expected, backfill);
    run("replay", streamed, replay);
    assertThat(Tables.netLedger(expected, TENANT)).isNotEmpty();
    assertThat(Tables.netLedger(streamed, TENANT)).isEqualTo(Tables.netLedger(expected, TENANT));
    Cli.fine("audit", "--warehouse", streamed);
  }

  private static void run(String command, Path warehouse, List<Object> more) {
    List<Object> arguments =
        new ArrayList<>(List.of(command, "--warehouse", warehouse, "--tenant", TENANT));
    arguments.addAll(more);
    Cli.fine(arguments.toArray());
  }

  @Test
  void usageOfModelsAndPodsWithTheHistoriesOfPricesAndExchangeRates() throws IOException {
    Path events = RealInputs.write(home.resolve("events.jsonl"));
    Path definitions = Resources.file("definitions/real-inputs.yaml");
    assertStreamEqualsBackfill(
        List.of("--records", events, "--definitions", definitions),
        List.of(
            "--events",
            events,
            "--definitions",
            definitions,
            "--shuffle",
            "5",
            "--duplicate",
            "0.2"));
    assertThat(Costs.by(home.resolve("replay"), TENANT, "effective", "Month"))
        .isEqualTo(quantityTimesPrice(events));
  }

  /** Every event times the price valid at its hour, by month. */
  private static SortedMap<String, BigDecimal> quantityTimesPrice(Path events) throws IOException {
    Map<String, TreeMap<Instant, BigDecimal>> prices = new HashMap<>();
    List<JsonNode> usage = new ArrayList<>();
    for (String line : Files.readAllLines(events)) {
      JsonNode record = JSON.readTree(line);
      if (record.get("type").asText().equals("price")) {
        prices
            .computeIfAbsent(record.get("meter").asText(), meter -> new TreeMap<>())
            .put(
                Instant.parse(record.get("valid_from").asText()),
                new BigDecimal(record.get("unit_price").asText()));
      } else if (record.get("type").asText().equals("usage")) {
        usage.add(record);
      }
    }
    SortedMap<String, BigDecimal> costs = new TreeMap<>();
    for (JsonNode event : usage) {
      Instant hour = Instant.parse(event.get("event_time").asText()).truncatedTo(ChronoUnit.HOURS);
      var price =
          prices.getOrDefault(event.get("meter").asText(), new TreeMap<>()).floorEntry(hour);
      if (price != null) {
        BigDecimal cost = price.getValue().multiply(new BigDecimal(event.get("quantity").asText()));
        costs.merge(hour.toString().substring(0, 7) + "|USD", cost, BigDecimal::add);
      }
    }
    costs.values().removeIf(cost -> cost.signum() == 0);
    costs.replaceAll((month, cost) -> cost.stripTrailingZeros());
    return costs;
  }

  @Test
  void billsOfManyProvidersAndFormatsAtOnce() throws IOException {
    List<Object> bills = new ArrayList<>();
    for (String bill :
        List.of(
            "focus-foundation-1.0/focus_sample.csv",
            "focus-toolkit-aws12-azure13/focus_1_2_cost_and_usage_aws_rows3000_seed1203.csv",
            "focus-toolkit-aws12-azure13/focus_1_3_cost_and_usage_azure_rows1000_seed88.csv",
            "focus-toolkit-golden/consolidated_multi_provider_1_3.csv",
            "cur-legacy-real-anon/sample-anonymous-aws-export-dataset.csv",
            "cur-legacy-koku-hourly/my-report-1.csv.gz",
            "cur-legacy-koku-hourly/koku-local-1-2018-06-20_08-03.csv.gz",
            "cur-small-fixtures/koku_2023-06-01.csv",
            "cur-small-fixtures/koku_test_cur.csv")) {
      bills.add("--charges");
      bills.add(SharedData.file(bill));
    }
    bills.addAll(List.of("--definitions", Resources.file("definitions/sample.yaml")));
    List<Object> shuffled =
        Stream.concat(bills.stream(), Stream.of("--shuffle", "6", "--duplicate", "0.2")).toList();
    assertStreamEqualsBackfill(bills, shuffled);
  }
}
