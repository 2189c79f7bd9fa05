package io.tributary.sinks;

import io.tributary.events.LedgerEntry;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one table into Parquet files, one open file per partition, until {@link #complete}
 * hands the finished files over. A ledger entry with a dimension not seen before first gets its
 * column; files begun under the older schema are closed and stay valid.
 */
final class TableWriter implements AutoCloseable {

  private final Warehouse warehouse;
  private final WarehouseTable id;
  private final DimensionColumns dimensions;
  private final Clock clock;
  private final int subtask;
  private final List<DataFile> finished = new ArrayList<>();
  private final Map<String, Map<String, Integer>> positionsByTenant = new HashMap<>();

  private Table table;
  private TableRows rows;
  private OpenFiles files;
  private @Nullable OffsetDateTime entryTime;

  /**
   * @param subtask tells the file names of concurrent writers apart
   */
  TableWriter(
      Warehouse warehouse,
      WarehouseTable id,
      DimensionColumns dimensions,
      Clock clock,
      int subtask) {
    this.warehouse = warehouse;
    this.id = id;
    this.dimensions = dimensions;
    this.clock = clock;
    this.subtask = subtask;
    this.table = warehouse.table(id);
    this.rows = new TableRows(id, table.schema());
    this.files = new OpenFiles(table, subtask);
  }

  void write(WarehouseRow row) {
    // First, because new columns make new files.
    Record record = record(row);
    files.write(record);
  }

  private Record record(WarehouseRow row) {
    if (row.record() instanceof LedgerEntry entry) {
      // First, because new columns make new rows.
      Map<String, Integer> positions = positions(entry.getTenantId(), entry.getElements());
      return rows.row(entry, entryTime(), positions);
    }
    if (row.record() instanceof DailyCost cost) {
      Map<String, Integer> positions = positions(cost.getTenantId(), cost.getElements());
      return rows.row(cost, cost.getElements(), positions);
    }
    return rows.row(row, this::entryTime);
  }

  /** The files written since the last call; the next row opens new ones. */
  List<DataFile> complete() {
    closeFiles();
    entryTime = null;
    List<DataFile> complete = List.copyOf(finished);
    finished.clear();
    return complete;
  }

  /** {@link #complete} for {@link WarehouseFiles}. */
  List<String> completeAsJson() {
    return complete().stream().map(file -> WarehouseFiles.toJson(file, table)).toList();
  }

  /** One instant between two {@link #complete}. */
  private OffsetDateTime entryTime() {
    if (entryTime == null) {
      entryTime = clock.instant().atOffset(ZoneOffset.UTC);
    }
    return entryTime;
  }

  private Map<String, Integer> positions(String tenant, Map<String, String> elements) {
    Map<String, Integer> positions = positionsByTenant.get(tenant);
    if (positions == null || !positions.keySet().containsAll(elements.keySet())) {
      Map<String, String> columns = dimensions.place(tenant, elements.keySet());
      if (!rows.hasColumns(columns.values())) {
        useCurrentSchema();
      }
      positions = rows.positions(columns);
      positionsByTenant.put(tenant, positions);
    }
    return positions;
  }

  private void useCurrentSchema() {
    closeFiles();
    positionsByTenant.clear();
    table = warehouse.table(id);
    rows = new TableRows(id, table.schema());
    files = new OpenFiles(table, subtask);
  }

  private void closeFiles() {
    finished.addAll(files.complete());
  }

  /** Removes what was not handed over. */
  @Override
  public void close() {
    closeFiles();
    finished.forEach(file -> table.io().deleteFile(file.location()));
    finished.clear();
  }
}
