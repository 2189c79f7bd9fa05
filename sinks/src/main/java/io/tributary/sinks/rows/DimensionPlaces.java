package io.tributary.sinks.rows;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DimensionColumn;
import io.tributary.sinks.catalog.TableScans;
import io.tributary.sinks.commit.LedgerAppends;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * What the table {@code dimensions} says of all tenants, up to one of its snapshots: read as a
 * whole once, since a file has few rows and a scan for each tenant opens nearly as many; what was
 * appended afterwards is read alone.
 */
final class DimensionPlaces {

  private final Map<String, Map<String, String>> columnsByTenant = new HashMap<>();
  private @Nullable Long readUpTo;

  /** Columns by dimension, null of a tenant that is not known yet. */
  @Nullable Map<String, String> of(String tenant) {
    return columnsByTenant.get(tenant);
  }

  /** The same, of a tenant that has none from now on. */
  Map<String, String> orNone(String tenant) {
    return columnsByTenant.computeIfAbsent(tenant, name -> new TreeMap<>());
  }

  /** Takes in what others have added until the state of {@code table} that is loaded. */
  void read(Table table) {
    Snapshot current = table.currentSnapshot();
    if (current == null || Objects.equals(readUpTo, current.snapshotId())) {
      return;
    }
    try (CloseableIterable<Record> rows = rows(table, current.snapshotId())) {
      rows.forEach(
          row ->
              orNone(text(row, Columns.TENANT_ID))
                  .put(text(row, "dimension"), text(row, "column_name")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + table.name(), e);
    }
    readUpTo = current.snapshotId();
  }

  private CloseableIterable<Record> rows(Table table, long current) {
    Long after = readUpTo;
    if (after != null && LedgerAppends.reach(table, current).contains(after)) {
      return TableScans.rows(
          table.io(),
          table.newIncrementalAppendScan().fromSnapshotExclusive(after).toSnapshot(current));
    }
    columnsByTenant.clear();
    readUpTo = null;
    return TableScans.rows(table.io(), table.newScan().useSnapshot(current));
  }

  private static String text(Record row, String column) {
    return row.getField(column).toString();
  }

  /**
   * Remembers what was appended to exactly the state that was read.
   *
   * @param table in which it is
   */
  void added(Table table, List<DimensionColumn> added) {
    added.forEach(
        place -> orNone(place.getTenantId()).put(place.getDimension(), place.getColumnName()));
    table.refresh();
    Snapshot current = table.currentSnapshot();
    // Else somebody else has added on top, which is to be read.
    if (Objects.equals(current.parentId(), readUpTo)) {
      readUpTo = current.snapshotId();
    }
  }
}
