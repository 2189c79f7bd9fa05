package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tributary.slo.Objectives;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SloCliIT {

  @TempDir private Path directory = Path.of("");

  @Test
  void ownObjectivesAreFineAndMakeRulesAndDashboard() {
    assertThat(Cli.fine("slo", "check")).startsWith("fine, ");
    assertThat(Cli.fine("slo", "rules", "--runbooks", "https://runbooks.example/"))
        .contains("alert: TributaryConservation", "'https://runbooks.example/conservation.md'");
    assertThat(Cli.fine("slo", "rules", "--format", "grafana")).startsWith("{").endsWith("}\n");
  }

  @Test
  void whatIsWrongIsOneLineEach() throws Exception {
    Path file =
        Files.writeString(directory.resolve("own.yaml"), "apiVersion: openslo/v1\nkind: SLI\n");
    Cli.Outcome outcome = Cli.run("slo", "check", file);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(file + ":2: kind: 'SLI' is not known; SLO or AlertPolicy\n");
    assertThat(Cli.run("slo", "check", directory.resolve("none.yaml")).exitCode()).isEqualTo(2);
  }

  @Test
  void ownDocumentsTakeThePlaceOfTributarys() throws Exception {
    for (Map.Entry<String, String> source : Objectives.ownSources().entrySet()) {
      Files.writeString(
          directory.resolve(source.getKey()),
          source.getValue().replace("target: 0.9999", "target: 0.5"));
    }
    assertThat(
            Cli.fine(
                "slo",
                "rules",
                directory.resolve("alert-policies.yaml"),
                directory.resolve("correctness.yaml")))
        .contains("vector(0.5)")
        .doesNotContain("TributaryUsageFreshness");
  }

  /** Half of the requests were bad; nothing else was measured. */
  @Test
  void reportSaysWhatWasMissedAndWhatWasNotMeasured() throws Exception {
    HttpServer prometheus =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    prometheus.createContext(
        "/api/v1/query",
        exchange -> {
          boolean requests = exchange.getRequestURI().getQuery().contains("http_requests_total");
          String result = requests ? "{\"metric\":{},\"value\":[0,\"0.50000001\"]}" : "";
          byte[] body =
              ("{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
                      + result
                      + "]}}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    prometheus.start();
    try {
      String address = "http://127.0.0.1:" + prometheus.getAddress().getPort();
      Cli.Outcome outcome = Cli.run("slo", "report", "--prometheus", address, "--window", "1h");
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.out())
          .containsPattern("query-availability +99.9 % +49.9999 % +-49900.01 % +missed")
          .containsPattern("conservation +99.99 % +- +- +no data");
    } finally {
      prometheus.stop(0);
    }
    Cli.Outcome unreachable = Cli.run("slo", "report", "--prometheus", "http://127.0.0.1:1");
    assertThat(unreachable.exitCode()).isEqualTo(3);
    assertThat(unreachable.problem()).contains("does not answer");
  }
}
