package io.tributary.proof;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Iceberg's own REST catalog for tests, in a process of its own: tables in a PostgreSQL database,
 * files in S3. It asks for no credentials.
 */
record RestCatalogUnderTest(String uri, ServerProcess server) implements AutoCloseable {

  /**
   * @param database of its own in {@code postgres}
   */
  static RestCatalogUnderTest start(
      Path directory, PostgresUnderTest postgres, String database, S3UnderTest s3)
      throws IOException, InterruptedException {
    int port = ServerProcess.freePort();
    Map<String, String> catalog =
        Map.ofEntries(
            Map.entry("rest.port", Integer.toString(port)),
            Map.entry("uri", postgres.url(database)),
            Map.entry("jdbc.user", PostgresUnderTest.SUPERUSER),
            Map.entry("jdbc.password", PostgresUnderTest.PASSWORD),
            Map.entry("jdbc.schema-version", "V1"),
            Map.entry("warehouse", "s3://" + S3UnderTest.BUCKET + "/rest"),
            Map.entry("io-impl", "org.apache.iceberg.aws.s3.S3FileIO"),
            Map.entry("s3.endpoint", s3.endpoint()),
            Map.entry("s3.path-style-access", "true"),
            Map.entry("s3.access-key-id", S3UnderTest.ACCESS_KEY),
            Map.entry("s3.secret-access-key", S3UnderTest.SECRET_KEY),
            Map.entry("client.region", S3UnderTest.REGION));
    Map<String, String> environment = new HashMap<>();
    catalog.forEach((property, value) -> environment.put(variable(property), value));
    ServerProcess server =
        ServerProcess.start(
            ServerProcess.ownJdk(),
            directory,
            environment,
            List.of(
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ServerProcess.classpath("rest-catalog.txt"),
                "org.apache.iceberg.rest.RESTCatalogServer"));
    String uri = "http://127.0.0.1:" + port;
    server.await(URI.create(uri + "/v1/config"), "{", Duration.ofSeconds(60));
    return new RestCatalogUnderTest(uri, server);
  }

  /** How the server wants to be told of a property. */
  private static String variable(String property) {
    return "CATALOG_" + property.replace("-", "__").replace(".", "_").toUpperCase(Locale.ROOT);
  }

  @Override
  public void close() throws InterruptedException {
    server.close();
  }
}
