package io.tributary.proof;

import io.tributary.events.EstimateAmounts;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Rejection;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetReaders;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.Types.NestedField;

/** What the tables of a warehouse hold. */
final class Tables {

  private static final List<String> MEASURES =
      List.of("billed_cost", "effective_cost", "list_cost", "contracted_cost", "consumed_quantity");

  private static final Set<String> NOT_IN_NET = Set.of("tier", "entry_time", "definitions_version");

  private Tables() {}

  /**
   * The net ledger of a tenant: sums of the measures by every other column except tier, entry time
   * and definitions version; what sums to 0 everywhere is left out.
   */
  static SortedMap<String, List<BigDecimal>> netLedger(Path warehouse, String tenant) {
    SortedMap<String, List<BigDecimal>> net = new TreeMap<>();
    try (Warehouse open = open(warehouse);
        CloseableIterable<Record> rows =
            WarehouseReader.current(open)
                .rows(WarehouseTable.COST_LEDGER, WarehouseReader.tenant(tenant), "*")) {
      for (Record row : rows) {
        net.merge(identity(row), measures(row), Tables::plus);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    net.values().removeIf(sums -> sums.stream().allMatch(sum -> sum.signum() == 0));
    return net;
  }

  /** The net of all tenants in some files of the ledger. */
  static SortedMap<String, List<BigDecimal>> netLedger(Table ledger, Iterable<DataFile> files)
      throws IOException {
    SortedMap<String, List<BigDecimal>> net = new TreeMap<>();
    for (DataFile file : files) {
      try (CloseableIterable<Record> rows =
          Parquet.read(ledger.io().newInputFile(file.location()))
              .project(ledger.schema())
              .createReaderFunc(
                  parquet -> GenericParquetReaders.buildReader(ledger.schema(), parquet))
              .build()) {
        rows.forEach(row -> net.merge(identity(row), measures(row), Tables::plus));
      }
    }
    net.values().removeIf(sums -> sums.stream().allMatch(sum -> sum.signum() == 0));
    return net;
  }

  /** Whether the newest sums by day say of themselves that they are those of the newest ledger. */
  static boolean daysFollow(Path warehouse) {
    try (Warehouse open = open(warehouse)) {
      Snapshot ledger = open.table(WarehouseTable.COST_LEDGER).currentSnapshot();
      Snapshot days = open.table(WarehouseTable.COST_DAILY).currentSnapshot();
      return Objects.equals(
          SnapshotMarks.ledgerSnapshot(days), ledger == null ? null : ledger.snapshotId());
    }
  }

  /**
   * The net costs of a tenant by day and every other column of {@code cost_daily}, from that table
   * or from the ledger.
   */
  static SortedMap<String, List<BigDecimal>> netDays(
      Path warehouse, String tenant, WarehouseTable table) {
    SortedMap<String, List<BigDecimal>> net = new TreeMap<>();
    try (Warehouse open = open(warehouse)) {
      String[] columns =
          open.table(WarehouseTable.COST_DAILY).schema().columns().stream()
              .map(NestedField::name)
              .toArray(String[]::new);
      try (CloseableIterable<Record> rows =
          WarehouseReader.sealed(open).rows(table, WarehouseReader.tenant(tenant), columns)) {
        for (Record row : rows) {
          OffsetDateTime start = (OffsetDateTime) row.getField("charge_period_start");
          row.setField("charge_period_start", start.truncatedTo(ChronoUnit.DAYS));
          net.merge(identity(row), measures(row), Tables::plus);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    net.values().removeIf(sums -> sums.stream().allMatch(sum -> sum.signum() == 0));
    return net;
  }

  /**
   * The measured error of a tenant's estimates, net: by meter, unit, currency and day the cells,
   * the estimated, the billed and the unestimated cost; what is 0 everywhere is left out.
   */
  static SortedMap<String, EstimateAmounts> netErrors(Path warehouse, String tenant) {
    SortedMap<String, EstimateAmounts> net = new TreeMap<>();
    for (EstimateError row : rows(warehouse, tenant, EstimateError.class)) {
      String key =
          String.join(
              " ",
              row.getMeter(),
              row.getUnit(),
              row.getBillingCurrency(),
              row.getUsageDay().toString().substring(0, 10));
      net.merge(key, EstimateAmounts.of(row), EstimateAmounts::plus);
    }
    net.values().removeIf(EstimateAmounts::isZero);
    return net;
  }

  private static String identity(Record row) {
    SortedMap<String, Object> columns = new TreeMap<>();
    for (NestedField column : row.struct().fields()) {
      Object value = row.getField(column.name());
      if (value != null
          && !MEASURES.contains(column.name())
          && !NOT_IN_NET.contains(column.name())) {
        columns.put(column.name(), value);
      }
    }
    return columns.toString();
  }

  private static List<BigDecimal> measures(Record row) {
    return MEASURES.stream().map(name -> (BigDecimal) row.getField(name)).toList();
  }

  private static List<BigDecimal> plus(List<BigDecimal> left, List<BigDecimal> right) {
    List<BigDecimal> sums = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      sums.add(left.get(i).add(right.get(i)));
    }
    return sums;
  }

  /** The rows of a tenant in the table that keeps {@code recordClass}. */
  static <R extends SpecificRecordBase> List<R> rows(
      Path warehouse, String tenant, Class<R> recordClass) {
    List<R> records = new ArrayList<>();
    try (Warehouse open = open(warehouse);
        CloseableIterable<Stored<R>> rows =
            WarehouseReader.current(open).records(recordClass, WarehouseReader.tenant(tenant))) {
      rows.forEach(row -> records.add(row.record()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return records;
  }

  /** Data files that a table refers to more than once, as it would after a commit done twice. */
  static List<String> filesTwice(Path warehouse) {
    List<String> twice = new ArrayList<>();
    try (Warehouse open = open(warehouse)) {
      for (WarehouseTable table : WarehouseTable.values()) {
        Set<String> seen = new HashSet<>();
        try (CloseableIterable<FileScanTask> tasks = open.table(table).newScan().planFiles()) {
          for (FileScanTask task : tasks) {
            if (!seen.add(task.file().location())) {
              twice.add(table.tableName() + " " + task.file().location());
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return twice;
  }

  /** Why records were refused, of every tenant and of none. */
  static List<String> rejections(Path warehouse) {
    List<String> reasons = new ArrayList<>();
    try (Warehouse open = open(warehouse);
        CloseableIterable<Stored<Rejection>> rows =
            WarehouseReader.current(open).records(Rejection.class, Expressions.alwaysTrue())) {
      rows.forEach(row -> reasons.add(row.record().getReason()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return reasons;
  }

  /** How many rows a tenant has in its ledger, not netted. */
  static int ledgerEntries(Path warehouse, String tenant) {
    return rows(warehouse, tenant, LedgerEntry.class).size();
  }

  /** The current snapshot of every table: the same after a command that wrote nothing. */
  static SortedMap<String, Long> snapshots(Path warehouse) {
    SortedMap<String, Long> snapshots = new TreeMap<>();
    try (Warehouse open = open(warehouse)) {
      for (WarehouseTable table : WarehouseTable.values()) {
        Snapshot snapshot = open.table(table).currentSnapshot();
        snapshots.put(table.tableName(), snapshot == null ? 0L : snapshot.snapshotId());
      }
    }
    return snapshots;
  }

  /** The warehouse in a directory, for reading. */
  static Warehouse open(Path warehouse) {
    return Warehouse.openExisting(WarehouseSettings.local(warehouse));
  }
}
