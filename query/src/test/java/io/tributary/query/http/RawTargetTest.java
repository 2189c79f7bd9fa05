package io.tributary.query.http;

import static io.tributary.query.LedgerFixture.NO_ARCHIVES;
import static io.tributary.query.LedgerFixture.entry;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.query.AnswerFormat;
import io.tributary.query.CostEngine;
import io.tributary.query.LedgerFixture;
import io.tributary.query.Question;
import io.tributary.query.QuestionException;
import io.tributary.query.QuestionListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets of requests as bytes on a socket, which no client library has put right before. */
class RawTargetTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int QUERIES = 700;

  /** Elements that must be encoded to be asked for, each with a cost of its own. */
  private static final List<String> TEAMS =
      List.of("100%", "100", "C#", "C", "a+b", "a b", "a&b=c", "%41", "A", "東京 \uD83D\uDE80", "é");

  @TempDir static Path directory;

  private static LedgerFixture ledger;
  private static QueryServer server;
  private static CostEngine engine;

  record Response(int status, Map<String, String> headers, String body) {

    JsonNode json() throws IOException {
      return JSON.readTree(body);
    }
  }

  @BeforeAll
  static void start() {
    ledger = new LedgerFixture(directory);
    for (int i = 0; i < TEAMS.size(); i++) {
      ledger.commit(entry("acme", Integer.toString(1 << i)).of("Team", TEAMS.get(i)));
    }
    engine = new CostEngine(ledger.warehouse(), 1, QuestionListener.NONE);
    server =
        QueryServer.start(
            ledger.warehouse(),
            NO_ARCHIVES,
            ServerSettings.local(0).logging(false),
            Clock.systemUTC());
  }

  @AfterAll
  static void stop() {
    server.close();
    engine.close();
    ledger.close();
  }

  private static Response request(String method, byte[] target) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes((method + " ").getBytes(ISO_8859_1));
      request.writeBytes(target);
      request.writeBytes(
          " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
      socket.getOutputStream().write(request.toByteArray());
      return response(new String(socket.getInputStream().readAllBytes(), UTF_8));
    }
  }

  private static Response response(String text) {
    int end = text.indexOf("\r\n\r\n");
    assertThat(end).as(text).isPositive();
    List<String> head = List.of(text.substring(0, end).split("\r\n"));
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line : head.subList(1, head.size())) {
      headers.put(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 2));
    }
    return new Response(
        Integer.parseInt(head.get(0).split(" ")[1]), headers, text.substring(end + 4));
  }

  private static Response get(String target) throws IOException {
    return request("GET", target.getBytes(UTF_8));
  }

  private static void assertRefused(Response response, int status, String target)
      throws IOException {
    assertThat(response.status()).as(target + "\n" + response.body()).isEqualTo(status);
    assertThat(response.headers().get("Content-Type")).as(target).isEqualTo("application/json");
    assertThat(response.headers()).as(target).containsKeys("Content-Security-Policy");
    assertThat(response.json().get("error").get("code").asText()).as(target).isNotEmpty();
    assertThat(response.json().get("error").get("message").asText())
        .as(target)
        .isNotEmpty()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/cost?tenant=acme&by=Team&where=Team=100%, where",
    "/api/v1/cost?tenant=acme&from=2026-02%, from",
    "/api/v1/cost?tenant=acme&basis=estimated%zz, basis",
    "/api/v1/cost?tenant=acme&by=Team%, by",
    "/api/v1/cost?tenant=acme&where=Team=%ff%fe, where",
    "/api/v1/cost?tenant=acme&where-null=%c0%af, where-null",
    "/api/v1/cost?tenant=acme&where=Team=C#, where",
    "/api/v1/cost?tenant=acme%00, tenant",
    "/api/v1/explain?tenant=acme&charge=%, charge",
    "/api/v1/explain?tenant=acme&charge=a&limit=1%, limit",
    "/api/v1/audit?tenant=%zz, tenant",
    "/api/v1/audit?tenant=%ed%a0%80, tenant",
    "/api/v1/tenants?tenant=acme, tenant",
    "/api/v1/tenants?a=%, a",
    "/api/v1/dimensions?tenant=acme&tenant=acme, tenant",
    "/api/v1/freshness?tenant=%e2%82, tenant",
    "/healthz?deep=1%, deep",
    "/healthz?deep=1, deep",
    "/metrics?name[]=%9, name[]",
    "/metrics?name[]=up, name[]",
    "/?lang=%, lang",
    "/?lang=en, lang",
    "/app.js?v=%80, v",
    "/openapi.yaml?v=%f, v",
    "/echarts-5.3.1.min.js?%=1, %"
  })
  void everyRouteNamesTheParameterThatItCannotRead(String target, String parameter)
      throws IOException {
    Response response = get(target);

    assertRefused(response, 400, target);
    assertThat(response.json().get("error").get("code").asText()).isEqualTo("invalid_parameter");
    assertThat(response.json().get("error").get("message").asText()).contains(parameter);
  }

  @ParameterizedTest
  @CsvSource({
    "/app%2js, 400",
    "/api/v1/%ff%, 400",
    "/%2e%2e/app.js, 400",
    "*, 400",
    "/app.js/, 404",
    "/api/v1/cost/?tenant=acme, 404",
    "/api/v1/cost;x=1?tenant=acme, 404",
    "//api/v1/cost?tenant=acme, 404",
    "/API/v1/cost?tenant=acme, 404",
    "/nothing?where=%, 404"
  })
  void aPathIsOneOfThoseServedOrAnError(String target, int status) throws IOException {
    assertRefused(get(target), status, target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})
  void onlyReadingIsAllowed(String method) throws IOException {
    for (String path : List.of("/api/v1/cost", "/metrics", "/")) {
      Response response = request(method, path.getBytes(UTF_8));
      assertRefused(response, 405, method + " " + path);
      assertThat(response.headers().get("Allow")).isEqualTo("GET, HEAD");
    }
  }

  @Test
  void anAddressThatIsTooLongIsRefusedAsEverythingElse() throws IOException {
    assertRefused(get("/api/v1/cost?tenant=" + "a".repeat(9000)), 414, "long");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ff", "\u00c3(", "\u00ed\u00a0\u0080", "\u0001", "\u007f"})
  void bytesThatNoTargetHasAreRefused(String bytes) throws IOException {
    String target = "/api/v1/cost?tenant=acme&by=Team&where=Team=" + bytes;

    assertRefused(request("GET", target.getBytes(ISO_8859_1)), 400, target);
  }

  /** A query as a program with its own idea of encoding may write it. */
  private static String query(SplittableRandom random) {
    List<String> parameters = new ArrayList<>(List.of("tenant=acme", "by=Team"));
    int more = random.nextInt(3);
    for (int i = 0; i < more; i++) {
      String team = TEAMS.get(random.nextInt(TEAMS.size()));
      parameters.add(
          switch (random.nextInt(6)) {
            case 0 -> "from=2026-01-0" + random.nextInt(1, 8);
            case 1 -> "basis=billed";
            case 2 -> "where-null=Team";
            default -> "where=Team=" + encoded(random, team);
          });
    }
    return damaged(random, parameters.stream().collect(Collectors.joining("&")));
  }

  private static String encoded(SplittableRandom random, String text) {
    StringBuilder encoded = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              String one = Character.toString(c);
              boolean asIs = random.nextInt(10) == 0;
              if (asIs || Character.isLetterOrDigit(c)) {
                encoded.append(one);
              } else if (c == ' ' && random.nextBoolean()) {
                encoded.append('+');
              } else {
                for (byte b : one.getBytes(UTF_8)) {
                  String escape = String.format("%%%02x", b & 0xff);
                  encoded.append(random.nextBoolean() ? escape : escape.toUpperCase(Locale.ROOT));
                }
              }
            });
    return encoded.toString();
  }

  /** Half of them with a byte that is lost, doubled or another. */
  private static String damaged(SplittableRandom random, String query) {
    StringBuilder damaged = new StringBuilder(query);
    if (random.nextBoolean()) {
      int at = random.nextInt(query.length());
      switch (random.nextInt(4)) {
        case 0 -> damaged.deleteCharAt(at);
        case 1 -> damaged.insert(at, "%#+&=;\u00e9\0?".charAt(random.nextInt(9)));
        case 2 -> damaged.insert(at, String.format("%%%02x", random.nextInt(256)));
        default -> damaged.setCharAt(at, (char) random.nextInt(0x21, 0x17f));
      }
    }
    return damaged.toString();
  }

  /**
   * The parameters by the book, told apart from the server's own reading: none where they are
   * malformed. Bytes are checked for UTF-8 by reading and writing them again.
   */
  private static Optional<List<Map.Entry<String, String>>> byTheBook(String query) {
    if (!query.matches("(?:[^%#\\x00-\\x20\\x7f]|%[0-9A-Fa-f]{2})*")) {
      return Optional.empty();
    }
    List<Map.Entry<String, String>> parameters = new ArrayList<>();
    for (String part : query.split("&")) {
      String[] sides = part.split("=", 2);
      Optional<String> name = text(sides[0]);
      Optional<String> value = text(sides.length == 2 ? sides[1] : "");
      if (name.isEmpty() || value.isEmpty()) {
        return Optional.empty();
      }
      if (!part.isEmpty()) {
        parameters.add(Map.entry(name.get(), value.get()));
      }
    }
    return Optional.of(parameters);
  }

  private static Optional<String> text(String raw) {
    String bytes = URLDecoder.decode(new String(raw.getBytes(UTF_8), ISO_8859_1), ISO_8859_1);
    String text = new String(bytes.getBytes(ISO_8859_1), UTF_8);
    boolean same = new String(text.getBytes(UTF_8), ISO_8859_1).equals(bytes);
    return same && text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
  }

  /** What the engine answers to the question that they are; none where they are no question. */
  private static Optional<String> answer(List<Map.Entry<String, String>> parameters) {
    String tenant = "";
    Set<String> once = new HashSet<>();
    List<Map.Entry<String, String>> rest = new ArrayList<>();
    for (var parameter : parameters) {
      boolean repeatable = Set.of("by", "where", "where-null").contains(parameter.getKey());
      if (!repeatable && !once.add(parameter.getKey())) {
        return Optional.empty();
      }
      if (parameter.getKey().equals("tenant")) {
        tenant = parameter.getValue();
      } else {
        rest.add(parameter);
      }
    }
    try {
      Question.Builder question = Question.about(tenant);
      for (var parameter : rest) {
        String value = parameter.getValue();
        switch (parameter.getKey()) {
          case "by" -> question.by(value);
          case "where" -> question.where(value);
          case "where-null" -> question.whereNull(value);
          case "from" -> question.from(value);
          case "basis" -> question.basis(value);
          default -> {
            return Optional.empty();
          }
        }
      }
      String answer = AnswerFormat.JSON.text(engine.answer(question.build()));
      return tenant.equals("acme") ? Optional.of(answer) : Optional.empty();
    } catch (QuestionException e) {
      return Optional.empty();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void aRandomQueryIsAnsweredRightOrRefused(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    int answered = 0;
    for (int i = 0; i < QUERIES; i++) {
      String query = query(random);
      Response response = get("/api/v1/cost?" + query);
      Optional<List<Map.Entry<String, String>>> parameters = byTheBook(query);
      Optional<String> right = parameters.flatMap(RawTargetTest::answer);
      if (right.isPresent()) {
        assertThat(response.status()).as(query + "\n" + response.body()).isEqualTo(200);
        assertThat(response.body()).as(query).isEqualTo(right.get());
        answered++;
      } else {
        int status = parameters.isEmpty() ? 400 : response.status();
        assertThat(status).as(query).isIn(400, 422);
        assertRefused(response, status, query);
      }
    }
    assertThat(answered).isBetween(QUERIES / 3, QUERIES * 9 / 10);
  }
}
