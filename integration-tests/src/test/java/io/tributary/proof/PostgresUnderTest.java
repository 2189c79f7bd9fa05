package io.tributary.proof;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A PostgreSQL server with logical replication: in a container where there is Docker, else the one
 * that is installed, with data of its own. Where there is neither, the test is skipped.
 */
record PostgresUnderTest(String host, int port, AutoCloseable server) implements AutoCloseable {

  static final String SUPERUSER = "postgres";
  static final String PASSWORD = "of-the-superuser";

  private static final String IMAGE = "postgres:17-alpine";

  /** The server refuses to run as root. */
  private static final String NOBODY = "nobody";

  static PostgresUnderTest start() throws IOException, InterruptedException {
    if (DockerClientFactory.instance().isDockerAvailable()) {
      PostgreSQLContainer container =
          new PostgreSQLContainer(IMAGE)
              .withUsername(SUPERUSER)
              .withPassword(PASSWORD)
              .withCommand("postgres", "-c", "wal_level=logical");
      container.start();
      return new PostgresUnderTest(container.getHost(), container.getMappedPort(5432), container);
    }
    Optional<Path> programs = programs();
    assumeTrue(programs.isPresent(), "no Docker and no PostgreSQL: apt-get install postgresql");
    return installed(programs.get());
  }

  private static PostgresUnderTest installed(Path programs)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("tributary-postgres-");
    Path password = Files.writeString(directory.resolve("password"), PASSWORD);
    giveAway(directory);
    giveAway(password);
    Path data = directory.resolve("data");
    run(
        directory,
        programs.resolve("initdb"),
        "-D",
        data,
        "-U",
        SUPERUSER,
        "-A",
        "scram-sha-256",
        "--pwfile=" + password,
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync");
    int port = freePort();
    String options =
        "-p %d -h 127.0.0.1 -k '%s' -c wal_level=logical -c fsync=off".formatted(port, directory);
    Path program = programs.resolve("pg_ctl");
    run(
        directory,
        program,
        "-D",
        data,
        "-w",
        "-l",
        directory.resolve("log"),
        "-o",
        options,
        "start");
    return new PostgresUnderTest(
        "127.0.0.1",
        port,
        () -> {
          run(directory, program, "-D", data, "-m", "immediate", "stop");
          delete(directory);
        });
  }

  /** A connection of the superuser. */
  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database), SUPERUSER, PASSWORD);
  }

  /** Runs statements as the superuser. */
  void execute(String database, String... statements) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  String url(String database) {
    return "jdbc:postgresql://" + host + ":" + port + "/" + database;
  }

  /** Where {@code initdb} is: on the path, or where Debian keeps it. */
  private static Optional<Path> programs() throws IOException {
    List<Path> places = new ArrayList<>();
    for (String place : System.getenv().getOrDefault("PATH", "").split(":")) {
      places.add(Path.of(place));
    }
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        versions.sorted(Comparator.reverseOrder()).forEach(v -> places.add(v.resolve("bin")));
      }
    }
    return places.stream().filter(p -> Files.isExecutable(p.resolve("initdb"))).findFirst();
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void giveAway(Path path) throws IOException {
    if (isRoot()) {
      Files.setOwner(
          path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY));
    }
  }

  private static void run(Path directory, Object... command)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    if (isRoot()) {
      words.addAll(List.of("runuser", "-u", NOBODY, "--"));
    }
    Arrays.stream(command).map(Object::toString).forEach(words::add);
    Path said = Files.createTempFile("tributary-postgres-", ".txt");
    Process process =
        new ProcessBuilder(words)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    int exitCode = process.waitFor();
    String output = Files.readString(said);
    Files.delete(said);
    if (exitCode != 0) {
      throw new IOException(String.join(" ", words) + ": " + output);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Override
  public void close() throws Exception {
    server.close();
  }
}
