package io.tributary.sinks.catalog;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.RESTCatalog;
import org.jspecify.annotations.Nullable;

/**
 * Where a warehouse is and how it is reached. Jobs carry it to their tasks; {@link ValueReferences}
 * in the properties are resolved only where a catalog is opened, so that a job holds no secret and
 * a task takes the newest one.
 *
 * @param directory the directory of a local warehouse, null for any other
 * @param catalogProperties Iceberg catalog properties: {@code catalog-impl}, {@code uri}, {@code
 *     warehouse}, {@code io-impl} and whatever these need
 */
public record WarehouseSettings(@Nullable String directory, Map<String, String> catalogProperties)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Named here, since only who uses it needs the libraries it needs. */
  private static final String S3_FILE_IO = "org.apache.iceberg.aws.s3.S3FileIO";

  private static final Pattern SECRET =
      Pattern.compile("password|secret|token|credential|access-key|(^|[.-])key$");

  private static final Pattern CREDENTIALS =
      Pattern.compile(
          "(?i)//[^/@]*:[^/@]*@|[?&;][^=&;]*(password|secret|token|credential)[^=&;]*=");

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
            LocalCatalog.url(LocalCatalog.file(root)),
            CatalogProperties.WAREHOUSE_LOCATION,
            LocalFileIO.location(root.resolve(WarehouseDirectory.DATA)),
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
   * @param location where data goes: {@code s3://BUCKET/PATH} or {@code file:///PATH}; with an
   *     {@code io-impl} among {@code more}, whatever that takes
   * @param more further catalog properties: {@code jdbc.user}, {@code jdbc.password}, {@code
   *     s3.endpoint}, ...
   */
  public static WarehouseSettings jdbc(String url, String location, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>();
    properties.put(CatalogProperties.CATALOG_IMPL, JdbcCatalog.class.getName());
    properties.put(CatalogProperties.URI, url);
    properties.put(CatalogProperties.WAREHOUSE_LOCATION, location);
    properties.put(JdbcCatalog.PROPERTY_PREFIX + "schema-version", "V1");
    properties.put(
        CatalogProperties.FILE_IO_IMPL,
        location.startsWith("file:") ? LocalFileIO.class.getName() : S3_FILE_IO);
    properties.putAll(more);
    return new WarehouseSettings(null, properties);
  }

  /**
   * A warehouse behind an Iceberg REST catalog, which says where data goes.
   *
   * @param more further catalog properties: {@code warehouse}, {@code token}, {@code s3.endpoint},
   *     ...
   */
  public static WarehouseSettings rest(String uri, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>();
    properties.put(CatalogProperties.CATALOG_IMPL, RESTCatalog.class.getName());
    properties.put(CatalogProperties.URI, uri);
    if (more.keySet().stream().anyMatch(property -> property.startsWith("s3."))) {
      properties.put(CatalogProperties.FILE_IO_IMPL, S3_FILE_IO);
    }
    properties.putAll(more);
    return new WarehouseSettings(null, properties);
  }

  /** A warehouse behind any Iceberg catalog. */
  public static WarehouseSettings catalog(Map<String, String> catalogProperties) {
    return new WarehouseSettings(null, catalogProperties);
  }

  /**
   * The properties with the values of their references, and of a local warehouse with what its
   * files are named by.
   *
   * @throws WarehouseException where they cannot be used
   */
  Map<String, String> resolved(Map<String, String> environment) {
    if (directory != null) {
      Map<String, String> local = new HashMap<>(catalogProperties);
      local.putAll(WarehouseDirectory.of(Path.of(directory)).properties());
      return local;
    }
    Map<String, String> resolved = new HashMap<>();
    catalogProperties.forEach(
        (property, value) -> {
          try {
            resolved.put(property, ValueReferences.resolve(value, environment));
          } catch (WarehouseException e) {
            throw new WarehouseException("the catalog's " + property + " " + e.getMessage(), e);
          }
        });
    if (CREDENTIALS.matcher(resolved.getOrDefault(CatalogProperties.URI, "")).find()) {
      throw new WarehouseException(
          "the catalog's URL holds a password, which messages would show: "
              + "give it by a property of its own");
    }
    return resolved;
  }

  /** Whether the catalog says where files go. */
  boolean isRest() {
    return RESTCatalog.class
        .getName()
        .equals(catalogProperties.get(CatalogProperties.CATALOG_IMPL));
  }

  /** What messages call this warehouse: its directory, else its catalog. Holds no secret. */
  public String name() {
    if (directory != null) {
      return directory;
    }
    String uri = catalogProperties.get(CatalogProperties.URI);
    return uri != null
        ? withoutCredentials(uri)
        : catalogProperties.getOrDefault(CatalogProperties.WAREHOUSE_LOCATION, "(no location)");
  }

  /** Without the values of secrets. */
  @Override
  public String toString() {
    Map<String, String> shown = new TreeMap<>(catalogProperties);
    shown.replaceAll(
        (key, value) -> SECRET.matcher(key.toLowerCase(Locale.ROOT)).find() ? "***" : value);
    shown.computeIfPresent(CatalogProperties.URI, (key, uri) -> withoutCredentials(uri));
    return "WarehouseSettings[" + name() + ", " + shown + "]";
  }

  /** A URL may carry them in its user part or its query. */
  private static String withoutCredentials(String url) {
    return url.replaceFirst("\\?.*$", "").replaceFirst("//[^/@]*@", "//***@");
  }
}
