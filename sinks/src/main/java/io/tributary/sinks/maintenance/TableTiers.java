package io.tributary.sinks.maintenance;

import static java.util.Objects.requireNonNull;

import io.tributary.events.BillingMonth;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.TableScans;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Merges small files and moves old rows of the ledger to cold. Safe beside a stream that appends,
 * beside readers and beside another of its kind: a change is one commit, and who comes second
 * changes nothing.
 */
public final class TableTiers {

  /**
   * What was done to a table.
   *
   * @param files that were put together
   * @param written files in their place
   * @param rows in the former
   * @param rowsWritten in the latter
   */
  public record Result(int files, int written, long rows, long rowsWritten) {

    static final Result NOTHING = new Result(0, 0, 0, 0);

    private Result plus(Consolidation.Result more) {
      return new Result(
          files + more.files(),
          written + more.written(),
          rows + more.rows(),
          rowsWritten + more.rowsWritten());
    }

    /** Both. */
    public Result plus(Result more) {
      return new Result(
          files + more.files,
          written + more.written,
          rows + more.rows,
          rowsWritten + more.rowsWritten);
    }
  }

  /**
   * Files of a tier of the ledger.
   *
   * @param tier hot, cold or frozen
   */
  public record Tier(String tier, long files, long bytes, long entries) {}

  private static final List<String> TIERS = List.of(Columns.HOT, Columns.COLD, Columns.FROZEN);

  private final Warehouse warehouse;
  private final int onHeap;

  /** With memory for a hundred thousand rows. */
  public TableTiers(Warehouse warehouse) {
    this(warehouse, SortedRows.ON_HEAP);
  }

  TableTiers(Warehouse warehouse, int onHeap) {
    this.warehouse = warehouse;
    this.onHeap = onHeap;
  }

  /** From now on, files of the cold tier go to {@code location}; those that are there stay. */
  public static void placeCold(Warehouse warehouse, String location) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    String wanted = location.replaceFirst("/+$", "");
    if (!wanted.equals(ledger.properties().get(Warehouse.COLD_LOCATION))) {
      ledger.updateProperties().set(Warehouse.COLD_LOCATION, wanted).commit();
    }
  }

  /** Tiers of the ledger that hold something, hot first. */
  public List<Tier> status() {
    SortedMap<String, Tier> tiers = new TreeMap<>(Comparator.comparingInt(TIERS::indexOf));
    for (DataFile file : files(warehouse.table(WarehouseTable.COST_LEDGER))) {
      tiers.merge(
          tier(file),
          new Tier(tier(file), 1, file.fileSizeInBytes(), file.recordCount()),
          (a, b) -> new Tier(a.tier, a.files + b.files, a.bytes + b.bytes, a.entries + b.entries));
    }
    return List.copyOf(tiers.values());
  }

  /** Merges the small files of {@code id}, each partition's for itself; rows stay in their tier. */
  public Result merge(WarehouseTable id) {
    return merge(id, warehouse.table(id));
  }

  /** The same of a declared rollup. */
  public Result mergeRollup(Table rollup) {
    return merge(WarehouseTable.COST_DAILY, rollup);
  }

  private Result merge(WarehouseTable id, Table table) {
    Result result = Result.NOTHING;
    for (Map.Entry<String, List<DataFile>> partition :
        byPartition(table, files(table), "").entrySet()) {
      List<DataFile> files = new Runs(partition.getValue()).worthwhile(table.sortOrder());
      if (!files.isEmpty()) {
        result = result.plus(consolidate(table, id, files, tier(id, files)));
      }
    }
    return result;
  }

  /**
   * Moves entries of hot files that were all written before {@code time} to cold, and puts them
   * together with what is there where that is worthwhile.
   */
  public Result coolDown(Instant time) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    return move(
        ledger,
        file -> tier(file).equals(Columns.HOT) && lastEntry(ledger, file).isBefore(time),
        Columns.COLD);
  }

  /**
   * Leaves of entries of billing months before {@code month} what they come to by day, without
   * charges and resources, for good. For months in which nothing can change any more.
   */
  public Result freeze(BillingMonth month) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    return move(
        ledger,
        file -> !tier(file).equals(Columns.FROZEN) && month(file).isBefore(month),
        Columns.FROZEN);
  }

  /** Moves files to a tier and puts them together with what is there as far as that is worth it. */
  private Result move(Table ledger, Predicate<DataFile> due, String to) {
    Result result = Result.NOTHING;
    for (List<DataFile> partition : byPartition(ledger, files(ledger), Columns.TIER).values()) {
      List<DataFile> moved = partition.stream().filter(due).toList();
      List<DataFile> there = partition.stream().filter(file -> tier(file).equals(to)).toList();
      if (!moved.isEmpty()) {
        result =
            result.plus(
                consolidate(ledger, WarehouseTable.COST_LEDGER, new Runs(there).with(moved), to));
      }
    }
    return result;
  }

  /** Billing months of which the ledger keeps the daily grain. */
  public static Set<BillingMonth> frozen(WarehouseReader reader) {
    Snapshot snapshot = reader.snapshot(WarehouseTable.COST_LEDGER);
    Set<BillingMonth> months = new TreeSet<>();
    if (snapshot != null) {
      Table ledger = reader.table(WarehouseTable.COST_LEDGER);
      Expression tier = Expressions.equal(Columns.TIER, Columns.FROZEN);
      TableScans.files(ledger.newScan().useSnapshot(snapshot.snapshotId()).filter(tier))
          .forEach(file -> months.add(month(file)));
    }
    return months;
  }

  private static BillingMonth month(DataFile ledgerFile) {
    return BillingMonth.ofFirstDay(
        LocalDate.ofEpochDay(ledgerFile.partition().get(1, Integer.class)));
  }

  private Consolidation.Result consolidate(
      Table table, WarehouseTable id, List<DataFile> files, @Nullable String tier) {
    return new Consolidation(table, id, onHeap).run(files, tier);
  }

  private static List<DataFile> files(Table table) {
    return files(table, Expressions.alwaysTrue());
  }

  /** The files of a table that may hold rows of {@code filter}. */
  static List<DataFile> files(Table table, Expression filter) {
    TableScan scan = table.newScan().filter(filter);
    return TableScans.files(
        table.schema().findField(Columns.ENTRY_TIME) == null
            ? scan
            : scan.includeColumnStats(List.of(Columns.ENTRY_TIME)));
  }

  /**
   * Files by the values of their partition.
   *
   * @param but a field of the partition that does not matter
   */
  static SortedMap<String, List<DataFile>> byPartition(
      Table table, List<DataFile> files, String but) {
    SortedMap<String, List<DataFile>> partitions = new TreeMap<>();
    for (DataFile file : files) {
      StringBuilder partition = new StringBuilder();
      List<PartitionField> fields = requireNonNull(table.specs().get(file.specId())).fields();
      for (int i = 0; i < fields.size(); i++) {
        if (!fields.get(i).name().equals(but)) {
          partition.append(file.partition().get(i, Object.class)).append('/');
        }
      }
      partitions.computeIfAbsent(partition.toString(), key -> new ArrayList<>()).add(file);
    }
    return partitions;
  }

  static @Nullable String tier(WarehouseTable id, List<DataFile> files) {
    return id == WarehouseTable.COST_LEDGER ? tier(files.get(0)) : null;
  }

  private static String tier(DataFile ledgerFile) {
    return ledgerFile.partition().get(0, String.class);
  }

  private static Instant lastEntry(Table ledger, DataFile file) {
    NestedField column = ledger.schema().findField(Columns.ENTRY_TIME);
    Map<Integer, ByteBuffer> bounds = file.upperBounds();
    ByteBuffer last = bounds == null ? null : bounds.get(column.fieldId());
    if (last == null) {
      return Instant.MAX;
    }
    long micros = Conversions.<Long>fromByteBuffer(column.type(), last);
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
