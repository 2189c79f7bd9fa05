package io.tributary.jobs.cli;

import io.tributary.jobs.Privacy;
import io.tributary.jobs.bills.DeliveryGuard;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseLock;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.maintenance.RetentionSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.CatalogProperties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A warehouse: by its directory, or by the configuration that says how to reach it. */
final class WarehouseOptions {

  @Option(
      names = "--warehouse",
      paramLabel = "DIR",
      description = "Directory of the warehouse; this or --config.")
  private @Nullable Path directory;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration as of 'run', whose block 'warehouse' says where it is.")
  private @Nullable Path config;

  /** The right to write; null where the catalog alone sees to it. */
  @Nullable WarehouseLock lock() throws IOException {
    Path local = configuration().directory();
    return local == null ? null : WarehouseLock.acquire(local);
  }

  /**
   * The directory of a local warehouse.
   *
   * @throws CommandException where it is another
   */
  Path localDirectory() throws IOException {
    Path local = configuration().directory();
    if (local == null) {
      throw CommandException.badInput(
          "the warehouse of "
              + file()
              + " is no directory of this machine; docs/operations/backup.md says how to copy its"
              + " catalog and storage");
    }
    return local;
  }

  /** Where the warehouse is. */
  WarehouseSettings settings() throws IOException {
    return configuration().settings();
  }

  /** The warehouse, made if it is missing. */
  Warehouse open() throws IOException {
    return Warehouse.open(configuration().settings());
  }

  /** The warehouse, which must be there. */
  Warehouse openExisting() throws IOException {
    return Warehouse.openExisting(configuration().settings());
  }

  /** The warehouse, which must be there, with the tables that a newer version has. */
  Warehouse openForChange() throws IOException {
    openExisting().close();
    return open();
  }

  /**
   * A directory for what a command must find again when it goes on: in a local warehouse, else
   * among the checkpoints of the configuration.
   */
  Path home() throws IOException {
    Path local = configuration().directory();
    if (local != null) {
      return local;
    }
    ConfigurationValues values =
        ConfigurationValues.readSection(file(), text(), "checkpoints", System.getenv());
    Path checkpoints = Path.of(values.required("checkpoints"));
    values.refuseProblems();
    return checkpoints.toAbsolutePath();
  }

  /** How labels are hashed and refused records sealed, as the configuration says. */
  Privacy privacy() throws IOException {
    if (config == null) {
      return Privacy.of(settings());
    }
    ConfigurationValues values =
        ConfigurationValues.readSection(file(), text(), "privacy", System.getenv());
    Privacy privacy = RunConfiguration.privacy(values, configuration());
    values.refuseProblems();
    return privacy;
  }

  /**
   * A directory that all publications for the warehouse from this machine have in common: in a
   * local warehouse, else in the home of who runs them.
   */
  Path publicationHome() throws IOException {
    WarehouseConfiguration configuration = configuration();
    Path local = configuration.directory();
    if (local != null) {
      return local;
    }
    Map<String, String> catalog = configuration.settings().catalogProperties();
    String address =
        catalog.get(CatalogProperties.URI)
            + "\n"
            + catalog.get(CatalogProperties.WAREHOUSE_LOCATION);
    String name = UUID.nameUUIDFromBytes(address.getBytes(StandardCharsets.UTF_8)).toString();
    return Path.of(System.getProperty("user.home"), ".tributary", name);
  }

  /**
   * The same, with the key in a file for refused records.
   *
   * @param keyFile null where none is given
   */
  Privacy privacy(@Nullable Path keyFile) throws IOException {
    if (keyFile == null) {
      return privacy();
    }
    try {
      byte[] ignored = Privacy.keyOf(Console.text(keyFile));
    } catch (IllegalArgumentException e) {
      throw CommandException.badInput(keyFile + " " + e.getMessage());
    }
    return new Privacy("${file:" + keyFile + "}", false, false, privacy().labelKeys());
  }

  /** For how long billing periods are kept: for ever where no configuration says otherwise. */
  RetentionSettings retention() throws IOException {
    if (config == null) {
      return RetentionSettings.FOREVER;
    }
    ConfigurationValues values =
        ConfigurationValues.readSection(file(), text(), "maintenance", System.getenv());
    RetentionSettings retention = RunConfiguration.retention(values);
    values.refuseProblems();
    return retention;
  }

  /** What deliveries may change unasked: as the configuration says, else as usual. */
  DeliveryGuard guard() throws IOException {
    if (config == null) {
      return DeliveryGuard.DEFAULT;
    }
    ConfigurationValues values =
        ConfigurationValues.readSection(file(), text(), "guard", System.getenv());
    DeliveryGuard guard = RunConfiguration.guard(values);
    values.refuseProblems();
    return guard;
  }

  private WarehouseConfiguration configuration() throws IOException {
    if ((directory == null) == (config == null)) {
      throw CommandException.badInput("give either --warehouse DIR or --config FILE");
    }
    return directory != null
        ? WarehouseConfiguration.local(directory)
        : WarehouseConfiguration.read(file(), text(), System.getenv());
  }

  private String file() {
    return String.valueOf(config);
  }

  private String text() throws IOException {
    return Console.text(Path.of(file()));
  }
}
