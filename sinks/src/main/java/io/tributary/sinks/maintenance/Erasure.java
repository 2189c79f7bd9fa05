package io.tributary.sinks.maintenance;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.ReplaceCommit;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Takes a tenant out of a warehouse: its rows from every table, the snapshots that had them, and
 * the files of these. Other tenants' rows stay, and so does what was reported of them at the end of
 * each day. Interrupted and repeated, it goes on.
 */
public final class Erasure {

  private static final int ATTEMPTS = 100;
  private static final String RAW = "raw";

  private final Warehouse warehouse;
  private final String tenant;
  private final ByteBuffer bytes;

  public Erasure(Warehouse warehouse, String tenant) {
    this.warehouse = warehouse;
    this.tenant = tenant;
    this.bytes = ByteBuffer.wrap(tenant.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Rows of the tenant by table, tables without any left out; nothing is changed.
   *
   * @return names of tables in the order of {@link WarehouseTable}
   */
  public SortedMap<WarehouseTable, Long> rows() {
    SortedMap<WarehouseTable, Long> rows = new TreeMap<>();
    for (WarehouseTable id : WarehouseTable.values()) {
      long found = rows(id, warehouse.table(id));
      if (found > 0) {
        rows.put(id, found);
      }
    }
    return rows;
  }

  /** The same of declared rollups, by the name of the table. */
  public SortedMap<String, Long> rowsOfRollups() {
    SortedMap<String, Long> rows = new TreeMap<>();
    Rollups.declaredTables(warehouse)
        .forEach(
            (name, table) -> {
              long found = rows(WarehouseTable.COST_DAILY, table);
              if (found > 0) {
                rows.put(name, found);
              }
            });
    return rows;
  }

  private long rows(WarehouseTable id, Table table) {
    Predicate<StructLike> erased = erased(seen(table));
    return candidates(id, table).stream().mapToLong(file -> count(table, file, erased)).sum();
  }

  /** Erases; afterwards nothing in the tables' locations names the tenant. */
  public void run() {
    for (WarehouseTable id : WarehouseTable.values()) {
      Table table = warehouse.table(id);
      if (id == WarehouseTable.COST_DAILY) {
        // What rollups name is gone with the ledger's history, and so are the rows they summed.
        new Rollups(warehouse).rebuild();
        Rollups.declaredTables(warehouse).values().forEach(this::forgetHistory);
      } else {
        erase(id, table);
      }
      forgetHistory(table);
    }
  }

  private void erase(WarehouseTable id, Table table) {
    for (int attempt = 1; !rewrite(id, table); attempt++) {
      if (attempt == ATTEMPTS) {
        throw new WarehouseException("others change " + table.name() + " all the time");
      }
    }
  }

  /**
   * @return whether it is done; not where somebody else has replaced a file meanwhile
   */
  private boolean rewrite(WarehouseTable id, Table table) {
    table.refresh();
    Predicate<StructLike> erased = erased(seen(table));
    List<DataFile> files =
        candidates(id, table).stream().filter(file -> count(table, file, erased) > 0).toList();
    for (List<DataFile> partition : TableTiers.byPartition(table, files, "").values()) {
      Consolidation without =
          new Consolidation(table, id, SortedRows.ON_HEAP, erased(table.schema()));
      if (without.run(partition, TableTiers.tier(id, partition)).files() == 0) {
        return false;
      }
    }
    return true;
  }

  /** Files that may have rows of the tenant. */
  private List<DataFile> candidates(WarehouseTable id, Table table) {
    return TableTiers.files(
        table,
        id == WarehouseTable.REJECTED
            ? Expressions.alwaysTrue()
            : Expressions.equal(Columns.TENANT_ID, tenant));
  }

  private static long count(Table table, DataFile file, Predicate<StructLike> erased) {
    long count = 0;
    try (CloseableIterable<StructLike> rows = Consolidation.rows(table, file, seen(table))) {
      for (StructLike row : rows) {
        count += erased.test(row) ? 1 : 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file.location(), e);
    }
    return count;
  }

  /** What tells whose a row is. */
  private static Schema seen(Table table) {
    return table.schema().select(Columns.TENANT_ID, RAW);
  }

  /** Rows of the tenant; and what could not be read so far as to know whose it was. */
  private Predicate<StructLike> erased(Schema schema) {
    int tenantColumn = schema.columns().indexOf(schema.findField(Columns.TENANT_ID));
    int raw = schema.columns().indexOf(schema.findField(RAW));
    return row -> {
      String of = row.get(tenantColumn, String.class);
      return tenant.equals(of)
          || raw >= 0 && isUnknown(of) && names(row.get(raw, ByteBuffer.class));
    };
  }

  private static boolean isUnknown(@Nullable String of) {
    return of == null || of.isEmpty();
  }

  private boolean names(@Nullable ByteBuffer raw) {
    if (raw == null) {
      return false;
    }
    for (int start = 0; start + bytes.remaining() <= raw.remaining(); start++) {
      if (raw.slice(raw.position() + start, bytes.remaining()).equals(bytes)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Leaves a snapshot whose manifests list nothing but what is there, and one version of the
   * metadata before it: older ones say what files there were, and counts by tenant.
   */
  private void forgetHistory(Table table) {
    table.refresh();
    if (table.currentSnapshot() == null) {
      return;
    }
    ReplaceCommit.forget(table, name -> name.endsWith("." + tenant));
    List<Long> old = new ArrayList<>();
    table.snapshots().forEach(snapshot -> old.add(snapshot.snapshotId()));
    old.remove(table.currentSnapshot().snapshotId());
    if (!old.isEmpty()) {
      var expire = table.expireSnapshots().expireOlderThan(0);
      old.forEach(expire::expireSnapshotId);
      expire.commit();
    }
    String kept = table.properties().get(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX);
    table.updateProperties().set(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, "1").commit();
    table
        .updateProperties()
        .set(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, kept == null ? "20" : kept)
        .commit();
  }
}
