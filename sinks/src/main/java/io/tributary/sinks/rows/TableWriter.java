package io.tributary.sinks.rows;

import io.tributary.events.LedgerEntry;
import io.tributary.sinks.catalog.DailyCost;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.WarehouseFiles;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows of one table into Parquet files, one open file per partition, until {@link #complete}
 * hands the finished files over. Entries with dimensions not seen before wait until some have come
 * together or the files are to be completed: then all get their columns at once. Files begun under
 * the older schema are closed and stay valid.
 */
public final class TableWriter implements AutoCloseable {

  /** Rows that wait for the places of their dimensions, at most. */
  private static final int WAITING = 1_000;

  private final Warehouse warehouse;
  private final WarehouseTable id;
  private final DimensionColumns dimensions;
  private final Clock clock;
  private final int subtask;
  private final List<DataFile> finished = new ArrayList<>();
  private final Map<String, Map<String, Integer>> positionsByTenant = new HashMap<>();
  private final List<WarehouseRow> waiting = new ArrayList<>();

  private Table table;
  private TableRows rows;
  private OpenFiles files;
  private @Nullable OffsetDateTime entryTime;

  /**
   * @param subtask tells the file names of concurrent writers apart
   */
  public TableWriter(
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

  public void write(WarehouseRow row) {
    if (mustWait(row)) {
      waiting.add(row);
      if (waiting.size() == WAITING) {
        writeWaiting();
      }
    } else {
      append(row);
    }
  }

  private boolean mustWait(WarehouseRow row) {
    String tenant = tenant(row);
    return tenant != null && !dimensions.has(tenant, elements(row).keySet());
  }

  /** Of rows with columns for dimensions, null of others. */
  private static @Nullable String tenant(WarehouseRow row) {
    if (row.record() instanceof LedgerEntry entry) {
      return entry.getTenantId();
    }
    return row.record() instanceof DailyCost cost ? cost.getTenantId() : null;
  }

  private static Map<String, String> elements(WarehouseRow row) {
    if (row.record() instanceof LedgerEntry entry) {
      return entry.getElements();
    }
    return row.record() instanceof DailyCost cost ? cost.getElements() : Map.of();
  }

  private void writeWaiting() {
    SortedMap<String, SortedSet<String>> wanted = new TreeMap<>();
    for (WarehouseRow row : waiting) {
      wanted
          .computeIfAbsent(Objects.requireNonNull(tenant(row)), tenant -> new TreeSet<>())
          .addAll(elements(row).keySet());
    }
    dimensions.place(wanted);
    waiting.forEach(this::append);
    waiting.clear();
  }

  private void append(WarehouseRow row) {
    Record record = record(row);
    // Only now, because new columns make new files.
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
  public List<DataFile> complete() {
    writeWaiting();
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
    waiting.clear();
    closeFiles();
    finished.forEach(file -> table.io().deleteFile(file.location()));
    finished.clear();
  }
}
