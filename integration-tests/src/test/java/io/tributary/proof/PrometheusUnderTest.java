package io.tributary.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tributary.programs.Program;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** A Prometheus that looks every second. Where none can be had, the test is skipped. */
record PrometheusUnderTest(Process process, int port) implements AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /**
   * @param directory for its data and configuration
   * @param target port on this machine that has {@code /metrics}
   */
  static PrometheusUnderTest start(Path directory, int target, String rules) throws Exception {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("rules.yaml"), rules);
    Path configuration =
        Files.writeString(
            directory.resolve("prometheus.yaml"),
            """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [rules.yaml]
            scrape_configs:
              - job_name: tributary
                static_configs: [{targets: ['127.0.0.1:%d']}]
            """
                .formatted(target));
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Process process =
        Program.PROMETHEUS
            .command(
                "--config.file=" + configuration,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    return new PrometheusUnderTest(process, port);
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  /** Alerts that fire: {@code page TributaryStreamCommits}. */
  Set<String> firing() throws IOException, InterruptedException {
    JsonNode answer;
    try {
      HttpResponse<String> response =
          CLIENT.send(
              HttpRequest.newBuilder(URI.create(address() + "/api/v1/alerts")).build(),
              HttpResponse.BodyHandlers.ofString());
      answer = new ObjectMapper().readTree(response.body());
    } catch (ConnectException e) {
      return Set.of(); // not up yet
    }
    Set<String> firing = new TreeSet<>();
    for (JsonNode alert : answer.path("data").path("alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        JsonNode labels = alert.path("labels");
        firing.add(labels.path("severity").asText() + " " + labels.path("alertname").asText());
      }
    }
    return firing;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
