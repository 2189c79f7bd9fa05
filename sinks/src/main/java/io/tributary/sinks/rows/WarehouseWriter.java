package io.tributary.sinks.rows;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.WarehouseFiles;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes rows of all tables into files, each table's into its own. Not safe for threads. */
public final class WarehouseWriter implements AutoCloseable {

  private final Warehouse warehouse;
  private final DimensionColumns dimensions;
  private final Clock clock;
  private final int subtask;
  private final SortedMap<String, SortedSet<String>> declared = new TreeMap<>();
  private final Map<WarehouseTable, TableWriter> writers = new EnumMap<>(WarehouseTable.class);

  /**
   * @param dimensionsPerTenant columns a tenant may have
   * @param clock gives the entry time of ledger entries: one instant between two {@link #complete}
   * @param subtask tells the file names of concurrent writers apart
   */
  public WarehouseWriter(Warehouse warehouse, int dimensionsPerTenant, Clock clock, int subtask) {
    this.warehouse = warehouse;
    this.dimensions = new DimensionColumns(warehouse, dimensionsPerTenant);
    this.clock = clock;
    this.subtask = subtask;
  }

  /** Takes one row. */
  public void write(WarehouseRow row) {
    writers
        .computeIfAbsent(
            row.table(), table -> new TableWriter(warehouse, table, dimensions, clock, subtask))
        .write(row);
  }

  /**
   * Makes places for dimensions with the next {@link #complete}, those of all tenants at once: a
   * column without values disturbs nobody.
   */
  public void declare(DeclaredDimensions declared) {
    this.declared
        .computeIfAbsent(declared.tenantId(), tenant -> new TreeSet<>())
        .addAll(declared.ids());
  }

  /** The files of all rows since the last call. */
  public WarehouseFiles complete() {
    dimensions.place(declared);
    declared.clear();
    SortedMap<WarehouseTable, List<String>> files = new TreeMap<>();
    writers.forEach((table, writer) -> files.put(table, writer.completeAsJson()));
    return new WarehouseFiles(files);
  }

  /** Gives up rows that were not completed. */
  @Override
  public void close() {
    writers.values().forEach(TableWriter::close);
  }
}
