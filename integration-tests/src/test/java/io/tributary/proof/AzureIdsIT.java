package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.events.Charge;
import io.tributary.events.UsageHour;
import io.tributary.jobs.TraceArchive;
import io.tributary.query.http.AccessKeys;
import io.tributary.query.http.Caller;
import io.tributary.query.http.QueryServer;
import io.tributary.query.http.ServerSettings;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bills, usage, inventory, telemetry, rules and questions spell the ids of Azure in their own ways:
 * all come to what they come to when each is written in small letters.
 */
class AzureIdsIT {

  private static final String TENANT = "acme";
  private static final String ONE =
      "/subscriptions/0a/resourceGroups/RG/providers/X/virtualMachines/VM1";
  private static final String TWO =
      "/subscriptions/0a/resourceGroups/RG/providers/X/virtualMachines/VM2";
  private static final String DISK = "/subscriptions/0A/resourceGroups/Other/providers/X/Disks/İ-1";

  private static final String DEFINITIONS =
      """
      Entities:
        service: {Key: Resource}
      Dimensions:
        Team:
          Source: Resource
          Rules:
          - {Type: GroupBy, Source: Entity:resource:owner}
          - {Type: Group, Name: disks, Conditions: [{Contains: /Disks/}]}
        Tier:
          GroupBy: {Source: Entity:service:tier}
        Group:
          Source: Resource
          Groups:
            rg: [BeginsWith: /Subscriptions/0A/ResourceGroups/RG/]
            other: [Matches: '.*/resourceGroups/Other/.*']
            bucket: [Equals: 'arn:aws:s3:::Bucket']
        Machine:
          GroupBy: {Source: Resource}
        Customer:
          Type: Allocation
          AllocateByStreams: {Streams: [calls]}
      """;

  private static final String HEADER =
      "BilledCost,BillingCurrency,BillingPeriodStart,ChargePeriodStart,ChargePeriodEnd,"
          + "ProviderName,ResourceId,SkuMeter,ConsumedQuantity,ConsumedUnit\n";

  /** Two hours of the first machine, a disk, and a bucket whose case means something. */
  private static final String BILL =
      HEADER
          + line("6", "10", "12", ONE, "hours")
          + line("1.5", "10", "11", DISK.toUpperCase(Locale.ROOT), "gb")
          + line("0.25", "10", "11", "arn:aws:s3:::Bucket", "gb")
          + line("0.5", "10", "11", "arn:aws:s3:::bucket", "gb");

  /** The same again a day later, in other spellings, and one line restated. */
  private static final String RESTATED =
      HEADER
          + line("7", "10", "12", ONE.replace("VM1", "vm1"), "hours")
          + line("1.5", "10", "11", DISK, "gb")
          + line("0.25", "10", "11", "arn:aws:s3:::Bucket", "gb")
          + line("0.5", "10", "11", "arn:aws:s3:::bucket", "gb");

  private static final List<String> RECORDS =
      List.of(
          "{\"type\":\"price\",\"meter\":\"hours\",\"unit\":\"h\",\"currency\":\"USD\","
              + "\"unit_price\":\"2\",\"valid_from\":\"2026-01-01T00:00:00Z\",\"version\":1}",
          used("u1", "10:15", ONE.toLowerCase(Locale.ROOT), "1"),
          used("u2", "11:15", ONE.replace("RG", "rG"), "2"),
          used("u3", "10:30", TWO, "1"),
          used("u4", "10:45", TWO.replace("RG", "Rg"), "0.5"),
          used("u5", "10:50", TWO.toLowerCase(Locale.ROOT), "0.25"),
          entity("resource", ONE.toUpperCase(Locale.ROOT), "owner", "web"),
          entity("resource", TWO, "owner", "pay"),
          entity("service", TWO.replace("VM2", "vm2"), "tier", "gold"),
          "{\"type\":\"telemetry\",\"stream\":\"calls\",\"granularity\":\"DAILY\",\"period_start\":"
              + "\"2026-01-05T00:00:00Z\",\"element\":\"/Providers/C/Customer\",\"value\":\"3\","
              + "\"version\":1,\"filter\":{\"Resource\":[\""
              + TWO.toUpperCase(Locale.ROOT)
              + "\"]}}");

  @TempDir private static Path files;
  @TempDir private static Path home;

  private static String line(String cost, String from, String to, String resource, String meter) {
    return "%s,USD,2026-01-01T00:00:00Z,2026-01-05T%s:00:00Z,2026-01-05T%s:00:00Z,Microsoft,%s,%s,1,h\n"
        .formatted(cost, from, to, resource, meter);
  }

  private static String used(String id, String time, String resource, String quantity) {
    return "{\"type\":\"usage\",\"event_id\":\"%s\",\"source\":\"m\",\"event_time\":\"2026-01-05T%s:00Z\",\"resource_id\":\"%s\",\"meter\":\"hours\",\"quantity\":\"%s\",\"unit\":\"h\"}"
        .formatted(id, time, resource, quantity);
  }

  private static String entity(String kind, String id, String attribute, String value) {
    return "{\"type\":\"entity\",\"kind\":\"%s\",\"entity_id\":\"%s\",\"attributes\":{\"%s\":\"%s\"},\"valid_from\":\"2026-01-01T00:00:00Z\",\"version\":1}"
        .formatted(kind, id, attribute, value);
  }

  /** As Azure's tools write ids that are compared: A to Z alone, and only in ids of Azure. */
  private static String small(String text) {
    StringBuilder small = new StringBuilder();
    for (String part : text.split("(?=[\",\\n{}\\[\\]])")) {
      boolean azure = part.matches("(?is)[\",\\s]*/(subscriptions|providers)/.*");
      part.chars()
          .map(c -> azure && 'A' <= c && c <= 'Z' ? c + 32 : c)
          .forEach(c -> small.append((char) c));
    }
    return small.toString();
  }

  private static void takeIn(String warehouse, String command, boolean inSmall, Object... more)
      throws IOException {
    String suffix = inSmall ? "-small" : "";
    List<Path> bills = new ArrayList<>();
    for (String bill : List.of(BILL, RESTATED)) {
      Path file = files.resolve("bill" + bills.size() + suffix + ".csv");
      bills.add(Files.writeString(file, inSmall ? small(bill) : bill));
    }
    List<String> records = RECORDS.stream().map(r -> inSmall ? small(r) : r).toList();
    Path events = Files.write(files.resolve("records" + suffix + ".jsonl"), records);
    Path definitions = Files.writeString(files.resolve("rules.yaml"), DEFINITIONS);
    boolean backfill = command.equals("backfill");
    for (Path bill : bills) {
      List<Object> args =
          new ArrayList<>(
              List.of(
                  command,
                  "--warehouse",
                  home.resolve(warehouse),
                  "--tenant",
                  TENANT,
                  "--charges",
                  bill,
                  backfill ? "--records" : "--events",
                  events,
                  "--definitions",
                  definitions));
      args.addAll(List.of(more));
      Cli.fine(args.toArray());
    }
  }

  @BeforeAll
  static void takeIn() throws IOException {
    takeIn("small", "backfill", true);
    takeIn("backfill", "backfill", false);
    takeIn("replay", "replay", false);
    takeIn("shuffled", "replay", false, "--shuffle", 5, "--duplicate", 0.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay", "shuffled"})
  void everySpellingGivesTheLedgerOfSmallLetters(String way) {
    Path warehouse = home.resolve(way);
    assertThat(Tables.netLedger(warehouse, TENANT))
        .isNotEmpty()
        .isEqualTo(Tables.netLedger(home.resolve("small"), TENANT));
    assertThat(Tables.netErrors(warehouse, TENANT))
        .isEqualTo(Tables.netErrors(home.resolve("small"), TENANT));
    Cli.fine("audit", "--warehouse", warehouse);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", TENANT, "--verify");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay", "shuffled"})
  void theCostsAreThoseOfOneResource(String way) {
    Path warehouse = home.resolve(way);
    String one = ONE.toLowerCase(Locale.ROOT);
    String two = TWO.toLowerCase(Locale.ROOT);
    String disk = "/subscriptions/0a/resourcegroups/other/providers/x/disks/İ-1";
    assertThat(Costs.by(warehouse, TENANT, "billed", "ResourceId"))
        .containsOnly(
            entry(one + "|USD", cost("7")),
            entry(two + "|USD", cost("3.5")),
            entry(disk + "|USD", cost("1.5")),
            entry("arn:aws:s3:::Bucket|USD", cost("0.25")),
            entry("arn:aws:s3:::bucket|USD", cost("0.5")));
    assertThat(Costs.by(warehouse, TENANT, "billed", "Machine,Team,Tier,Group"))
        .containsOnly(
            entry(one + "|web|null|rg|USD", cost("7")),
            entry(two + "|pay|gold|rg|USD", cost("3.5")),
            entry(disk + "|disks|null|other|USD", cost("1.5")),
            entry("arn:aws:s3:::Bucket|null|null|bucket|USD", cost("0.25")),
            entry("arn:aws:s3:::bucket|null|null|null|USD", cost("0.5")));
    assertThat(Costs.by(warehouse, TENANT, "billed", "Customer"))
        .contains(entry("/providers/c/customer|USD", cost("3.5")));
  }

  private static BigDecimal cost(String amount) {
    return new BigDecimal(amount);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {ONE, "/SUBSCRIPTIONS/0A/RESOURCEGROUPS/RG/PROVIDERS/X/VIRTUALMACHINES/VM1"})
  void questionsMayUseAnySpelling(String spelling) throws Exception {
    Path warehouse = home.resolve("replay");
    String where = "ResourceId=" + spelling;
    assertThat(Costs.answer(warehouse, TENANT, "--where", where).values()).containsOnly(cost("7"));
    assertThat(Costs.answer(warehouse, TENANT, "--where", where, "--basis", "estimated")).isEmpty();
    AccessKeys keys =
        AccessKeys.ofHashes(Map.of(AccessKeys.hash("key"), new Caller.Tenant(TENANT)));
    Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    try (Warehouse open = Warehouse.openExisting(WarehouseSettings.local(warehouse));
        QueryServer server =
            QueryServer.start(
                open,
                new TraceArchive(),
                new ServerSettings("127.0.0.1", 0, keys, 4, true),
                clock)) {
      String query = "?where=" + URLEncoder.encode(where, StandardCharsets.UTF_8);
      for (String path : List.of("api/v1/cost", "api/v1/explain")) {
        HttpRequest request =
            HttpRequest.newBuilder(server.address().resolve(path + query))
                .header("Authorization", "Bearer key")
                .build();
        String answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
        assertThat(answer).as(path).contains("\"7\"");
      }
    }
  }

  @Test
  void anotherSystemsFileMayUseAnySpelling() throws IOException {
    Path peer =
        Files.writeString(
            files.resolve("peer.csv"),
            "ResourceId,Month,currency,cost\n" + ONE + ",2026-01,USD,7\n");
    String text =
        Cli.run("shadow", "--warehouse", home.resolve("replay"), "--tenant", TENANT, "--peer", peer)
            .out();
    assertThat(text.toLowerCase(Locale.ROOT)).doesNotContain("virtualmachines/vm1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"backfill", "replay", "shuffled"})
  void whatWasDeliveredIsKeptAndTold(String way) {
    Path warehouse = home.resolve(way);
    Map<String, String> delivered = new TreeMap<>();
    for (String spelling : List.of(ONE, TWO, DISK)) {
      for (JsonNode line :
          Costs.json(
                  Cli.fine(
                      "explain",
                      "--warehouse",
                      warehouse,
                      "--tenant",
                      TENANT,
                      "--where",
                      "ResourceId=" + spelling.toUpperCase(Locale.ROOT),
                      "--format",
                      "json"))
              .get("lines")) {
        assertThat(line.get("outstanding").isNull()).as(line.toString()).isTrue();
        if (line.get("entry_kind").textValue().equals("base")) {
          delivered.merge(
              line.get("columns").get("ResourceId").textValue(),
              line.get("resource_id_as_delivered").asText(),
              (a, b) -> a.equals(b) ? a : a + " and " + b);
        } else {
          assertThat(line.get("resource_id_as_delivered").isNull()).isTrue();
        }
      }
    }
    assertThat(delivered.values())
        .as("the last delivery; of several spellings of a cell the smallest")
        .containsExactlyInAnyOrder(DISK, ONE.replace("VM1", "vm1"), TWO);
    assertThat(Cli.fine("export", "focus", "--warehouse", warehouse, "--tenant", TENANT))
        .contains("," + ONE.replace("VM1", "vm1") + ",", "," + TWO + ",", "," + DISK + ",")
        .contains(",arn:aws:s3:::Bucket,", ",arn:aws:s3:::bucket,")
        .as("elements are made of the identity, the column is not")
        .doesNotContain("," + ONE.toLowerCase(Locale.ROOT) + ",");
    assertThat(Tables.rows(warehouse, TENANT, Charge.class))
        .extracting(Charge::getResourceId)
        .contains(ONE, ONE.replace("VM1", "vm1"), DISK, DISK.toUpperCase(Locale.ROOT));
    assertThat(Tables.rows(warehouse, TENANT, UsageHour.class))
        .extracting(UsageHour::getResourceId)
        .contains(ONE.replace("RG", "rG"), TWO);
  }

  @Test
  void checkSaysWhichLiteralsAreFolded() throws IOException {
    Path definitions = Files.writeString(files.resolve("check.yaml"), DEFINITIONS);
    Cli.Outcome check = Cli.run("definitions", "check", definitions);
    assertThat(check.exitCode()).isZero();
    assertThat(check.err())
        .contains("Contains '/Disks/'", "BeginsWith '/Subscriptions/0A/ResourceGroups/RG/'")
        .contains("Matches '.*/resourceGroups/Other/.*'")
        .doesNotContain("Bucket");
  }
}
