package io.tributary.jobs.cli;

import io.tributary.sinks.catalog.WarehouseSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The block {@code warehouse} of a configuration, the same for every command. References to secrets
 * are checked here and stay references.
 *
 * @param directory of a local warehouse, null for any other
 */
record WarehouseConfiguration(WarehouseSettings settings, @Nullable Path directory) {

  static final String SECTION = "warehouse";

  static final List<String> KEYS =
      List.of(
          "warehouse.directory",
          "warehouse.jdbc.url",
          "warehouse.jdbc.user",
          "warehouse.jdbc.password",
          "warehouse.rest.uri",
          "warehouse.rest.warehouse",
          "warehouse.rest.credential",
          "warehouse.rest.token",
          "warehouse.location",
          "warehouse.coldLocation",
          "warehouse.s3.endpoint",
          "warehouse.s3.region",
          "warehouse.s3.pathStyle",
          "warehouse.s3.accessKey",
          "warehouse.s3.secretKey");

  static final List<String> OPEN_SECTIONS = List.of("warehouse.catalog.");

  /** Settings and the Iceberg properties they are, beside the address of the catalog. */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "warehouse.jdbc.user", "jdbc.user",
          "warehouse.jdbc.password", "jdbc.password",
          "warehouse.rest.warehouse", "warehouse",
          "warehouse.rest.credential", "credential",
          "warehouse.rest.token", "token",
          "warehouse.s3.endpoint", "s3.endpoint",
          "warehouse.s3.region", "client.region",
          "warehouse.s3.pathStyle", "s3.path-style-access",
          "warehouse.s3.accessKey", "s3.access-key-id",
          "warehouse.s3.secretKey", "s3.secret-access-key");

  private static final List<String> SECRETS =
      List.of(
          "warehouse.jdbc.password",
          "warehouse.rest.credential",
          "warehouse.rest.token",
          "warehouse.s3.secretKey");

  private static final Pattern LOCATION = Pattern.compile("s3://[^/].*|file:///.*");

  /** The block as one of several; problems are left to the caller. */
  static WarehouseConfiguration of(ConfigurationValues values) {
    SECRETS.forEach(values::secret);
    values.flag("warehouse.s3.pathStyle");
    String directory = values.optional("warehouse.directory");
    String url = values.reference("warehouse.jdbc.url");
    String uri = values.reference("warehouse.rest.uri");
    Map<String, String> catalog = values.references("warehouse.catalog.");
    boolean other = catalog.containsKey("catalog-impl") || catalog.containsKey("type");
    if (List.of(directory != null, url != null, uri != null, other).stream()
            .filter(Predicate.isEqual(true))
            .count()
        != 1) {
      values.problem(
          "warehouse needs one of 'directory', 'jdbc.url', 'rest.uri' and 'catalog' with its"
              + " 'catalog-impl'");
    }
    if (directory != null) {
      refuseBeside(values);
      return local(Path.of(directory));
    }
    Map<String, String> properties = new TreeMap<>(properties(values));
    properties.putAll(catalog);
    return new WarehouseConfiguration(settings(values, url, uri, properties), null);
  }

  /**
   * The block alone, whatever else the file is about.
   *
   * @throws CommandException naming every problem
   */
  static WarehouseConfiguration read(String file, String yaml, Map<String, String> environment) {
    ConfigurationValues values = ConfigurationValues.readSection(file, yaml, SECTION, environment);
    values.refuseUnknown(KEYS, OPEN_SECTIONS);
    WarehouseConfiguration read = of(values);
    values.refuseProblems();
    return read;
  }

  static WarehouseConfiguration local(Path directory) {
    Path absolute = directory.toAbsolutePath();
    return new WarehouseConfiguration(WarehouseSettings.local(absolute), absolute);
  }

  /**
   * For what runs on several machines.
   *
   * @throws CommandException where the warehouse is of one
   */
  void refuseLocal() {
    if (directory != null) {
      throw CommandException.badInput(
          "warehouse.directory is a warehouse of one machine; a cluster needs 'jdbc', 'rest' or"
              + " 'catalog'");
    }
  }

  private static void refuseBeside(ConfigurationValues values) {
    values.section("warehouse.").keySet().stream()
        .filter(key -> !key.equals("directory") && !key.equals("coldLocation"))
        .forEach(key -> values.problem("warehouse." + key + " has no meaning beside 'directory'"));
  }

  private static WarehouseSettings settings(
      ConfigurationValues values,
      @Nullable String url,
      @Nullable String uri,
      Map<String, String> properties) {
    if (url != null) {
      String location = values.required("warehouse.location");
      if (!LOCATION.matcher(location).matches() && !properties.containsKey("io-impl")) {
        values.problem(
            "warehouse.location is s3://BUCKET/PATH or file:///PATH, not '" + location + "'");
      }
      return WarehouseSettings.jdbc(url, location, properties);
    }
    if (values.optional("warehouse.location") != null) {
      values.problem("warehouse.location goes with 'jdbc': other catalogs know where data is");
    }
    return uri != null
        ? WarehouseSettings.rest(uri, properties)
        : WarehouseSettings.catalog(properties);
  }

  private static Map<String, String> properties(ConfigurationValues values) {
    Map<String, String> properties = new TreeMap<>();
    PROPERTIES.forEach(
        (key, property) -> {
          String value = values.reference(key);
          if (value != null) {
            properties.put(property, value);
          }
        });
    return properties;
  }
}
