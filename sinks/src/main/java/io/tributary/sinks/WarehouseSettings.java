package io.tributary.sinks;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.jspecify.annotations.Nullable;

/**
 * Where a warehouse is and how it is reached.
 *
 * @param directory the directory of a local warehouse, null for any other
 * @param catalogProperties Iceberg catalog properties: {@code catalog-impl}, {@code uri}, {@code
 *     warehouse}, {@code io-impl} and whatever these need
 */
public record WarehouseSettings(@Nullable String directory, Map<String, String> catalogProperties)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Pattern SECRET =
      Pattern.compile("password|secret|token|credential|access-key|(^|[.-])key$");

  public WarehouseSettings {
    catalogProperties = Map.copyOf(catalogProperties);
  }

  /** A warehouse in {@code directory}: catalog in SQLite, data in files beside it. */
  public static WarehouseSettings local(Path directory) {
    Path root = directory.toAbsolutePath().normalize();
    return new WarehouseSettings(
        root.toString(),
        Map.of(
            CatalogProperties.CATALOG_IMPL,
            JdbcCatalog.class.getName(),
            CatalogProperties.URI,
            "jdbc:sqlite:" + catalogFile(root) + "?busy_timeout=10000&journal_mode=WAL",
            CatalogProperties.WAREHOUSE_LOCATION,
            LocalFileIO.location(root.resolve("data")),
            CatalogProperties.FILE_IO_IMPL,
            LocalFileIO.class.getName(),
            CatalogProperties.CLIENT_POOL_SIZE,
            "1",
            JdbcCatalog.PROPERTY_PREFIX + "schema-version",
            "V1"));
  }

  /**
   * A warehouse whose catalog is a SQL database.
   *
   * @param url JDBC URL, for example of PostgreSQL
   * @param location where data goes, with its scheme
   * @param more further catalog properties: {@code jdbc.user}, {@code jdbc.password}, {@code
   *     io-impl}, ...
   */
  public static WarehouseSettings jdbc(String url, String location, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put(CatalogProperties.CATALOG_IMPL, JdbcCatalog.class.getName());
    properties.put(CatalogProperties.URI, url);
    properties.put(CatalogProperties.WAREHOUSE_LOCATION, location);
    properties.put(JdbcCatalog.PROPERTY_PREFIX + "schema-version", "V1");
    return new WarehouseSettings(null, properties);
  }

  /** A warehouse behind any Iceberg catalog. */
  public static WarehouseSettings catalog(Map<String, String> catalogProperties) {
    return new WarehouseSettings(null, catalogProperties);
  }

  static Path catalogFile(Path directory) {
    return directory.resolve("catalog.db");
  }

  /** What messages call this warehouse: its directory, else its location. Holds no secret. */
  String name() {
    return directory != null
        ? directory
        : catalogProperties.getOrDefault(CatalogProperties.WAREHOUSE_LOCATION, "(no location)");
  }

  /** Without the values of secrets. */
  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>(catalogProperties);
    shown.replaceAll(
        (key, value) -> SECRET.matcher(key.toLowerCase(Locale.ROOT)).find() ? "***" : value);
    // A URL may carry credentials in its user part or its query.
    shown.replace(CatalogProperties.URI, withoutQuery(shown.get(CatalogProperties.URI)));
    return "WarehouseSettings[" + name() + ", " + shown + "]";
  }

  private static String withoutQuery(@Nullable String url) {
    return url == null ? "" : url.replaceFirst("\\?.*$", "").replaceFirst("//[^/@]*@", "//***@");
  }
}
