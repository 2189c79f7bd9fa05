package io.tributary.proof;

import io.tributary.sinks.catalog.WarehouseSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A warehouse that is no local one: as a user writes it down, and as a program opens it.
 *
 * @param block of a configuration, from {@code warehouse:} on
 */
record StoredWarehouse(String name, Path directory, String block, WarehouseSettings settings) {

  /** Of every role. */
  static final String PASSWORD = "s3cret-of-the-catalog";

  private static final Path PAGE = Path.of("..", "docs", "operations", "storage.md");

  /** Secrets that are in none but their own files. */
  static final String[] SECRETS = {PASSWORD, S3UnderTest.SECRET_KEY};

  /** In a database of its own, with a role that owns it. */
  static StoredWarehouse owned(
      String name, Path home, PostgresUnderTest postgres, String location, String s3)
      throws IOException, SQLException {
    postgres.execute(
        "postgres",
        "CREATE ROLE " + name + " WITH LOGIN PASSWORD '" + PASSWORD + "'",
        "CREATE DATABASE " + name + " OWNER " + name);
    return jdbc(name, home, postgres, location, s3);
  }

  /**
   * In a database of its own, prepared as the page on storage says: with a role that has no more
   * rights than it needs, and {@link #analyst}.
   */
  static StoredWarehouse prepared(
      String name, Path home, PostgresUnderTest postgres, String location)
      throws IOException, SQLException {
    Matcher preparation =
        Pattern.compile("```sql\n(CREATE TABLE.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    if (!preparation.find()) {
      throw new IllegalStateException(PAGE + " does not say how a database is prepared");
    }
    postgres.execute("postgres", "CREATE DATABASE " + name);
    postgres.execute(
        name,
        preparation
            .group(1)
            .replaceAll("\\btributary\\b", name)
            .replaceAll("\\banalyst\\b", analyst(name))
            .replace("...", PASSWORD));
    return jdbc(name, home, postgres, location, "");
  }

  /** The role that may only read, in a database that was prepared. */
  static String analyst(String name) {
    return "analyst_of_" + name;
  }

  private static StoredWarehouse jdbc(
      String name, Path home, PostgresUnderTest postgres, String location, String s3)
      throws IOException {
    Path directory = Files.createDirectories(home.resolve(name));
    String password = secret(directory, "password", PASSWORD);
    Map<String, String> properties = new HashMap<>(s3Properties(directory, s3));
    properties.put("jdbc.user", name);
    properties.put("jdbc.password", password);
    String block =
        """
        warehouse:
          jdbc:
            url: %s
            user: %s
            password: %s
          location: %s
        """
            .formatted(postgres.url(name), name, password, location);
    return new StoredWarehouse(
        name,
        directory,
        block + s3Block(directory, s3),
        WarehouseSettings.jdbc(postgres.url(name), location, properties));
  }

  /** Behind a REST catalog. */
  static StoredWarehouse rest(String name, Path home, String uri, String s3) throws IOException {
    Path directory = Files.createDirectories(home.resolve(name));
    String block =
        """
        warehouse:
          rest:
            uri: %s
        """
            .formatted(uri);
    return new StoredWarehouse(
        name,
        directory,
        block + s3Block(directory, s3),
        WarehouseSettings.rest(uri, s3Properties(directory, s3)));
  }

  private static String s3Block(Path directory, String s3) throws IOException {
    return s3.isEmpty()
        ? ""
        : """
          s3:
            endpoint: %s
            region: %s
            pathStyle: true
            accessKey: %s
            secretKey: %s
        """
            .formatted(
                s3,
                S3UnderTest.REGION,
                S3UnderTest.ACCESS_KEY,
                secret(directory, "secret-key", S3UnderTest.SECRET_KEY));
  }

  private static Map<String, String> s3Properties(Path directory, String s3) throws IOException {
    return s3.isEmpty()
        ? Map.of()
        : Map.of(
            "s3.endpoint",
            s3,
            "client.region",
            S3UnderTest.REGION,
            "s3.path-style-access",
            "true",
            "s3.access-key-id",
            S3UnderTest.ACCESS_KEY,
            "s3.secret-access-key",
            secret(directory, "secret-key", S3UnderTest.SECRET_KEY));
  }

  private static String secret(Path directory, String name, String value) throws IOException {
    return "${file:" + Files.writeString(directory.resolve(name), value + "\n") + "}";
  }

  /** A configuration of {@code run} that streams into it. */
  Path configuration(String bootstrapServers) throws IOException {
    String stream =
        """
        stream: %s
        kafka:
          bootstrapServers: %s
          topicPrefix: %s
          partitions: 2
          properties: {sasl.jaas.config: "%s"}
        checkpoints: %s
        checkpointInterval: 500ms
        flushInterval: 200ms
        resplitInterval: 500ms
        parallelism: 1
        privacy: {labelKey: "%s"}
        """
            .formatted(
                name,
                bootstrapServers,
                prefix(),
                secret(directory, "jaas", S3UnderTest.SECRET_KEY),
                directory.resolve("checkpoints"),
                secret(directory, "label.key", "0f".repeat(32)));
    return Files.writeString(directory.resolve("run.yaml"), stream + block);
  }

  /** Of the topics that are streamed into it. */
  String prefix() {
    return "tributary." + name + ".";
  }
}
