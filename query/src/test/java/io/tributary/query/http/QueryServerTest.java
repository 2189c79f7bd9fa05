package io.tributary.query.http;

import static io.tributary.query.LedgerFixture.NO_ARCHIVES;
import static io.tributary.query.LedgerFixture.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.query.LedgerFixture;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.AskedQuestions;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir static Path directory;

  private static LedgerFixture ledger;
  private static QueryServer open;
  private static QueryServer keyed;
  private static Instant snapshotTime;

  @BeforeAll
  static void start() {
    ledger = new LedgerFixture(directory);
    ledger.commit(
        entry("acme", "12.50").of("Team", "web"),
        entry("acme", "0.75").at("2026-01-06T07:00:00Z"),
        entry("other", "98765.25").of("Secret", "x"));
    snapshotTime =
        Instant.ofEpochMilli(
            ledger
                .warehouse()
                .table(WarehouseTable.COST_LEDGER)
                .currentSnapshot()
                .timestampMillis());
    Clock clock = Clock.fixed(snapshotTime.plusMillis(1300), ZoneOffset.UTC);
    open = QueryServer.start(ledger.warehouse(), NO_ARCHIVES, ServerSettings.local(0), clock);
    AccessKeys keys =
        AccessKeys.ofHashes(
            Map.of(
                AccessKeys.hash("acme-key"), new Caller.Tenant("acme"),
                AccessKeys.hash("other-key"), new Caller.Tenant("other"),
                AccessKeys.hash("new-key"), new Caller.Tenant("new"),
                AccessKeys.hash("operator-key"), new Caller.Operator()));
    keyed =
        QueryServer.start(
            ledger.warehouse(),
            NO_ARCHIVES,
            new ServerSettings("127.0.0.1", 0, keys, 4, true),
            clock);
  }

  @AfterAll
  static void stop() {
    keyed.close();
    open.close();
    ledger.close();
  }

  private static HttpResponse<String> get(QueryServer server, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.address().resolve(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> withKey(String key, String path) throws Exception {
    return get(keyed, path, "Authorization", "Bearer " + key);
  }

  private static void assertError(HttpResponse<String> response, int status, String code)
      throws Exception {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = JSON.readTree(response.body()).get("error");
    assertThat(error.get("code").asText()).isEqualTo(code);
    assertThat(error.get("message").asText()).isNotEmpty().doesNotContain("\n");
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
  }

  @Test
  void answersAQuestionInTheFormOfTheCommandLine() throws Exception {
    HttpResponse<String> response = get(open, "/api/v1/cost?tenant=acme&by=Day,Team");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "[{\"Day\":\"2026-01-05\",\"Team\":\"web\",\"currency\":\"USD\",\"cost\":\"12.5\"},"
                + "{\"Day\":\"2026-01-06\",\"Team\":null,\"currency\":\"USD\",\"cost\":\"0.75\"}]");
    assertThat(response.headers().firstValue("Tributary-Snapshot")).isPresent();
    assertThat(response.headers().firstValue("Tributary-Snapshot-Time"))
        .contains(snapshotTime.toString());
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
  }

  @ParameterizedTest
  @CsvSource({
    "by=Team&where=Team%3Dweb, 12.5",
    "where-null=Team, 0.75",
    "where=Team%3Dweb&where-null=Team, 13.25",
    "from=2026-01-06, 0.75",
    "period=2026-01&period=2026-02&to=2026-01-06, 12.5",
    "to=2026-01-06T00:00:00Z&measure=billed, 12.5",
    "basis=billed&as-of=2100-01-01T00:00:00Z, 13.25"
  })
  void takesEveryParameterOfAQuestion(String parameters, String cost) throws Exception {
    JsonNode rows = JSON.readTree(get(open, "/api/v1/cost?tenant=acme&" + parameters).body());

    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get("cost").asText()).isEqualTo(cost);
  }

  @ParameterizedTest
  @CsvSource({
    "by=Taem, 422, unknown_name",
    "by=Secret, 422, unknown_name",
    "by=InvoiceId, 422, column_not_kept",
    "as-of=42, 422, unknown_snapshot",
    "from=yesterday, 400, invalid_parameter",
    "measure=Billed, 400, invalid_parameter",
    "where=Team, 400, invalid_parameter",
    "form=2026-01, 400, invalid_parameter",
    "from=2026-01&from=2026-02, 400, invalid_parameter",
    "period=2026-1, 400, invalid_parameter",
    "by=Team&by=Team, 400, invalid_parameter"
  })
  void refusesWhatItCannotAnswer(String parameters, int status, String code) throws Exception {
    assertError(get(open, "/api/v1/cost?tenant=acme&" + parameters), status, code);
  }

  @Test
  void tellsHowFreshTheDataIs() throws Exception {
    JsonNode body = JSON.readTree(get(open, "/api/v1/freshness?tenant=acme").body());

    assertThat(body.get("snapshot_time").asText()).isEqualTo(snapshotTime.toString());
    assertThat(body.get("lag_seconds").decimalValue()).isEqualByComparingTo("1.3");
    assertThat(body.get("newest_entry_time").asText()).isEqualTo("2026-02-01T12:00:00Z");
    assertThat(body.get("newest_charge_hour").asText()).isEqualTo("2026-01-06T07:00:00Z");
    assertThat(body.get("snapshot_id").isTextual()).as("JSON numbers lose digits").isTrue();
  }

  @Test
  void listsTheNamesOfATenant() throws Exception {
    JsonNode body = JSON.readTree(get(open, "/api/v1/dimensions?tenant=acme").body());

    assertThat(body.get("dimensions").toString()).isEqualTo("[\"Team\"]");
    assertThat(body.get("columns").toString()).contains("\"ServiceName\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/cost", "/api/v1/dimensions", "/api/v1/freshness"})
  void keepsEachTenantToItsOwnRows(String path) throws Exception {
    assertError(get(keyed, path), 401, "unauthorized");
    assertError(get(keyed, path, "Authorization", "Bearer wrong"), 401, "unauthorized");
    assertError(get(keyed, path, "Authorization", "Basic acme-key"), 401, "unauthorized");
    assertError(get(keyed, path + "?key=acme-key"), 401, "unauthorized");
    assertError(withKey("acme-key", path + "?tenant=other"), 403, "forbidden");
    assertError(withKey("operator-key", path), 400, "invalid_parameter");
    assertError(withKey("operator-key", path + "?tenant="), 400, "invalid_parameter");
    assertError(
        withKey("operator-key", path + "?tenant=acme&tenant=other"), 400, "invalid_parameter");

    HttpResponse<String> own = withKey("acme-key", path);
    assertThat(own.statusCode()).isEqualTo(200);
    assertThat(own.body()).doesNotContain("98765.25", "Secret");
    assertThat(withKey("acme-key", path + "?tenant=acme").body()).isEqualTo(own.body());
    assertThat(withKey("operator-key", path + "?tenant=acme").body()).isEqualTo(own.body());
    assertThat(withKey("other-key", path).body()).isNotEqualTo(own.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/cost?",
        "/api/v1/cost?by=Team&",
        "/api/v1/explain?charge=k&",
        "/api/v1/dimensions?",
        "/api/v1/freshness?",
        "/api/v1/audit?"
      })
  void tellsAnOperatorThatATenantDoesNotExistAndATenantNothing(String path) throws Exception {
    HttpResponse<String> nobody = withKey("operator-key", path + "tenant=acmee");
    assertError(nobody, 422, "unknown_tenant");
    assertThat(nobody.body()).contains("no tenant 'acmee'").doesNotContain("other");
    assertError(get(open, path + "tenant=acmee"), 422, "unknown_tenant");

    assertError(withKey("acme-key", path + "tenant=acmee"), 403, "forbidden");
    assertThat(withKey("new-key", path).body()).doesNotContain("acme", "other");
    assertThat(withKey("new-key", path).statusCode()).isEqualTo(path.contains("Team") ? 422 : 200);
  }

  @Test
  void saysWhenTheCallersLedgerBegins() throws Exception {
    HttpResponse<String> before = withKey("acme-key", "/api/v1/cost?as-of=2020-01-01");
    assertError(before, 422, "before_ledger");
    assertThat(before.body()).contains("begins 2026-02-01T12:00:00Z");
  }

  @Test
  void tellsATenantOfNobodyElse() throws Exception {
    assertThat(withKey("acme-key", "/api/v1/tenants").body()).isEqualTo("{\"tenants\":[\"acme\"]}");
    assertThat(withKey("operator-key", "/api/v1/tenants").body())
        .isEqualTo("{\"tenants\":[\"acme\",\"other\"]}");
    assertError(get(keyed, "/api/v1/tenants"), 401, "unauthorized");
  }

  @Test
  void auditsATenantOrForAnOperatorAll() throws Exception {
    JsonNode own = JSON.readTree(withKey("acme-key", "/api/v1/audit").body());
    assertThat(own.get("entries").asLong()).isEqualTo(2);
    // The ledger of these tests has billed entries and no charges: that is drift.
    assertThat(own.get("findings")).isNotEmpty();
    own.get("findings")
        .forEach(finding -> assertThat(finding.get("tenant").asText()).isEqualTo("acme"));

    JsonNode all = JSON.readTree(withKey("operator-key", "/api/v1/audit").body());
    assertThat(all.get("tenants").asLong()).isEqualTo(2);
    assertThat(all.get("entries").asLong()).isEqualTo(3);
    assertError(get(keyed, "/api/v1/audit"), 401, "unauthorized");
    assertError(withKey("acme-key", "/api/v1/audit?tenant=other"), 403, "forbidden");
  }

  @Test
  void asksForAKeyInTheStandardWay() throws Exception {
    assertThat(get(keyed, "/api/v1/cost").headers().firstValue("WWW-Authenticate"))
        .contains("Bearer");
  }

  @Test
  void refusesPagesThatPointTheirOwnNameAtAnOpenServer() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", open.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /api/v1/cost?tenant=acme HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 403").doesNotContain("12.5");
    }
  }

  @Test
  void answersOtherPathsAndMethodsWithAnErrorBody() throws Exception {
    assertError(get(open, "/api/v1/nothing"), 404, "not_found");
    HttpResponse<String> post =
        CLIENT.send(
            HttpRequest.newBuilder(open.address().resolve("/api/v1/cost"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());
    assertError(post, 405, "method_not_allowed");
  }

  @Test
  void servesThePageUnderAPolicyWithoutInlineScripts() throws Exception {
    HttpResponse<String> page = get(open, "/");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("<title>Tributary</title>")
        .doesNotContain("<script>", "style=");
    assertThat(page.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(
            policy -> assertThat(policy).contains("script-src 'self'").doesNotContain("unsafe"));
    assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    Matcher links = Pattern.compile("(?:src|href)=\"([^\"#]+)\"").matcher(page.body());
    int found = 0;
    while (links.find()) {
      found++;
      assertThat(get(open, "/" + links.group(1)).statusCode()).as(links.group(1)).isEqualTo(200);
    }
    assertThat(found).isGreaterThan(3);
  }

  @Test
  void explainsLinesOfTheCallersTenantAlone() throws Exception {
    JsonNode own =
        JSON.readTree(withKey("acme-key", "/api/v1/explain?where=Team%3Dweb&limit=1").body());
    assertThat(own.get("lines")).hasSize(1);
    assertThat(own.get("lines").get(0).get("costs").get("effective").asText()).isEqualTo("12.5");
    assertThat(own.get("lines").get(0).get("outstanding").asText()).contains("no longer");

    assertThat(
            JSON.readTree(withKey("acme-key", "/api/v1/explain?where=ChargeCategory%3DTax").body())
                .get("lines"))
        .isEmpty();
    assertError(withKey("acme-key", "/api/v1/explain?where=Secret%3Dx"), 422, "unknown_name");
    assertError(withKey("acme-key", "/api/v1/explain?tenant=other&charge=k"), 403, "forbidden");
    assertError(get(keyed, "/api/v1/explain?charge=k"), 401, "unauthorized");
    assertError(withKey("acme-key", "/api/v1/explain"), 400, "invalid_parameter");
    assertError(withKey("acme-key", "/api/v1/explain?charge=k&by=Team"), 400, "invalid_parameter");
    assertError(
        withKey("acme-key", "/api/v1/explain?charge=k&dimension=Secret"), 422, "unknown_name");
  }

  @Test
  void describesEveryRouteItServes() throws Exception {
    String description = get(open, "/openapi.yaml").body();

    for (String route : QueryServer.ROUTES) {
      if (!route.equals("/")) {
        assertThat(description).contains("\n  " + route + ":\n");
      }
    }
    assertThat(description.lines().filter(line -> line.startsWith("  /")).count())
        .isEqualTo(QueryServer.ROUTES.size() - 1);
  }

  @Test
  void countsRequestsAndRowsWithoutNamingATenant() throws Exception {
    get(open, "/api/v1/cost?tenant=acme&by=ChargeCategory");
    get(open, "/healthz");
    String metrics = get(open, "/metrics").body();

    assertThat(metrics)
        .containsPattern("tributary_http_requests_total\\{route=\"/api/v1/cost\",status=\"200\"} ")
        .containsPattern("tributary_http_requests_total\\{route=\"/healthz\",status=\"200\"} ")
        .containsPattern("tributary_query_rows_read_total [1-9]")
        .containsPattern("tributary_query_files_read_total [1-9]")
        .contains("\ntributary_query_log_lost_total 0")
        .doesNotContain("acme");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writesDownWhatItWasAskedUnlessToldNotTo(boolean logs, @TempDir Path own) throws Exception {
    ServerSettings settings = ServerSettings.local(0).logging(logs);
    try (LedgerFixture asked = new LedgerFixture(own)) {
      asked.commit(entry("acme", "1"));
      try (QueryServer server =
          QueryServer.start(asked.warehouse(), NO_ARCHIVES, settings, Clock.systemUTC())) {
        assertThat(get(server, "/api/v1/cost?tenant=acme&by=ChargeCategory,Day").statusCode())
            .isEqualTo(200);
        get(server, "/api/v1/cost?tenant=acme&by=NoSuchName");
      }
      assertThat(AskedQuestions.since(asked.warehouse(), Instant.EPOCH))
          .extracting(question -> question.getTenantId() + question.getGroupBy())
          .isEqualTo(logs ? List.of("acme[charge_category, charge_period_start]") : List.of());
    }
  }

  @Test
  void saysInOneLineThatAPortIsTaken() {
    assertThatThrownBy(
            () ->
                QueryServer.start(
                    ledger.warehouse(),
                    NO_ARCHIVES,
                    ServerSettings.local(open.port()),
                    Clock.systemUTC()))
        .isInstanceOf(PortUnavailableException.class)
        .hasMessage("cannot listen on 127.0.0.1:" + open.port() + ": the port is taken");
  }

  @Test
  void takesValuesInAnyScript() throws Exception {
    String value = URLEncoder.encode("Team=東京 & \uD83D\uDE80", StandardCharsets.UTF_8);
    HttpResponse<String> response =
        CLIENT.send(
            HttpRequest.newBuilder(
                    URI.create(open.address() + "api/v1/cost?tenant=acme&where=" + value))
                .build(),
            BodyHandlers.ofString());

    assertThat(response.body()).isEqualTo("[]");
  }
}
