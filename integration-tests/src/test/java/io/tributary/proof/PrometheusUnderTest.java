package io.tributary.proof;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Prometheus that looks every second: the one on the path, else unpacked from Debian's package
 * into the build directory, for which nobody need be root. Where neither can be had, the test is
 * skipped.
 */
record PrometheusUnderTest(Process process, int port) implements AutoCloseable {

  private static final Path UNPACKED = Path.of("target/prometheus").toAbsolutePath();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /**
   * @param directory for its data and configuration
   * @param target port on this machine that has {@code /metrics}
   */
  static PrometheusUnderTest start(Path directory, int target, String rules) throws Exception {
    Path program = program();
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
        new ProcessBuilder(
                program.toString(),
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

  private static Path program() throws IOException, InterruptedException {
    String path = System.getenv().getOrDefault("PATH", "");
    Path unpacked = UNPACKED.resolve("usr/bin/prometheus");
    Path program =
        Arrays.stream(path.split(":"))
            .map(directory -> Path.of(directory).resolve("prometheus"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(unpacked);
    if (!Files.exists(program)) {
      unpack();
    }
    assumeTrue(Files.isExecutable(program), "no prometheus: apt-get install prometheus");
    return program;
  }

  private static void unpack() throws IOException, InterruptedException {
    Files.createDirectories(UNPACKED);
    if (!run(List.of("apt-get", "download", "-q", "prometheus"))) {
      return;
    }
    try (Stream<Path> packages = Files.list(UNPACKED)) {
      for (Path deb : packages.filter(file -> file.toString().endsWith(".deb")).toList()) {
        run(List.of("dpkg", "-x", deb.toString(), UNPACKED.toString()));
      }
    }
  }

  private static boolean run(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(UNPACKED.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false; // not a Debian
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
