package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What allocations do with a small bill: in the ledger, in questions, and as it is explained. */
class AllocationIT {

  private static final String OLD =
      """
      Dimensions:
        Team: {GroupBy: {Source: Tag:team}}
        Shared:
          Type: Allocation
          AllocateByRules:
            AllocationMethod: Proportional
            SpendToAllocate: {Source: User:Defined:Team, Conditions: [Equals: platform]}
            AcrossElements: {GroupBy: {Source: User:Defined:Team}}
        Owner:
          GroupBy: {Sources: [User:Defined:Shared, User:Defined:Team], CoalesceSources: true}
        Customer:
          Type: Allocation
          AllocateByStreams: {Streams: [calls]}
      """;

  private static final String NEW =
      OLD.replace("AllocationMethod: Proportional", "AllocationMethod: Even")
          .replace(
              "GroupBy: {Source: Tag:team}}",
              "Source: Tag:team, Groups: {platform: [Equals: platform], web: [BeginsWith: w],"
                  + " www: [Equals: web], nobody: [Equals: n]}}");

  private static final String BILL =
      """
      ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,ResourceId,SkuMeter,BillingCurrency,BilledCost,Tags
      cloud-x,payer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,2026-01-05T10:00:00Z,2026-01-05T11:00:00Z,Usage,Compute,i-1,hours,USD,1,"{""team"":""platform""}"
      cloud-x,payer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,2026-01-06T10:00:00Z,2026-01-06T11:00:00Z,Usage,Compute,i-2,hours,USD,2,"{""team"":""web""}"
      cloud-x,payer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,2026-01-07T10:00:00Z,2026-01-07T11:00:00Z,Usage,Storage,i-3,hours,USD,1,"{""team"":""search""}"
      """;

  private static final String TELEMETRY =
      """
      {"type":"telemetry","stream":"calls","period_start":"2026-01-07T00:00:00Z","granularity":"DAILY","element":"acme","value":"3","version":1,"filter":{"ServiceName":["Storage"]}}
      {"type":"telemetry","stream":"calls","period_start":"2026-01-07T00:00:00Z","granularity":"DAILY","element":"zeta","value":"1","version":1,"filter":{"ServiceName":["Storage"]}}
      """;

  @TempDir private static Path directory;

  private static Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  @BeforeAll
  static void takeIn() throws IOException {
    Cli.fine(
        "backfill",
        "--warehouse",
        directory.resolve("warehouse"),
        "--tenant",
        "acme",
        "--charges",
        file("january.csv", BILL),
        "--telemetry",
        file("telemetry.jsonl", TELEMETRY),
        "--definitions",
        file("old.yaml", OLD));
  }

  private static String query(Path warehouse, String... options) {
    Object[] command = {"query", "--warehouse", warehouse, "--tenant", "acme", "--format", "csv"};
    return Cli.fine(Stream.concat(Stream.of(command), Stream.of(options)).toArray());
  }

  @Test
  void aQuestionByADimensionBringsItsTransfersAlong() {
    Path warehouse = directory.resolve("warehouse");
    assertThat(query(warehouse, "--by", "Team").lines())
        .containsExactlyInAnyOrder(
            "Team,currency,cost", "platform,USD,1", "search,USD,1", "web,USD,2");
    assertThat(query(warehouse, "--by", "Owner").lines())
        .containsExactlyInAnyOrder(
            "Owner,currency,cost",
            "search,USD,1.333333333333333333",
            "web,USD,2.666666666666666667");
    assertThat(query(warehouse, "--by", "Shared,ServiceName", "--measure", "billed").lines())
        .containsExactlyInAnyOrder(
            "Shared,ServiceName,currency,cost",
            ",Compute,USD,2",
            ",Storage,USD,1",
            "search,Compute,USD,0.333333333333333333",
            "web,Compute,USD,0.666666666666666667");
    assertThat(query(warehouse, "--where", "Customer=acme").lines())
        .containsExactlyInAnyOrder("currency,cost", "USD,0.75");
    assertThat(query(warehouse).lines()).containsExactly("currency,cost", "USD,4");
  }

  @Test
  void allocationsThatDoNotReadEachOtherAreNotAskedForTogether() {
    Cli.Outcome outcome =
        Cli.run(
            "query",
            "--warehouse",
            directory.resolve("warehouse"),
            "--tenant",
            "acme",
            "--by",
            "Shared,Customer");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("Customer, Shared do not read each other");
  }

  @Test
  void theLedgerBalancesAndAReplayGivesTheSame() {
    Path warehouse = directory.resolve("warehouse");
    Cli.fine("audit", "--warehouse", warehouse);
    Path replayed = directory.resolve("replayed");
    Cli.fine(
        "replay",
        "--warehouse",
        replayed,
        "--tenant",
        "acme",
        "--charges",
        directory.resolve("january.csv"),
        "--events",
        directory.resolve("telemetry.jsonl"),
        "--definitions",
        directory.resolve("old.yaml"),
        "--shuffle",
        "3",
        "--duplicate",
        "0.5");
    Cli.fine("audit", "--warehouse", replayed);
    assertThat(Tables.netLedger(replayed, "acme")).isEqualTo(Tables.netLedger(warehouse, "acme"));
    for (String dimension : List.of("Team", "Owner", "Shared", "Customer")) {
      assertThat(query(replayed, "--by", dimension)).isEqualTo(query(warehouse, "--by", dimension));
    }
  }

  private static JsonNode split(String team, String dimension) {
    JsonNode lines =
        Costs.json(
                Cli.fine(
                    "explain",
                    "--warehouse",
                    directory.resolve("warehouse"),
                    "--tenant",
                    "acme",
                    "--where",
                    "Team=" + team,
                    "--dimension",
                    dimension,
                    "--format",
                    "json"))
            .get("lines");
    for (JsonNode line : lines) {
      if (line.get("entry_kind").textValue().equals("base")) {
        assertThat(line.get("splits")).hasSize(1);
        return line.get("splits").get(0);
      }
    }
    throw new AssertionError("no line of " + team);
  }

  @Test
  void explainsPoolWeightsRatiosAndTheUnitLeftOver() {
    JsonNode split = split("platform", "Owner");
    assertThat(split.get("allocation").textValue()).isEqualTo("Shared");
    assertThat(split.get("pool").get("effective").textValue()).isEqualTo("1");
    assertThat(split.get("lines").intValue()).isEqualTo(1);
    assertThat(split.get("start").textValue()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(split.get("weight_sum").textValue()).isEqualTo("3");
    JsonNode web = split.get("parts").get(0);
    assertThat(web.get("element").textValue()).isEqualTo("web");
    assertThat(web.get("weight").textValue()).isEqualTo("2");
    assertThat(web.get("ratio").textValue()).isEqualTo("0.666666666666666667");
    assertThat(web.get("part").get("effective").textValue()).isEqualTo("0.666666666666666667");
    assertThat(web.get("remainder").toString())
        .isEqualTo("[\"billed\",\"effective\",\"list\",\"contracted\"]");
    JsonNode search = split.get("parts").get(1);
    assertThat(search.get("part").get("effective").textValue()).isEqualTo("0.333333333333333333");
    assertThat(search.get("remainder")).isEmpty();
  }

  @Test
  void explainsASplitByTelemetry() {
    JsonNode split = split("search", "Customer");
    assertThat(split.get("stream").textValue()).isEqualTo("calls");
    assertThat(split.get("start").textValue()).isEqualTo("2026-01-07T00:00:00Z");
    assertThat(split.get("columns").toString()).isEqualTo("{\"ServiceName\":\"Storage\"}");
    assertThat(split.get("parts").get(0).get("part").get("billed").textValue()).isEqualTo("0.75");
  }

  @Test
  void explainsForPeople() {
    assertThat(
            Cli.fine(
                "explain",
                "--warehouse",
                directory.resolve("warehouse"),
                "--tenant",
                "acme",
                "--where",
                "Team=search",
                "--dimension",
                "Customer"))
        .contains(
            "allocation Customer, 2026-01-07T00:00:00Z to 2026-01-08T00:00:00Z",
            "by weights of the stream 'calls' that sum to 4",
            "'acme' weighs 3 (0.75): billed 0.75 USD");
  }

  @Test
  void tellsWhatOtherDefinitionsWouldMove() throws IOException {
    String text =
        Cli.fine(
            "definitions",
            "diff",
            directory.resolve("old.yaml"),
            file("new.yaml", NEW),
            "--warehouse",
            directory.resolve("warehouse"),
            "--tenant",
            "acme");
    assertThat(text)
        .contains(
            """
            Owner, 2026-01, USD
              search                         1.333333333333333333 -> 0 (-1.333333333333333333)
              (none)                         0 -> 1 (+1)
              web                            2.666666666666666667 -> 3 (+0.333333333333333333)
            """)
        .contains("Team, 2026-01: 1 lines, 1 USD")
        .contains("new.yaml:2: rule 4 of Team (nobody)")
        .contains("new.yaml:2: rule 3 of Team (www): of 1 lines most go to rule 2")
        .doesNotContain("Customer");
    JsonNode json =
        Costs.json(
            Cli.fine(
                "definitions",
                "diff",
                directory.resolve("old.yaml"),
                directory.resolve("old.yaml"),
                "--warehouse",
                directory.resolve("warehouse"),
                "--tenant",
                "acme",
                "--format",
                "json"));
    assertThat(json.get("moved")).isEmpty();
  }
}
