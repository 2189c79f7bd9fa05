package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tributary.documentation.PageCommands;
import io.tributary.documentation.PageCommands.Command;
import io.tributary.jobs.TraceArchive;
import io.tributary.jobs.kafka.Topics;
import io.tributary.jobs.local.EmbeddedKafka;
import io.tributary.query.http.QueryServer;
import io.tributary.query.http.ServerSettings;
import io.tributary.sinks.catalog.Warehouse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command of a runbook runs, as it stands there, against a warehouse that is sound: it exits
 * with 0. What the same commands do for one that is not is shown where it is broken: {@link
 * AuditIT}, {@link RepairIT}, {@link DisasterIT}, {@link DefectsIT}. Of other programs only curl is
 * stood in for.
 */
@Timeout(300)
class RunbooksIT {

  private static final String TENANT = "acme";

  @TempDir private static Path directory;

  @AutoClose private static final Started STARTED = new Started();
  private static Map<String, String> ours = Map.of();
  private static Map<String, String> curls = Map.of();

  @BeforeAll
  static void start() throws Exception {
    Path warehouse = directory.resolve("warehouse");
    Path teams = Files.writeString(directory.resolve("teams.yaml"), definitions("team"));
    Cli.fine(
        "backfill",
        "--warehouse",
        warehouse,
        "--tenant",
        TENANT,
        "--charges",
        Bill.first(directory.resolve("bill.csv"), 40),
        "--definitions",
        teams);
    EmbeddedKafka kafka = STARTED.add(EmbeddedKafka.start(directory.resolve("kafka")));
    new Topics(Topics.LIVE).create(kafka.bootstrapServers(), 1);
    Warehouse served = STARTED.add(Tables.open(warehouse));
    QueryServer server =
        STARTED.add(
            QueryServer.start(
                served, new TraceArchive(), ServerSettings.local(0), LiveStream.CLOCK));
    String[] broker = kafka.bootstrapServers().split(":", -1);
    ours =
        Map.ofEntries(
            Map.entry("DIR", warehouse.toString()),
            Map.entry("T", TENANT),
            Map.entry("DIM", "Team"),
            Map.entry("OLD", teams.toString()),
            Map.entry(
                "NEW",
                Files.writeString(directory.resolve("apps.yaml"), definitions("app")).toString()),
            Map.entry("URL", prometheus()),
            Map.entry("HOST", broker[0]),
            Map.entry("PORT", broker[1]));
    curls = Map.of("HOST", "127.0.0.1", "PORT", Integer.toString(server.port()));
  }

  private static String definitions(String tag) {
    return "Dimensions:\n  Team:\n    GroupBy:\n      Source: Tag:%s\n".formatted(tag);
  }

  /** One in which nothing was bad. */
  private static String prometheus() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/query",
        exchange -> {
          byte[] body =
              "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[0,\"0\"]}]}}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    STARTED.add(() -> server.stop(0));
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Each once, at the first page that has it. */
  @TestFactory
  Stream<DynamicTest> everyCommandOfARunbookRuns() {
    Map<String, Command> distinct = new LinkedHashMap<>();
    for (String page : PageCommands.runbooks()) {
      PageCommands.of(page).forEach(command -> distinct.putIfAbsent(command.text(), command));
    }
    assertThat(distinct).hasSizeGreaterThan(15);
    return distinct.values().stream()
        .map(command -> DynamicTest.dynamicTest(command.toString(), () -> runs(command)));
  }

  private static void runs(Command command) throws Exception {
    switch (command.program()) {
      case "./tributary" -> {
        String said = Cli.fine(command.arguments(ours).toArray());
        assertThat(said).doesNotContain("Exception");
      }
      case "curl" -> assertThat(status(command)).isEqualTo(200);
      default -> throw new AssertionError(command + " is run by nothing");
    }
  }

  private static int status(Command command) throws Exception {
    List<String> arguments = command.arguments(curls);
    URI address = URI.create(arguments.get(arguments.size() - 1));
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
