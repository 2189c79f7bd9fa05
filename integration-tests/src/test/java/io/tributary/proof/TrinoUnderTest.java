package io.tributary.proof;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Trino server in a process of its own, with the tables of one catalog. */
record TrinoUnderTest(int port, ServerProcess server) implements AutoCloseable {

  private static final int LEAST_JDK = 24;
  private static final Pattern JDK = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

  /** Where a server lies that the build has fetched; skips the test where there is none. */
  static Path requireServer() throws IOException, InterruptedException {
    require(
        Files.exists(ServerProcess.provided("trino.txt")),
        "no Trino server: build with -Ptrino, which fetches 821 MB");
    Path unpacked = ServerProcess.provided("trino");
    if (!Files.isDirectory(unpacked)) {
      unpack(Path.of(ServerProcess.classpath("trino.txt")), unpacked);
    }
    try (Stream<Path> versions = Files.list(unpacked)) {
      return versions.findFirst().orElseThrow();
    }
  }

  /** By the system's tar: most files of the archive are links to others, which Java knows not. */
  private static void unpack(Path archive, Path target) throws IOException, InterruptedException {
    Path partial = Files.createDirectories(target.resolveSibling("trino.partial"));
    int exitCode =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", partial.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (exitCode != 0) {
      throw new IOException("tar cannot unpack " + archive);
    }
    Files.move(partial, target);
  }

  /** A JDK that Trino runs on; skips the test where there is none. */
  static Path requireJdk() throws IOException {
    Path installed = Path.of("/usr/lib/jvm");
    Optional<Path> home = Optional.empty();
    if (Files.isDirectory(installed)) {
      try (Stream<Path> jdks = Files.list(installed)) {
        home = jdks.filter(TrinoUnderTest::isRecent).findFirst();
      }
    }
    require(home.isPresent(), "no JDK " + LEAST_JDK + " or newer in " + installed + ", for Trino");
    return home.orElseThrow();
  }

  private static void require(boolean present, String reason) {
    if (!present) {
      System.err.println("skipped: " + reason);
    }
    assumeTrue(present, reason);
  }

  private static boolean isRecent(Path jdk) {
    try {
      Matcher version = JDK.matcher(Files.readString(jdk.resolve("release")));
      return version.find() && Integer.parseInt(version.group(1)) >= LEAST_JDK;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * @param catalog properties of the catalog {@code costs}
   */
  static TrinoUnderTest start(Path home, Path jdk, Path directory, Map<String, String> catalog)
      throws IOException, InterruptedException {
    int port = ServerProcess.freePort();
    Path catalogs = Files.createDirectories(directory.resolve("catalog"));
    write(catalogs.resolve("costs.properties"), catalog);
    Path plugins = Files.createDirectories(directory.resolve("plugin"));
    Files.createSymbolicLink(plugins.resolve("iceberg"), home.resolve("plugin/iceberg"));
    Path configuration = directory.resolve("config.properties");
    write(
        configuration,
        Map.of(
            "node.environment",
            "test",
            "plugin.dir",
            plugins.toString(),
            "catalog.config-dir",
            catalogs.toString(),
            "coordinator",
            "true",
            "node-scheduler.include-coordinator",
            "true",
            "http-server.http.port",
            Integer.toString(port),
            "discovery.uri",
            "http://127.0.0.1:" + port));
    ServerProcess server =
        ServerProcess.start(
            jdk,
            directory,
            Map.of(),
            List.of(
                "-Xmx1500m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-modules=jdk.incubator.vector",
                "-Dfile.encoding=UTF-8",
                "-Djdk.attach.allowAttachSelf=true",
                "-Dconfig=" + configuration,
                "-cp",
                home.resolve("lib") + "/*",
                "io.trino.server.TrinoServer"));
    server.await(
        URI.create("http://127.0.0.1:" + port + "/v1/info"),
        "\"starting\":false",
        Duration.ofSeconds(120));
    return new TrinoUnderTest(port, server);
  }

  private static void write(Path file, Map<String, String> properties) throws IOException {
    Files.write(
        file,
        properties.entrySet().stream()
            .map(property -> property.getKey() + "=" + property.getValue())
            .sorted()
            .toList());
  }

  /** A connection that asks the tables of Tributary, in UTC. */
  Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "analyst");
    properties.setProperty("timezone", "UTC");
    return DriverManager.getConnection(
        "jdbc:trino://127.0.0.1:" + port + "/costs/tributary", properties);
  }

  @Override
  public void close() throws InterruptedException {
    server.close();
  }
}
