package io.tributary.sinks.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * An open warehouse: the Iceberg tables of {@link WarehouseTable} behind a catalog. Opening takes
 * no lock; whoever starts writers on a local warehouse holds a {@link WarehouseLock} meanwhile.
 * Safe for use by several threads.
 */
public final class Warehouse implements AutoCloseable {

  /** Name of the catalog; engines that share a JDBC catalog must use the same. */
  public static final String CATALOG_NAME = "tributary";

  /**
   * Property of a table: where the files of the cold tier go, partitions as directories below it.
   */
  public static final String COLD_LOCATION = "tributary.cold.location";

  private final WarehouseSettings settings;
  private final @Nullable WarehouseDirectory directory;
  private final Catalog catalog;

  private Warehouse(
      WarehouseSettings settings, @Nullable WarehouseDirectory directory, Catalog catalog) {
    this.settings = settings;
    this.directory = directory;
    this.catalog = catalog;
  }

  /**
   * Opens for writing: what is missing (directory, namespace, tables, columns) is created.
   *
   * @throws UnknownFormatException where another version made what is there
   * @throws ForeignFilesException where it was moved or copied, and some of its files were not
   */
  public static Warehouse open(WarehouseSettings settings) {
    String directory = settings.directory();
    if (directory != null) {
      try {
        OwnerOnly.createDirectories(Path.of(directory));
        LabelKeyFile.createFor(Path.of(directory));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot create warehouse directory " + directory, e);
      }
    }
    Warehouse warehouse = connect(settings);
    try {
      warehouse.createMissing();
      warehouse.refuseForeignFiles();
      return warehouse;
    } catch (RuntimeException e) {
      warehouse.close();
      throw e;
    }
  }

  /**
   * Opens for reading.
   *
   * @throws NoWarehouseException where there is none
   * @throws UnknownFormatException where another version made it
   * @throws ForeignFilesException where it was moved or copied, and some of its files were not
   */
  public static Warehouse openExisting(WarehouseSettings settings) {
    Warehouse warehouse = connectExisting(settings);
    try {
      warehouse.refuseForeignFiles();
      return warehouse;
    } catch (RuntimeException e) {
      warehouse.close();
      throw e;
    }
  }

  /**
   * @throws NoWarehouseException where there is none
   */
  public static Warehouse connectExisting(WarehouseSettings settings) {
    String local = settings.directory();
    if (local != null && !Files.exists(LocalCatalog.file(Path.of(local)))) {
      throw new NoWarehouseException(local);
    }
    Warehouse warehouse = connect(settings);
    try {
      Table unused = warehouse.table(WarehouseTable.COST_LEDGER);
      return warehouse;
    } catch (NoSuchTableException e) {
      warehouse.close();
      throw new NoWarehouseException(settings.name());
    } catch (RuntimeException e) {
      warehouse.close();
      throw e;
    }
  }

  /** A copy of a directory is no copy of what lies outside of it. */
  public void refuseForeignFiles() {
    String cold = table(WarehouseTable.COST_LEDGER).properties().get(COLD_LOCATION);
    WarehouseDirectory local = directory;
    if (cold != null && local != null && !local.home() && !local.has(cold)) {
      throw new ForeignFilesException(local, cold);
    }
  }

  /**
   * @throws WarehouseException where the catalog cannot be reached
   */
  static Warehouse connect(WarehouseSettings settings) {
    Map<String, String> properties = settings.resolved(System.getenv());
    try {
      return new Warehouse(
          settings,
          WarehouseDirectory.of(properties),
          CatalogUtil.buildIcebergCatalog(CATALOG_NAME, properties, null));
    } catch (RuntimeException e) {
      throw new WarehouseException(
          "cannot open the warehouse of " + settings.name() + ": " + rootMessage(e), e);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** How this warehouse was opened. */
  public WarehouseSettings settings() {
    return settings;
  }

  /** Where the files of a local warehouse are; null of any other. */
  @Nullable
  public WarehouseDirectory directory() {
    return directory;
  }

  /**
   * {@code table} as it is now.
   *
   * @throws UnknownFormatException where another version made it
   */
  public Table table(WarehouseTable table) {
    return load(table.identifier());
  }

  /** The same of a table that may not be of every warehouse. */
  public Table load(TableIdentifier id) {
    Table table = catalog.loadTable(id);
    StoredFormat.refuseOther(
        "table %s of %s".formatted(id.name(), settings.name()),
        table.properties().get(StoredFormat.NAME));
    return table;
  }

  /** The catalog, for tables that other modules own within the namespace. */
  public Catalog catalog() {
    return catalog;
  }

  void createNamespace() {
    if (catalog instanceof SupportsNamespaces namespaces) {
      try {
        if (!namespaces.namespaceExists(WarehouseTable.NAMESPACE)) {
          namespaces.createNamespace(WarehouseTable.NAMESPACE);
        }
      } catch (AlreadyExistsException e) {
        // Another writer was quicker, which is as good.
      }
    }
  }

  private void createMissing() {
    createNamespace();
    List<WarehouseTable> missing = new ArrayList<>();
    for (WarehouseTable table : WarehouseTable.values()) {
      try {
        addMissingColumns(table);
      } catch (NoSuchTableException e) {
        missing.add(table);
      }
    }
    missing.forEach(this::create);
  }

  private void create(WarehouseTable table) {
    Schema schema = Tables.schema(table);
    try {
      catalog
          .buildTable(table.identifier(), schema)
          .withPartitionSpec(Tables.partitions(table, schema))
          .withSortOrder(Tables.sortOrder(table, schema))
          .withProperties(Tables.properties(table, schema))
          .create();
      if (table == WarehouseTable.COST_LEDGER) {
        DimensionDocs.restore(this);
      }
    } catch (AlreadyExistsException e) {
      addMissingColumns(table);
    }
  }

  /** A newer version's columns, nullable because older rows have none. */
  private void addMissingColumns(WarehouseTable id) {
    Table table = table(id);
    List<NestedField> missing =
        Tables.schema(id).columns().stream()
            .filter(column -> table.schema().findField(column.name()) == null)
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    UpdateSchema update = table.updateSchema();
    missing.forEach(column -> update.addColumn(column.name(), column.type(), column.doc()));
    try {
      update.commit();
    } catch (CommitFailedException e) {
      addMissingColumns(id);
    }
  }

  @Override
  public void close() {
    if (catalog instanceof Closeable closeable) {
      try {
        closeable.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close warehouse " + settings.name(), e);
      }
    }
  }
}
