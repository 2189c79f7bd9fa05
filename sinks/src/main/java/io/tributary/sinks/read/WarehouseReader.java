package io.tributary.sinks.read;

import io.tributary.events.BillingMonth;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.TableScans;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rollup.RollupState;
import io.tributary.sinks.rollup.Rollups;
import io.tributary.sinks.rows.TableRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.IncrementalAppendScan;
import org.apache.iceberg.ScanTaskParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * A fixed state of the warehouse: one snapshot of each table, chosen when the reader is made.
 *
 * <p>{@link #sealed} and {@link #asOf} show the archives as far as the ledger snapshot implies
 * them: what a stream or run has archived but not yet sealed by its ledger commit is left out. Of
 * {@code cost_daily} they show the newest state that leads to the ledger snapshot, if any.
 */
public final class WarehouseReader {

  /**
   * A row of a table as it was written.
   *
   * @param recordTime of an archived input, null in tables that have none
   */
  public record Stored<R extends SpecificRecordBase>(R record, @Nullable Instant recordTime) {}

  private final Map<WarehouseTable, Table> tables = new EnumMap<>(WarehouseTable.class);
  private final Map<WarehouseTable, Snapshot> snapshots = new EnumMap<>(WarehouseTable.class);
  private final Map<Rollup, Table> rollups = new LinkedHashMap<>();

  private WarehouseReader(Warehouse warehouse) {
    for (WarehouseTable id : WarehouseTable.values()) {
      Table table = load(warehouse, id);
      if (table != null) {
        tables.put(id, table);
        Snapshot current = table.currentSnapshot();
        if (current != null) {
          snapshots.put(id, current);
        }
      }
    }
    for (Rollup rollup : Rollups.of(table(WarehouseTable.COST_LEDGER))) {
      Table table =
          rollup.equals(Rollup.DAILY)
              ? tables.get(WarehouseTable.COST_DAILY)
              : Rollups.existing(warehouse, rollup);
      if (table != null) {
        rollups.put(rollup, table);
      }
    }
  }

  /** Null for what no version has made yet that wrote to the warehouse. */
  private static @Nullable Table load(Warehouse warehouse, WarehouseTable id) {
    try {
      return warehouse.table(id);
    } catch (NoSuchTableException e) {
      if (id.isDerived()) {
        return null;
      }
      throw e;
    }
  }

  /** Every table as it is now, sealed or not: for a run that reads what it has just archived. */
  public static WarehouseReader current(Warehouse warehouse) {
    return new WarehouseReader(warehouse);
  }

  /** The ledger as it is now and the archives it implies. */
  public static WarehouseReader sealed(Warehouse warehouse) {
    // Read before the archives: what it seals is committed, whatever comes while they are loaded.
    Snapshot ledger = warehouse.table(WarehouseTable.COST_LEDGER).currentSnapshot();
    return asOf(warehouse, ledger == null ? null : ledger.snapshotId());
  }

  /**
   * The state at a snapshot of the ledger.
   *
   * @param ledgerSnapshot null for a ledger that has none
   * @throws WarehouseException where the ledger does not have the snapshot any more
   */
  public static WarehouseReader asOf(Warehouse warehouse, @Nullable Long ledgerSnapshot) {
    WarehouseReader reader = new WarehouseReader(warehouse);
    Table ledger = reader.table(WarehouseTable.COST_LEDGER);
    Snapshot sealing = ledgerSnapshot == null ? null : ledger.snapshot(ledgerSnapshot);
    if (ledgerSnapshot != null && sealing == null) {
      throw new WarehouseException("the ledger has no snapshot " + ledgerSnapshot);
    }
    Seal seal = sealing == null ? null : new Seal(ledger, sealing);
    reader.snapshots.clear();
    reader.tables.forEach(
        (id, table) -> {
          Snapshot newest = seal == null ? null : seal.newest(id, table);
          if (newest != null) {
            reader.snapshots.put(id, newest);
          }
        });
    return reader;
  }

  /** {@code id} with its metadata as of the making of this reader. */
  public Table table(WarehouseTable id) {
    Table table = tables.get(id);
    if (table == null) {
      throw new IllegalArgumentException("not a table of the warehouse: " + id);
    }
    return table;
  }

  /** The snapshot of {@code id} that is read, null where it holds nothing. */
  public @Nullable Snapshot snapshot(WarehouseTable id) {
    return snapshots.get(id);
  }

  /** Whether everything is read that a run has written; of a run that wrote nothing, it is. */
  public boolean shows(String run) {
    for (Map.Entry<WarehouseTable, Table> table : tables.entrySet()) {
      Snapshot read = snapshots.get(table.getKey());
      if (!table.getKey().isDerived()
          && SnapshotMarks.hasRun(SnapshotUtil.currentAncestors(table.getValue()), run)
          && (read == null
              || !SnapshotMarks.hasRun(
                  SnapshotUtil.ancestorsOf(read.snapshotId(), table.getValue()::snapshot), run))) {
        return false;
      }
    }
    return true;
  }

  /**
   * A rollup as of this reader.
   *
   * @param state leads to the ledger snapshot that is read
   */
  public record ReadRollup(Rollup rollup, Table table, RollupState state) {}

  /** The rollups that tell what the ledger does. */
  public List<ReadRollup> rollups() {
    Snapshot state = snapshot(WarehouseTable.COST_LEDGER);
    List<ReadRollup> found = new ArrayList<>();
    if (state != null) {
      Table ledger = table(WarehouseTable.COST_LEDGER);
      rollups.forEach(
          (rollup, table) ->
              RollupState.of(table, ledger, state.snapshotId())
                  .ifPresent(told -> found.add(new ReadRollup(rollup, table, told))));
    }
    return found;
  }

  /** Rows of {@code tenant}. */
  public static Expression tenant(String tenant) {
    return Expressions.equal(Columns.TENANT_ID, tenant);
  }

  /** Rows whose {@code billing_period_start} is among {@code periods}; all where there are none. */
  public static Expression billingPeriods(Collection<Instant> periods) {
    return periods.stream()
        .map(
            period ->
                (Expression)
                    Expressions.equal(
                        Columns.BILLING_PERIOD_START, period.atOffset(ZoneOffset.UTC).toString()))
        .reduce(Expressions::or)
        .map(
            // They follow from each other; the months tell which partitions to read.
            starts ->
                Expressions.and(
                    billingMonths(periods.stream().map(BillingMonth::of).toList()), starts))
        .orElse(Expressions.alwaysTrue());
  }

  /** Rows whose {@code billing_month} is among {@code months}; all where there are none. */
  public static Expression billingMonths(Collection<BillingMonth> months) {
    Object[] days = months.stream().distinct().map(month -> month.firstDay().toString()).toArray();
    return days.length == 0
        ? Expressions.alwaysTrue()
        : Expressions.in(Columns.BILLING_MONTH, days);
  }

  /** The scan of {@code id} behind all reads, null where it holds nothing. */
  @Nullable
  public TableScan scan(WarehouseTable id, Expression filter) {
    Snapshot snapshot = snapshots.get(id);
    return snapshot == null
        ? null
        : table(id).newScan().useSnapshot(snapshot.snapshotId()).filter(filter);
  }

  /**
   * Rows in the named columns only; columns of the filter must be among them.
   *
   * @return to be closed by the caller
   */
  public CloseableIterable<Record> rows(WarehouseTable id, Expression filter, String... columns) {
    TableScan scan = scan(id, filter);
    return scan == null
        ? CloseableIterable.empty()
        : TableScans.rows(table(id).io(), scan.select(columns));
  }

  /**
   * Rows as the records they were written from.
   *
   * @return to be closed by the caller
   */
  public <R extends SpecificRecordBase> CloseableIterable<Stored<R>> records(
      Class<R> recordClass, Expression filter) {
    WarehouseTable id = WarehouseTable.of(recordClass);
    TableScan scan = scan(id, filter);
    if (scan == null) {
      return CloseableIterable.empty();
    }
    return stored(
        TableScans.rows(table(id).io(), scan), new TableRows(id, scan.schema()), recordClass);
  }

  /**
   * Rows that were appended to {@code id} since one of its snapshots, in the named columns only.
   *
   * @param after null for all rows there are
   * @return to be closed by the caller
   * @throws WarehouseException where the table does not have the snapshot any more
   */
  public CloseableIterable<Record> appended(
      WarehouseTable id, @Nullable Long after, String... columns) {
    Snapshot upTo = snapshot(id);
    if (after == null || upTo == null) {
      return rows(id, Expressions.alwaysTrue(), columns);
    }
    if (after == upTo.snapshotId()) {
      return CloseableIterable.empty();
    }
    Table table = table(id);
    if (!SnapshotUtil.isAncestorOf(table, upTo.snapshotId(), after)) {
      throw new WarehouseException(id.tableName() + " no longer has snapshot " + after);
    }
    IncrementalAppendScan scan =
        table
            .newIncrementalAppendScan()
            .fromSnapshotExclusive(after)
            .toSnapshot(upTo.snapshotId())
            .select(List.of(columns));
    return CloseableIterable.concat(
        CloseableIterable.transform(
            scan.planFiles(), task -> TableScans.rows(table.io(), task, scan.schema())));
  }

  /**
   * The ledger entries of a tenant, elements included, as they were written: not netted.
   *
   * @param months billing months; empty for all
   * @return to be closed by the caller
   */
  public CloseableIterable<LedgerEntry> entries(String tenant, Collection<BillingMonth> months) {
    return CloseableIterable.transform(
        records(LedgerEntry.class, Expressions.and(tenant(tenant), billingMonths(months))),
        Stored::record);
  }

  /**
   * The files of {@code id} that may hold rows of {@code filter}, each as a text that {@link #read}
   * takes, on any machine that reaches the warehouse.
   */
  public List<String> plan(WarehouseTable id, Expression filter) {
    TableScan scan = scan(id, filter);
    List<String> files = new ArrayList<>();
    if (scan != null) {
      try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
        tasks.forEach(task -> files.add(ScanTaskParser.toJson(task)));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot plan " + id, e);
      }
    }
    return files;
  }

  /**
   * The rows of a file planned by {@link #plan} that pass the plan's filter.
   *
   * @return to be closed by the caller
   */
  public static <R extends SpecificRecordBase> CloseableIterable<Stored<R>> read(
      Warehouse warehouse, Class<R> recordClass, String plannedFile) {
    WarehouseTable id = WarehouseTable.of(recordClass);
    FileScanTask task = ScanTaskParser.fromJson(plannedFile, true);
    Schema schema = task.schema();
    return stored(
        TableScans.rows(warehouse.table(id).io(), task, schema),
        new TableRows(id, schema),
        recordClass);
  }

  private static <R extends SpecificRecordBase> CloseableIterable<Stored<R>> stored(
      CloseableIterable<Record> rows, TableRows mapping, Class<R> recordClass) {
    return CloseableIterable.transform(
        rows, row -> new Stored<>(recordClass.cast(mapping.record(row)), mapping.recordTime(row)));
  }

  /** What a ledger snapshot implies. */
  private record Seal(Table ledger, Snapshot sealing) {

    /** What the ledger snapshot shows of a table. */
    @Nullable Snapshot newest(WarehouseTable id, Table table) {
      return switch (id) {
        case COST_LEDGER -> sealing;
        case COST_DAILY ->
            RollupState.of(table, ledger, sealing.snapshotId())
                .map(RollupState::snapshot)
                .orElse(null);
        default -> newest(table);
      };
    }

    /** The newest snapshot of {@code table} whose commit the ledger has sealed. */
    private @Nullable Snapshot newest(Table table) {
      SortedMap<String, String> sealed = SnapshotMarks.carried(ancestry());
      Long parent = null;
      for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
        if (isSealed(snapshot, sealed)) {
          return snapshot;
        }
        parent = snapshot.parentId();
      }
      if (parent != null) {
        throw new WarehouseException(
            table.name() + " no longer has the state of snapshot " + sealing.snapshotId());
      }
      return null;
    }

    private boolean isSealed(Snapshot snapshot, SortedMap<String, String> sealed) {
      String run = snapshot.summary().get(SnapshotMarks.RUN);
      // An expired ledger snapshot cannot be asked; a later one sealed what came before it.
      if (run != null
          && snapshot.timestampMillis() > sealing.timestampMillis()
          && !SnapshotMarks.hasRun(ancestry(), run)) {
        return false;
      }
      for (Map.Entry<String, String> mark : snapshot.summary().entrySet()) {
        if (mark.getKey().startsWith(SnapshotMarks.CHECKPOINT)
            && Long.parseLong(mark.getValue())
                > Long.parseLong(sealed.getOrDefault(mark.getKey(), "0"))) {
          return false;
        }
      }
      return true;
    }

    private Iterable<Snapshot> ancestry() {
      return SnapshotUtil.ancestorsOf(sealing.snapshotId(), ledger::snapshot);
    }
  }
}
