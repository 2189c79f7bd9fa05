package io.tributary.sinks.read;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.TableScans;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** The tenants of a warehouse: those that any of its tables has a row of. */
public final class KnownTenants {

  /** Where tenants are looked for, those first that have most of them in the fewest rows. */
  private static final List<WarehouseTable> TABLES =
      List.of(
          WarehouseTable.COST_LEDGER,
          WarehouseTable.OWNERS,
          WarehouseTable.DEFINITIONS,
          WarehouseTable.DELIVERIES,
          WarehouseTable.ENTITIES,
          WarehouseTable.PRICES,
          WarehouseTable.TELEMETRY,
          WarehouseTable.CHARGES,
          WarehouseTable.USAGE_HOURLY,
          WarehouseTable.REJECTED);

  private KnownTenants() {}

  /** Whether {@code tenant} is one of them. */
  public static boolean has(Warehouse warehouse, String tenant) {
    WarehouseReader reader = WarehouseReader.current(warehouse);
    return TABLES.stream().anyMatch(table -> has(reader, table, tenant));
  }

  private static boolean has(WarehouseReader reader, WarehouseTable table, String tenant) {
    try (CloseableIterable<Record> rows =
        reader.rows(table, WarehouseReader.tenant(tenant), Columns.TENANT_ID)) {
      Iterator<Record> row = rows.iterator();
      return row.hasNext();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + table.tableName(), e);
    }
  }

  /** All of them, by name. */
  public static SortedSet<String> of(Warehouse warehouse) {
    WarehouseReader reader = WarehouseReader.current(warehouse);
    SortedSet<String> tenants = new TreeSet<>();
    TABLES.forEach(table -> addTo(tenants, reader, table));
    // What is refused of nobody in particular.
    tenants.remove("");
    return tenants;
  }

  private static void addTo(
      SortedSet<String> tenants, WarehouseReader reader, WarehouseTable table) {
    TableScan scan = reader.scan(table, Expressions.alwaysTrue());
    if (scan == null) {
      return;
    }
    Table read = reader.table(table);
    TableScan ofTenants = scan.select(Columns.TENANT_ID).includeColumnStats();
    try (CloseableIterable<FileScanTask> tasks = ofTenants.planFiles()) {
      for (FileScanTask task : tasks) {
        String only = only(task.file(), read.schema().findField(Columns.TENANT_ID));
        if (only != null) {
          tenants.add(only);
        } else {
          addTo(tenants, TableScans.rows(read.io(), task, ofTenants.schema()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + table.tableName(), e);
    }
  }

  private static void addTo(SortedSet<String> tenants, CloseableIterable<Record> rows)
      throws IOException {
    try (rows) {
      rows.forEach(row -> tenants.add(row.getField(Columns.TENANT_ID).toString()));
    }
  }

  /** The one tenant that a file has rows of, by its bounds; null where they leave it open. */
  private static @Nullable String only(DataFile file, NestedField tenant) {
    Object first = bound(file.lowerBounds(), tenant);
    Object last = bound(file.upperBounds(), tenant);
    return first != null && last != null && first.toString().contentEquals(last.toString())
        ? first.toString()
        : null;
  }

  private static @Nullable Object bound(
      @Nullable Map<Integer, ByteBuffer> bounds, NestedField column) {
    ByteBuffer bound = bounds == null ? null : bounds.get(column.fieldId());
    return bound == null ? null : Conversions.fromByteBuffer(column.type(), bound);
  }
}
