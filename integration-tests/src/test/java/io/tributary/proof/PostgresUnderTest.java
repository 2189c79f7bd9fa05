package io.tributary.proof;

import java.io.IOException;
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
import java.util.stream.Stream;

/**
 * A PostgreSQL server with logical replication, on a port of the loopback and with data of its own,
 * which go when it is closed.
 *
 * @param directory of its data
 * @param asNobody whether its programs run as nobody, since this JVM is root's
 */
record PostgresUnderTest(int port, Path directory, boolean asNobody) implements AutoCloseable {

  static final String SUPERUSER = "postgres";
  static final String PASSWORD = "of-the-superuser";

  private static final String HOST = "127.0.0.1";
  private static final int ROOT = 0;

  /** User and group that every Linux has for what should own nothing. */
  private static final int NOBODY = 65534;

  static PostgresUnderTest start() throws IOException, InterruptedException {
    Path programs = PostgresPrograms.folder();
    Path directory = Files.createTempDirectory("tributary-postgres-");
    Path password = Files.writeString(directory.resolve("password"), PASSWORD);
    boolean isRoot = Files.getAttribute(directory, "unix:uid").equals(ROOT);
    if (isRoot) {
      Files.setAttribute(password, "unix:uid", NOBODY);
      Files.setAttribute(directory, "unix:uid", NOBODY);
    }
    PostgresUnderTest postgres = new PostgresUnderTest(ServerProcess.freePort(), directory, isRoot);
    postgres.run(
        programs.resolve("initdb"),
        "-D",
        postgres.data(),
        "-U",
        SUPERUSER,
        "-A",
        "scram-sha-256",
        "--pwfile=" + password,
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync");
    postgres.run(
        programs.resolve("pg_ctl"),
        "-D",
        postgres.data(),
        "-w",
        "-l",
        directory.resolve("log"),
        "-o",
        "-p %d -h %s -k '%s' -c wal_level=logical -c fsync=off"
            .formatted(postgres.port(), HOST, directory),
        "start");
    return postgres;
  }

  String host() {
    return HOST;
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
    return "jdbc:postgresql://" + HOST + ":" + port + "/" + database;
  }

  private Path data() {
    return directory.resolve("data");
  }

  /**
   * Runs a program of PostgreSQL, as nobody where this JVM is root's, which they refuse. {@code
   * setpriv} needs no namespaces of users, which a chroot may not make, and no sudo.
   */
  private void run(Object... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    if (asNobody) {
      words.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
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

  @Override
  public void close() throws IOException, InterruptedException {
    run(PostgresPrograms.folder().resolve("pg_ctl"), "-D", data(), "-m", "immediate", "stop");
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
