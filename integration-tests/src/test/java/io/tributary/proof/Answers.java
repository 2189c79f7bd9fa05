package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.jobs.TraceArchive;
import io.tributary.proof.InputCase.Refused;
import io.tributary.proof.InputCase.Sums;
import io.tributary.query.http.QueryServer;
import io.tributary.query.http.ServerSettings;
import io.tributary.sinks.catalog.Warehouse;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What every way to ask says of a warehouse: commands and a server. */
final class Answers implements AutoCloseable {

  /** Names that lines are not selected by. */
  private static final Set<String> TIMES = Set.of("Hour", "Day", "Month");

  private final Path directory;
  private final Warehouse warehouse;
  private final QueryServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<JsonNode> audits = new ArrayList<>();

  Answers(Path directory) throws Exception {
    this.directory = directory;
    this.warehouse = Tables.open(directory);
    this.server =
        QueryServer.start(
            warehouse,
            new TraceArchive(),
            ServerSettings.local(0).logging(false),
            LiveStream.CLOCK);
  }

  /** Asks {@code query} and the server for the costs. */
  void costsAre(String tenant, Sums expected) throws Exception {
    String names = String.join(",", expected.names());
    assertThat(Costs.by(directory, tenant, "effective", names))
        .as("query --by " + names)
        .isEqualTo(expected.costs());
    assertThat(sums(get("cost", tenant, encoded("by=" + names))))
        .as("api/v1/cost?by=" + names)
        .isEqualTo(expected.costs());
    SortedMap<String, BigDecimal> total = new TreeMap<>();
    expected
        .costs()
        .forEach((key, cost) -> total.merge(currency(key), cost, (a, b) -> plain(a.add(b))));
    assertThat(sums(get("cost", tenant))).as("api/v1/cost").isEqualTo(total);
  }

  private static String currency(String key) {
    return key.substring(key.lastIndexOf('|') + 1);
  }

  private static BigDecimal plain(BigDecimal amount) {
    return new BigDecimal(amount.stripTrailingZeros().toPlainString());
  }

  private static SortedMap<String, BigDecimal> sums(JsonNode rows) {
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    for (JsonNode row : rows) {
      List<String> key = new ArrayList<>();
      row.properties().stream()
          .filter(member -> !member.getKey().equals("cost"))
          .forEach(member -> key.add(member.getValue().asText("null")));
      sums.put(String.join("|", key), new BigDecimal(row.get("cost").textValue()));
    }
    return sums;
  }

  /** Asks {@code explain} and the server for the lines that all of the costs are made of. */
  void linesAddUpTo(String tenant, List<Sums> expected) throws Exception {
    List<String> conditions = conditions(expected.get(0));
    List<Object> command =
        new ArrayList<>(List.of("explain", "--warehouse", directory, "--tenant", tenant));
    for (String condition : conditions) {
      String[] parts = condition.split("=", 2);
      command.addAll(List.of("--" + parts[0], parts[1]));
    }
    command.addAll(List.of("--limit", 100, "--format", "json"));
    JsonNode told = Costs.json(Cli.fine(command.toArray()));
    assertThat(told.get("omitted").intValue()).isZero();
    for (JsonNode line : told.get("lines")) {
      assertThat(line.get("outstanding").isNull()).as(line.toString()).isTrue();
    }
    for (Sums sums : expected) {
      assertThat(sums(told.get("lines"), sums.names()))
          .as("explain " + conditions)
          .isEqualTo(sums.costs());
    }
    String query =
        conditions.stream().map(Answers::encoded).collect(Collectors.joining("&")) + "&limit=100";
    assertThat(get("explain", tenant, query).get("lines"))
        .as("api/v1/explain?" + query)
        .isEqualTo(told.get("lines"));
  }

  private static SortedMap<String, BigDecimal> sums(JsonNode lines, List<String> names) {
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    for (JsonNode line : lines) {
      String cost = line.get("costs").get("effective").textValue();
      sums.merge(key(line, names), new BigDecimal(cost), (a, b) -> plain(a.add(b)));
    }
    sums.values().removeIf(sum -> sum.signum() == 0);
    return sums;
  }

  /** What selects the lines: every value that a name has in the answer. */
  private static List<String> conditions(Sums expected) {
    Set<String> conditions = new TreeSet<>();
    for (String key : expected.costs().keySet()) {
      String[] values = key.split("\\|");
      for (int i = 0; i < expected.names().size(); i++) {
        String name = expected.names().get(i);
        if (!TIMES.contains(name)) {
          conditions.add(
              values[i].equals("null") ? "where-null=" + name : "where=" + name + "=" + values[i]);
        }
      }
    }
    return List.copyOf(conditions);
  }

  private static String encoded(String condition) {
    String[] parts = condition.split("=", 2);
    return parts[0] + "=" + URLEncoder.encode(parts[1], StandardCharsets.UTF_8);
  }

  private static String key(JsonNode line, List<String> names) {
    return Stream.concat(
            names.stream().map(name -> value(line, name)),
            Stream.of(line.get("costs").get("currency").textValue()))
        .collect(Collectors.joining("|"));
  }

  private static String value(JsonNode line, String name) {
    return switch (name) {
      case "BillingMonth" -> line.get("billing_month").textValue();
      case "Hour" -> line.get("charge_period_start").textValue();
      default ->
          Stream.of("elements", "columns")
              .map(of -> line.get(of).path(name).textValue())
              .filter(value -> value != null)
              .findFirst()
              .orElse("null");
    };
  }

  /** Asks {@code audit} and the server, once of all tenants. */
  void everyInvariantHolds(String tenant) throws Exception {
    if (audits.isEmpty()) {
      audits.add(Costs.json(Cli.run("audit", "--warehouse", directory, "--format", "json").out()));
      audits.add(get("audit", null));
    }
    for (JsonNode audit : audits) {
      for (JsonNode finding : audit.get("findings")) {
        assertThat(finding.get("tenant").textValue()).as(finding.toString()).isNotEqualTo(tenant);
      }
      for (JsonNode unchecked : audit.get("unchecked")) {
        assertThat(unchecked.textValue()).as("not checked").isNotEqualTo(tenant);
      }
    }
  }

  /** Asks what was refused. */
  void refusedAre(String tenant, List<Refused> expected) {
    List<String> told = new ArrayList<>();
    Cli.fine("rejected", "show", "--warehouse", directory, "--tenant", tenant)
        .lines()
        .map(Costs::json)
        .forEach(
            row -> {
              Refused like =
                  expected.stream()
                      .filter(of -> of.position() == row.get("position").longValue())
                      .findFirst()
                      .orElse(new Refused(0, "", null));
              told.add(
                  row.get("position")
                      + " "
                      + row.get("reason").textValue()
                      + (like.raw() == null ? "" : " " + raw(row)));
            });
    assertThat(told)
        .as("rejected show")
        .containsExactlyInAnyOrderElementsOf(
            expected.stream()
                .map(
                    of ->
                        of.position()
                            + " "
                            + of.reason()
                            + (of.raw() == null ? "" : " " + of.raw()))
                .toList());
  }

  private static String raw(JsonNode row) {
    return row.has("text")
        ? row.get("text").textValue()
        : new String(
            Base64.getDecoder().decode(row.path("base64").asText()), StandardCharsets.UTF_8);
  }

  /** Looks for texts in every file of the warehouse. */
  void nothingHolds(List<String> secrets) throws Exception {
    for (String secret : secrets) {
      assertThat(TiersIT.filesNaming(directory, secret)).as(secret).isEmpty();
    }
  }

  private JsonNode get(String path, @Nullable String tenant, String... more) throws Exception {
    List<String> parameters = new ArrayList<>(List.of(more));
    if (tenant != null) {
      parameters.add("tenant=" + tenant);
    }
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(
                    server.address().resolve("api/v1/" + path + "?" + String.join("&", parameters)))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(200);
    return Costs.json(response.body());
  }

  @Override
  public void close() throws Exception {
    server.close();
    warehouse.close();
  }
}
