package io.tributary.sinks.catalog;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The SQLite file that is the catalog of a local warehouse, asked for what must be known before
 * Iceberg can open it. Its tables are those of Iceberg's JDBC catalog, schema V1.
 */
public final class LocalCatalog {

  /** Property of the namespace: locations that the directory had before, one a line. */
  public static final String FORMER_LOCATIONS = "tributary.former-locations";

  private final Path directory;
  private final Path file;

  /** The catalog of the warehouse in {@code directory}, which need not be there. */
  public LocalCatalog(Path directory) {
    this.directory = directory;
    this.file = file(directory);
  }

  /** Where the catalog of the warehouse in {@code directory} is. */
  public static Path file(Path directory) {
    return directory.resolve("catalog.db");
  }

  /** Locations of the newest metadata, by table; empty where there is no catalog. */
  public SortedMap<String, String> metadataLocations() {
    SortedMap<String, String> locations = new TreeMap<>();
    for (List<String> row :
        rows(
            "iceberg_tables",
            "SELECT table_name, metadata_location FROM iceberg_tables"
                + " WHERE catalog_name = ? AND table_namespace = ? AND metadata_location IS NOT NULL")) {
      locations.put(row.get(0), row.get(1));
    }
    return locations;
  }

  /** Where the directory was before. */
  List<String> formerLocations() {
    List<String> former = new ArrayList<>();
    for (List<String> row :
        rows(
            "iceberg_namespace_properties",
            "SELECT property_key, property_value FROM iceberg_namespace_properties"
                + " WHERE catalog_name = ? AND namespace = ? AND property_value IS NOT NULL")) {
      if (row.get(0).equals(FORMER_LOCATIONS)) {
        former.addAll(row.get(1).lines().toList());
      }
    }
    return former;
  }

  private List<List<String>> rows(String table, String query) {
    List<List<String>> rows = new ArrayList<>();
    if (!Files.exists(file)) {
      return rows;
    }
    try (Connection connection = connect()) {
      if (!hasTable(connection, table)) {
        return rows;
      }
      try (PreparedStatement asked = connection.prepareStatement(query)) {
        asked.setString(1, Warehouse.CATALOG_NAME);
        asked.setString(2, WarehouseTable.NAMESPACE.toString());
        try (ResultSet answer = asked.executeQuery()) {
          while (answer.next()) {
            rows.add(List.of(answer.getString(1), answer.getString(2)));
          }
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new WarehouseException(
          "cannot open the warehouse of " + directory + ": " + e.getMessage(), e);
    }
  }

  /** Iceberg makes its tables when it first opens the file. */
  private static boolean hasTable(Connection connection, String table) throws SQLException {
    try (ResultSet found = connection.getMetaData().getTables(null, null, table, null)) {
      return found.next();
    }
  }

  /** Writes what the catalog is at one instant into a new file, whoever writes to it meanwhile. */
  public void copyTo(Path copy) {
    try (Connection connection = connect();
        PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
      vacuum.setString(1, copy.toString());
      vacuum.execute();
    } catch (SQLException e) {
      throw new WarehouseException(
          "cannot copy the catalog of " + directory + ": " + e.getMessage(), e);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url(file));
  }

  /** How long a commit waits for another, and how both are kept. */
  static String url(Path file) {
    return "jdbc:sqlite:" + file + "?busy_timeout=10000&journal_mode=WAL";
  }
}
