package io.tributary.sinks.catalog;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** The PostgreSQL database that is a catalog, asked for what Iceberg does not tell. */
public final class CatalogDatabase {

  private static final Map<String, List<String>> NEEDED =
      new TreeMap<>(
          Map.of(
              "iceberg_tables",
              List.of("SELECT", "INSERT", "UPDATE"),
              "iceberg_namespace_properties",
              List.of("SELECT", "INSERT")));

  private CatalogDatabase() {}

  /** Whether the catalog is one. */
  public static boolean isOf(WarehouseSettings settings) {
    return settings.directory() == null
        && settings
            .resolved(System.getenv())
            .getOrDefault(CatalogProperties.URI, "")
            .startsWith("jdbc:postgresql:");
  }

  /**
   * The rights of a writer that the catalog's user has not: {@code UPDATE ON iceberg_tables}.
   *
   * @throws IOException where the database does not say
   */
  public static List<String> missingRights(WarehouseSettings settings) throws IOException {
    String url = settings.resolved(System.getenv()).getOrDefault(CatalogProperties.URI, "");
    List<String> missing = new ArrayList<>();
    try (Connection connection = connect(settings, url);
        PreparedStatement asked = connection.prepareStatement("SELECT has_table_privilege(?, ?)")) {
      for (Map.Entry<String, List<String>> table : NEEDED.entrySet()) {
        for (String right : table.getValue()) {
          asked.setString(1, table.getKey());
          asked.setString(2, right);
          try (ResultSet answer = asked.executeQuery()) {
            answer.next();
            if (!answer.getBoolean(1)) {
              missing.add(right + " ON " + table.getKey());
            }
          }
        }
      }
    } catch (SQLException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
    return missing;
  }

  static Connection connect(WarehouseSettings settings, String url) throws SQLException {
    Properties properties = new Properties();
    settings
        .resolved(System.getenv())
        .forEach(
            (key, value) -> {
              if (key.startsWith(JdbcCatalog.PROPERTY_PREFIX)) {
                properties.put(key.substring(JdbcCatalog.PROPERTY_PREFIX.length()), value);
              }
            });
    return DriverManager.getConnection(url, properties);
  }
}
