package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.jobs.TraceArchive;
import io.tributary.query.http.AccessKeys;
import io.tributary.query.http.Caller;
import io.tributary.query.http.QueryServer;
import io.tributary.query.http.ServerSettings;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code explain} and its resource, on a small bill with usage, prices, owners and definitions. */
class ExplainIT {

  private static final String DEFINITIONS =
      """
      Dimensions:
        Team:
          Rules:
            - Type: Group
              Name: finance
              Conditions:
                - {Source: ChargeCategory, Equals: [Tax, Credit]}
            - Type: GroupBy
              Sources: [Tag:team, Entity:resource:owner]
              CoalesceSources: true
              Transforms: [{Type: Lower}]
          DefaultValue: nobody
        Board:
          Source: User:Defined:Team
          Groups: {platform: [Equals: [ops, sre]]}
      """;

  private static final String BILL =
      """
      ProviderName,BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,ResourceId,SkuMeter,BillingCurrency,BilledCost
      cloud-x,payer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,2026-01-05T10:00:00Z,2026-01-05T12:00:00Z,Usage,Compute,i-1,hours,USD,6
      cloud-x,payer,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,Credit,Compute,,,USD,-0.75
      """;

  private static final String USAGE =
      """
      {"type":"usage","event_id":"1","source":"agent","event_time":"2026-01-05T10:15:00Z","resource_id":"i-1","meter":"hours","quantity":"1","unit":"h","labels":{"team":"Web"}}
      {"type":"usage","event_id":"2","source":"agent","event_time":"2026-01-05T11:15:00Z","resource_id":"i-1","meter":"hours","quantity":"1","unit":"h"}
      {"type":"usage","event_id":"3","source":"agent","event_time":"2026-01-05T11:45:00Z","resource_id":"i-1","meter":"hours","quantity":"2","unit":"h"}
      {"type":"usage","event_id":"4","source":"agent","event_time":"2026-01-05T10:45:00Z","resource_id":"i-2","meter":"hours","quantity":"4","unit":"h"}
      """;

  private static final String ENTITIES =
      """
      {"type":"entity","kind":"resource","entity_id":"i-1","attributes":{"owner":"OPS"},"valid_from":"2026-01-01T00:00:00Z","version":1}
      {"type":"entity","kind":"resource","entity_id":"i-1","attributes":{"owner":"SRE"},"valid_from":"2026-01-05T11:00:00Z","version":3}
      {"type":"entity","kind":"resource","entity_id":"i-1","op":"DELETE","valid_from":"2026-01-20T00:00:00Z","version":1}
      """;

  private static final String PRICES =
      """
      {"type":"price","meter":"hours","unit":"h","currency":"USD","unit_price":"0.50","valid_from":"2026-01-01T00:00:00Z","version":2}
      """;

  @TempDir private static Path directory;

  private static Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static Path warehouse() {
    return directory.resolve("warehouse");
  }

  @BeforeAll
  static void takeIn() throws IOException {
    Cli.fine(
        "backfill",
        "--warehouse",
        warehouse(),
        "--tenant",
        "acme",
        "--charges",
        file("january.csv", BILL),
        "--usage",
        file("usage.jsonl", USAGE),
        "--entities",
        file("entities.jsonl", ENTITIES),
        "--prices",
        file("prices.jsonl", PRICES),
        "--definitions",
        file("teams.yaml", DEFINITIONS));
  }

  private static Object[] explain(Object... options) {
    return Stream.concat(
            Stream.of("explain", "--warehouse", warehouse(), "--tenant", "acme"),
            Stream.of(options))
        .toArray();
  }

  private static JsonNode lines(Object... options) {
    Object[] asData = Stream.concat(Stream.of(options), Stream.of("--format", "json")).toArray();
    return Costs.json(Cli.fine(explain(asData))).get("lines");
  }

  private static JsonNode dimension(JsonNode line, String id) {
    for (JsonNode finding : line.get("dimensions")) {
      if (finding.get("dimension").textValue().equals(id)) {
        return finding;
      }
    }
    throw new AssertionError("no " + id + " in " + line);
  }

  @Test
  void aPartOfAChargeIsExplainedByItsUsageAndTheOwnerOfItsHour() {
    JsonNode line = lines("--where", "Team=sre").get(0);
    assertThat(line.get("costs").get("billed").textValue()).isEqualTo("4.5");
    assertThat(line.get("outstanding").isNull()).isTrue();
    assertThat(line.get("charge").get("version").intValue()).isEqualTo(1);
    assertThat(line.get("charge").get("parts").intValue()).isEqualTo(2);
    assertThat(line.get("charge").get("billed").textValue()).isEqualTo("6");
    assertThat(line.get("charge").get("sources").get(0).textValue()).endsWith("january.csv");
    assertThat(line.get("usage").get("quantity").textValue()).isEqualTo("3");
    assertThat(line.get("definitions").get("version").intValue()).isEqualTo(1);

    JsonNode team = dimension(line, "Team");
    assertThat(team.get("element").textValue()).isEqualTo("sre");
    assertThat(team.get("matched").get("number").intValue()).isEqualTo(2);
    assertThat(team.get("matched").get("at").get("line").intValue()).isEqualTo(8);
    assertThat(team.get("matched").get("values").get("shown").toString())
        .isEqualTo(
            "[{\"source\":\"Tag:team\",\"raw\":null,\"value\":null},"
                + "{\"source\":\"Entity:resource:owner\",\"raw\":\"SRE\",\"value\":\"sre\"}]");
    assertThat(team.get("entities").get(0).get("version").toString())
        .isEqualTo(
            "{\"valid_from\":\"2026-01-05T11:00:00Z\",\"valid_to\":\"2026-01-20T00:00:00Z\","
                + "\"version\":3}");
    assertThat(dimension(line, "Board").get("element").textValue()).isEqualTo("platform");
  }

  @Test
  void theLabelOfTheUsageWinsOverTheOwner() {
    JsonNode line = lines("--where", "Team=web").get(0);
    assertThat(line.get("costs").get("billed").textValue()).isEqualTo("1.5");
    assertThat(line.get("usage").get("labels").toString()).isEqualTo("{\"team\":\"Web\"}");
    assertThat(dimension(line, "Team").get("entities")).isEmpty();
    assertThat(dimension(line, "Board").get("decision").textValue()).isEqualTo("no_rule");
  }

  @Test
  void anEstimateIsExplainedByItsPrice() {
    JsonNode line = lines("--where", "ResourceId=i-2").get(0);
    assertThat(line.get("basis").textValue()).isEqualTo("estimated");
    assertThat(line.get("charge").isNull()).isTrue();
    assertThat(line.get("costs").get("effective").textValue()).isEqualTo("2");
    assertThat(line.get("price").toString())
        .isEqualTo(
            "{\"currency\":\"USD\",\"unit_price\":\"0.5\","
                + "\"valid_from\":\"2026-01-01T00:00:00Z\",\"version\":2}");
    assertThat(dimension(line, "Team").get("decision").textValue()).isEqualTo("default");
  }

  @Test
  void linesOfAChargeAreFoundByItsKey() {
    String key = lines("--where", "Team=sre").get(0).get("charge_key").textValue();
    assertThat(lines("--charge", key)).hasSize(2);
    assertThat(lines("--charge", key, "--to", "2026-01-05T11:00:00Z")).hasSize(1);
    assertThat(Cli.fine(explain("--charge", key, "--limit", "1")))
        .endsWith("... and 1 more lines\n");
  }

  @Test
  void peopleReadWhichRuleMatchedAndWhy() {
    assertThat(Cli.fine(explain("--where", "ChargeCategory=Credit", "--dimension", "Board")))
        .contains("cost     billed -0.75 USD, effective -0.75 USD")
        .contains("Team = 'finance': rule 1, Group 'finance' at line 4:9")
        .contains("Equals 'Credit', 'Tax' holds: ChargeCategory is 'Credit'")
        .contains("Board = (none): no rule matched, and there is no default")
        .contains("Equals 'ops', 'sre' fails: User:Defined:Team is 'finance'");
    assertThat(Cli.fine(explain("--where-null", "Board", "--where", "ResourceId=i-1")))
        .contains("Team = 'web'")
        .contains("read as 'web'");
  }

  @Test
  void nothingFoundIsANoAndNonsenseIsBadUsage() {
    Cli.Outcome nothing = Cli.run(explain("--where", "Team=unheard"));
    assertThat(nothing.exitCode()).isEqualTo(1);
    assertThat(nothing.problem()).contains("no line of acme");
    Cli.Outcome data = Cli.run(explain("--charge", "unheard", "--format", "json"));
    assertThat(data.exitCode()).isEqualTo(1);
    assertThat(Costs.json(data.out()).get("lines")).isEmpty();
    for (Object[] options :
        new Object[][] {
          {}, {"--where", "Taem=x"}, {"--charge", "k", "--dimension", "Taem"}, {"--where", "x"}
        }) {
      Cli.Outcome refused = Cli.run(explain(options));
      assertThat(refused.exitCode()).isEqualTo(2);
      assertThat(refused.problem()).isNotEmpty();
    }
  }

  @Test
  void theResourceSaysWhatTheCommandSaysToTheTenantAlone() throws Exception {
    AccessKeys keys =
        AccessKeys.ofHashes(
            Map.of(
                AccessKeys.hash("acme-key"), new Caller.Tenant("acme"),
                AccessKeys.hash("other-key"), new Caller.Tenant("other")));
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    try (Warehouse open = Warehouse.openExisting(WarehouseSettings.local(warehouse()));
        QueryServer server =
            QueryServer.start(
                open,
                new TraceArchive(),
                new ServerSettings("127.0.0.1", 0, keys, 4, true),
                clock)) {
      String path = "api/v1/explain?where=ResourceId%3Di-1&dimension=Board";
      JsonNode answer = Costs.json(get(server, path, "acme-key"));
      assertThat(answer.get("lines"))
          .isEqualTo(lines("--where", "ResourceId=i-1", "--dimension", "Board"));
      assertThat(answer.get("lines")).hasSize(2);
      assertThat(
              Costs.json(get(server, "api/v1/explain?where=ResourceId%3Di-1", "other-key"))
                  .get("lines"))
          .isEmpty();
    }
  }

  @Test
  void everyLineOfARecordedTenantIsWorkedOutAsTheLedgerHasIt() throws IOException {
    Path recorded = directory.resolve("recorded");
    Path events = Recorded.of(5, 300).write(directory.resolve("recorded.jsonl"));
    Cli.fine("backfill", "--warehouse", recorded, "--tenant", "acme", "--records", events);
    int lines = 0;
    for (String condition :
        List.of("ResourceId=i-1", "ResourceId=i-3", "ResourceId=i-8", "ChargeCategory=Purchase")) {
      String answer =
          Cli.fine(
              "explain",
              "--warehouse",
              recorded,
              "--tenant",
              "acme",
              "--where",
              condition,
              "--limit",
              "100",
              "--format",
              "json");
      for (JsonNode line : Costs.json(answer).get("lines")) {
        assertThat(line.get("outstanding").isNull()).as(line.toString()).isTrue();
        for (JsonNode finding : line.get("dimensions")) {
          assertThat(line.get("elements").path(finding.get("dimension").textValue()).textValue())
              .as(line.toString())
              .isEqualTo(finding.get("element").textValue());
        }
        lines++;
      }
    }
    assertThat(lines).isGreaterThan(40);
  }

  private static String get(QueryServer server, String path, String key) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(server.address().resolve(path))
                .header("Authorization", "Bearer " + key)
                .build(),
            BodyHandlers.ofString())
        .body();
  }
}
