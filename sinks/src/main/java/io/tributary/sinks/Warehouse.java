package io.tributary.sinks;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.apache.iceberg.types.Types.NestedField;

/**
 * An open warehouse: the Iceberg tables of {@link WarehouseTable} behind a catalog. Opening takes
 * no lock; whoever starts writers on a local warehouse holds a {@link WarehouseLock} meanwhile.
 * Safe for use by several threads.
 */
public final class Warehouse implements AutoCloseable {

  /** Name of the catalog; engines that share a JDBC catalog must use the same. */
  public static final String CATALOG_NAME = "tributary";

  private final WarehouseSettings settings;
  private final Catalog catalog;

  private Warehouse(WarehouseSettings settings, Catalog catalog) {
    this.settings = settings;
    this.catalog = catalog;
  }

  /** Opens for writing: what is missing (directory, namespace, tables, columns) is created. */
  public static Warehouse open(WarehouseSettings settings) {
    String directory = settings.directory();
    if (directory != null) {
      try {
        Files.createDirectories(Path.of(directory));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot create warehouse directory " + directory, e);
      }
    }
    Warehouse warehouse = connect(settings);
    warehouse.refuseOlder();
    warehouse.createMissing();
    return warehouse;
  }

  /**
   * Opens for reading.
   *
   * @throws NoWarehouseException where there is none
   */
  public static Warehouse openExisting(WarehouseSettings settings) {
    String directory = settings.directory();
    if (directory != null && !Files.exists(WarehouseSettings.catalogFile(Path.of(directory)))) {
      throw new NoWarehouseException(directory);
    }
    Warehouse warehouse = connect(settings);
    if (!warehouse.catalog.tableExists(WarehouseTable.COST_LEDGER.identifier())) {
      warehouse.close();
      throw new NoWarehouseException(settings.name());
    }
    warehouse.refuseOlder();
    return warehouse;
  }

  /**
   * @throws WarehouseException where the catalog cannot be reached
   */
  static Warehouse connect(WarehouseSettings settings) {
    Map<String, String> properties = settings.resolved(System.getenv());
    try {
      return new Warehouse(
          settings, CatalogUtil.buildIcebergCatalog(CATALOG_NAME, properties, null));
    } catch (RuntimeException e) {
      throw new WarehouseException(
          "cannot open the warehouse of " + settings.name() + ": " + rootMessage(e), e);
    }
  }

  /** Rows of which the billing month is not known would be in no month at all. */
  private void refuseOlder() {
    TableIdentifier ledger = WarehouseTable.COST_LEDGER.identifier();
    if (catalog.tableExists(ledger)
        && catalog.loadTable(ledger).schema().findField(Columns.BILLING_MONTH) == null) {
      close();
      throw new WarehouseException(
          "the tables of %s have no billing months: an earlier version made them; backfill the bills into another warehouse"
              .formatted(settings.name()));
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

  /** {@code table} as it is now. */
  public Table table(WarehouseTable table) {
    return catalog.loadTable(table.identifier());
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
    for (WarehouseTable table : WarehouseTable.values()) {
      if (catalog.tableExists(table.identifier())) {
        addMissingColumns(table);
      } else {
        create(table);
      }
    }
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
        DimensionColumns.restore(this);
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
