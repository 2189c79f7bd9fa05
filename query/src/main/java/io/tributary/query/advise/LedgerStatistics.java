package io.tributary.query.advise;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DimensionDocs;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rollup.Rollup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.datasketches.hll.HllSketch;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.NestedField;

/**
 * How many rows views of the ledger would have and how many bytes a row takes: distinct tuples are
 * estimated in one pass by HyperLogLog sketches, within about 2 percent; bytes are those that the
 * files' metadata tell of each column.
 */
final class LedgerStatistics {

  /** Two to the power of it: registers of a sketch. */
  private static final int LOG_REGISTERS = 12;

  /** What rows of any rollup are told apart by, beside its time and what it keeps. */
  private static final List<String> IN_ALL =
      List.of(
          Columns.TENANT_ID,
          "entry_kind",
          "basis",
          "allocation",
          Columns.BILLING_PERIOD_START,
          Columns.BILLING_CURRENCY);

  /** Columns of any rollup that follow from others or are told apart by less than their value. */
  private static final List<String> BESIDE =
      List.of(Columns.BILLING_MONTH, Columns.ENTRY_TIME, Columns.CHARGE_PERIOD_START);

  private static final List<String> SUMS =
      List.of("billed_cost", "effective_cost", "list_cost", "contracted_cost");

  private final WarehouseReader reader;
  private final Table ledger;
  private final Map<String, String> columnByDimension = new TreeMap<>();
  private final Map<View, HllSketch> tuples = new LinkedHashMap<>();
  private final Map<String, HllSketch> values = new TreeMap<>();
  private final Map<String, Long> rowsByTenant = new TreeMap<>();
  private long rows;

  LedgerStatistics(WarehouseReader reader) {
    this.reader = reader;
    this.ledger = reader.table(WarehouseTable.COST_LEDGER);
    DimensionDocs.idsByColumn(ledger.schema())
        .forEach((column, dimension) -> columnByDimension.put(dimension, column));
  }

  /**
   * Counts in one pass.
   *
   * @param columns whose different values are counted
   */
  void count(Collection<View> views, Collection<String> columns) {
    views.forEach(view -> tuples.put(view, new HllSketch(LOG_REGISTERS)));
    columns.forEach(column -> values.put(column, new HllSketch(LOG_REGISTERS)));
    Set<String> read = new LinkedHashSet<>(IN_ALL);
    read.add(Columns.ENTRY_TIME);
    read.add(Columns.CHARGE_PERIOD_START);
    read.addAll(columns);
    views.forEach(view -> read.addAll(columnsOf(view)));
    try (CloseableIterable<Record> entries =
        reader.rows(
            WarehouseTable.COST_LEDGER, Expressions.alwaysTrue(), read.toArray(String[]::new))) {
      for (Record entry : entries) {
        count(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the ledger", e);
    }
  }

  private void count(Record entry) {
    rows++;
    rowsByTenant.merge(entry.getField(Columns.TENANT_ID).toString(), 1L, Long::sum);
    long common = Hashes.of(((OffsetDateTime) entry.getField(Columns.ENTRY_TIME)).toLocalDate());
    for (String column : IN_ALL) {
      common = Hashes.and(common, Hashes.of(entry.getField(column)));
    }
    Map<String, Long> known = new HashMap<>();
    for (Map.Entry<View, HllSketch> view : tuples.entrySet()) {
      long tuple = Hashes.and(common, start(entry, view.getKey().grain()));
      for (String column : view.getKey().columns()) {
        tuple = Hashes.and(tuple, known.computeIfAbsent(column, c -> Hashes.of(entry.getField(c))));
      }
      for (String dimension : view.getKey().dimensions()) {
        tuple =
            Hashes.and(
                tuple, known.computeIfAbsent("/" + dimension, d -> element(entry, d.substring(1))));
      }
      view.getValue().update(tuple);
    }
    values.forEach((column, sketch) -> sketch.update(Hashes.of(entry.getField(column))));
  }

  private static long start(Record entry, Rollup.Grain grain) {
    OffsetDateTime start = (OffsetDateTime) entry.getField(Columns.CHARGE_PERIOD_START);
    return grain == Rollup.Grain.HOUR
        ? start.truncatedTo(ChronoUnit.HOURS).toEpochSecond()
        : grain.start(start.toInstant()).getEpochSecond();
  }

  private long element(Record entry, String dimension) {
    String column = columnByDimension.get(dimension);
    Object element = column == null ? null : entry.getField(column);
    if (element == null && entry.getField(Columns.ELEMENTS_OVERFLOW) instanceof Map<?, ?> beyond) {
      element = beyond.get(dimension);
    }
    return Hashes.of(element);
  }

  /** The columns of the ledger, as far as it has them, that tell rows of {@code view} apart. */
  private Set<String> columnsOf(View view) {
    Set<String> columns = new LinkedHashSet<>(view.columns());
    for (String dimension : view.dimensions()) {
      columns.add(Columns.ELEMENTS_OVERFLOW);
      String column = columnByDimension.get(dimension);
      if (column != null) {
        columns.add(column);
      }
    }
    return columns;
  }

  /** Rows of the ledger. */
  long rows() {
    return rows;
  }

  /** Rows that {@code view} would have, about. */
  long rows(View view) {
    HllSketch sketch = tuples.get(view);
    if (sketch == null) {
      throw new IllegalArgumentException("not counted: " + view);
    }
    return Math.max(1, Math.min(rows, Math.round(sketch.getEstimate())));
  }

  /** Different values of a column, about. */
  long values(String column) {
    HllSketch sketch = values.get(column);
    return sketch == null ? 1 : Math.max(1, Math.round(sketch.getEstimate()));
  }

  Map<String, Long> rowsByTenant() {
    return rowsByTenant;
  }

  /** The column that keeps {@code dimension}, itself where it has none. */
  String column(String dimension) {
    return columnByDimension.getOrDefault(dimension, dimension);
  }

  /** Bytes that the rows of each view would take, about. */
  Map<View, Long> bytes(Collection<View> views) {
    Map<String, Long> byColumn = bytesByColumn();
    Map<View, Long> bytes = new LinkedHashMap<>();
    for (View view : views) {
      List<String> columns = new ArrayList<>(IN_ALL);
      columns.addAll(BESIDE);
      columns.addAll(SUMS);
      columns.addAll(columnsOf(view));
      long ofLedger = columns.stream().mapToLong(c -> byColumn.getOrDefault(c, 0L)).sum();
      bytes.put(view, Math.max(1, Parts.of(ofLedger, rows(view), rows)));
    }
    return bytes;
  }

  private Map<String, Long> bytesByColumn() {
    Map<String, Long> bytes = new HashMap<>();
    Schema schema = ledger.schema();
    for (FileScanTask task : files()) {
      Map<Integer, Long> sizes = task.file().columnSizes();
      if (sizes != null) {
        sizes.forEach((id, size) -> bytes.merge(top(schema, id), size, Long::sum));
      }
    }
    return bytes;
  }

  /** The column that a field is, or is within. */
  private static String top(Schema schema, int id) {
    NestedField field = schema.findField(id);
    if (field == null) {
      return "";
    }
    String name = schema.findColumnName(id);
    return schema.asStruct().field(name) != null ? name : name.replaceFirst("\\..*", "");
  }

  /** The files of the ledger as it is read. */
  List<FileScanTask> files() {
    List<FileScanTask> files = new ArrayList<>();
    var snapshot = reader.snapshot(WarehouseTable.COST_LEDGER);
    if (snapshot == null) {
      return files;
    }
    try (CloseableIterable<FileScanTask> tasks =
        ledger.newScan().useSnapshot(snapshot.snapshotId()).includeColumnStats().planFiles()) {
      tasks.forEach(files::add);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the files of the ledger", e);
    }
    return files;
  }
}
