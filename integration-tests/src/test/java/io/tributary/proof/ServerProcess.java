package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server with a classpath of its own, in a JVM of its own, which dies with the test. */
record ServerProcess(Process process, Path log) implements AutoCloseable {

  /** Where the module of that name writes what servers are started with. */
  private static final Path SERVERS = Path.of("..", "test-servers", "target");

  /**
   * Starts a JVM.
   *
   * @param arguments of {@code java}
   * @param environment beyond this process's
   */
  static ServerProcess start(
      Path javaHome, Path directory, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin").resolve("java").toString());
    command.addAll(arguments);
    Path log = Files.createDirectories(directory).resolve("server.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    return new ServerProcess(builder.start(), log);
  }

  /** The JDK that runs this test. */
  static Path ownJdk() {
    return Path.of(System.getProperty("java.home"));
  }

  /** What a server is started with. */
  static Path provided(String name) {
    return SERVERS.resolve(name).toAbsolutePath().normalize();
  }

  /** The classpath in a file of {@link #provided}. */
  static String classpath(String name) throws IOException {
    return Files.readString(provided(name)).strip();
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Waits until it answers as it should. */
  void await(URI address, String answer, Duration patience)
      throws IOException, InterruptedException {
    Instant end = Clock.systemUTC().instant().plus(patience);
    while (!isAnswer(address, answer)) {
      assertThat(process.isAlive()).as("a server is alive:%n%s", Files.readString(log)).isTrue();
      assertThat(Clock.systemUTC().instant())
          .as("%s answers:%n%s", address, Files.readString(log))
          .isBefore(end);
      Thread.sleep(100);
    }
  }

  private static boolean isAnswer(URI address, String answer) throws InterruptedException {
    try {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(5)).build(),
                  HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 && response.body().contains(answer);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
