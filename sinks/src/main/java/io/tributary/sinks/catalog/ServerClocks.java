package io.tributary.sinks.catalog;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.CatalogProperties;

/** What time it is for the servers behind a warehouse, as they say themselves. */
public final class ServerClocks {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String S3_ENDPOINT = "s3.endpoint";

  private ServerClocks() {}

  /**
   * Servers that can be asked, by the name under which people know them; none of a local warehouse.
   */
  public static Map<String, String> of(WarehouseSettings settings) {
    Map<String, String> servers = new TreeMap<>();
    if (settings.directory() != null) {
      return servers;
    }
    Map<String, String> properties = settings.resolved(System.getenv());
    String uri = properties.getOrDefault(CatalogProperties.URI, "");
    if (uri.startsWith("jdbc:postgresql:")) {
      servers.put("database of the catalog", uri);
    } else if (uri.startsWith("http")) {
      servers.put("REST catalog", uri);
    }
    String endpoint = properties.get(S3_ENDPOINT);
    if (endpoint != null) {
      servers.put("object store", endpoint);
    }
    return servers;
  }

  /** Whether files go to an object store whose address the settings do not tell. */
  public static boolean cannotAskStore(WarehouseSettings settings) {
    if (settings.directory() != null) {
      return false;
    }
    Map<String, String> properties = settings.resolved(System.getenv());
    return properties.getOrDefault(CatalogProperties.WAREHOUSE_LOCATION, "").startsWith("s3:")
        && !properties.containsKey(S3_ENDPOINT);
  }

  /**
   * The time of a server of {@link #of}, to the second where it speaks HTTP; empty where it answers
   * without it.
   *
   * @throws IOException where it does not answer
   */
  public static Optional<Instant> now(WarehouseSettings settings, String address)
      throws IOException, InterruptedException {
    return address.startsWith("jdbc:") ? Optional.of(database(settings, address)) : http(address);
  }

  private static Instant database(WarehouseSettings settings, String url) throws IOException {
    try (Connection connection = CatalogDatabase.connect(settings, url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT clock_timestamp()")) {
      rows.next();
      return rows.getObject(1, OffsetDateTime.class).toInstant();
    } catch (SQLException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<Instant> http(String address) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    HttpRequest request;
    try {
      request = HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).GET().build();
    } catch (IllegalArgumentException e) {
      throw new IOException(address + " is not an address of HTTP: " + e.getMessage(), e);
    }
    HttpResponse<Void> answer = client.send(request, HttpResponse.BodyHandlers.discarding());
    return answer.headers().firstValue("Date").flatMap(ServerClocks::time);
  }

  private static Optional<Instant> time(String date) {
    try {
      return Optional.of(
          ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
