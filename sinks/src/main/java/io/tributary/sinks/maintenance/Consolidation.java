package io.tributary.sinks.maintenance;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.ParquetReading;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.ReplaceCommit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/**
 * Puts files of one partition together: reads them, nets and sorts their rows, writes few files and
 * puts these in their place, in one commit. A crash before it leaves files that nobody refers to;
 * repeated afterwards it finds its inputs gone and changes nothing.
 */
final class Consolidation {

  /** Columns by whose values single rows are looked for. */
  private static final List<String> SOUGHT = List.of(Columns.CHARGE_KEY, Columns.RESOURCE_ID);

  /** Values that a row group may have of such a column. */
  private static final String DISTINCT_VALUES = "10000";

  /**
   * What became of rows.
   *
   * @param files put together; 0 where somebody else was quicker and nothing changed
   * @param rows that were kept, before they were netted
   */
  record Result(int files, int written, long rows, long rowsWritten) {}

  private final Table table;
  private final Schema schema;
  private final WarehouseTable id;
  private final int onHeap;
  private final @Nullable Predicate<StructLike> erased;
  private final @Nullable Consumer<StructLike> change;

  Consolidation(Table table, WarehouseTable id, int onHeap) {
    this(table, id, onHeap, null, null);
  }

  /**
   * @param erased which rows are left out for good
   */
  Consolidation(Table table, WarehouseTable id, int onHeap, Predicate<StructLike> erased) {
    this(table, id, onHeap, erased, null);
  }

  /** One that writes other rows: in {@code change} they may get other values, amounts the same. */
  static Consolidation changing(
      Table table, WarehouseTable id, int onHeap, Consumer<StructLike> change) {
    return new Consolidation(table, id, onHeap, null, change);
  }

  private Consolidation(
      Table table,
      WarehouseTable id,
      int onHeap,
      @Nullable Predicate<StructLike> erased,
      @Nullable Consumer<StructLike> change) {
    this.table = table;
    this.erased = erased;
    this.change = change;
    this.schema = table.schema();
    this.id = id;
    this.onHeap = onHeap;
  }

  /**
   * @param files of partitions that differ in nothing but the tier
   * @param tier where their rows go, null in tables without tiers
   */
  Result run(List<DataFile> files, @Nullable String tier) {
    SortedFiles target = new SortedFiles(table, location(tier), properties(tier));
    try {
      long rows = write(files, tier, netting(tier), target);
      List<DataFile> written = target.finish();
      boolean done =
          erased == null
              ? ReplaceCommit.replace(table, files, written)
              : ReplaceCommit.overwrite(table, files, written);
      if (!done) {
        target.giveUp();
        return new Result(0, 0, 0, 0);
      }
      return new Result(files.size(), written.size(), rows, Runs.rows(written));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot put files of " + table.name() + " together", e);
    }
  }

  /**
   * The same of files of any partitions, which keep their tiers, in one commit.
   *
   * @param own what the snapshot says of itself
   * @return whether it was done; not where somebody else was quicker
   */
  boolean replaceAtOnce(List<DataFile> files, Map<String, String> own) {
    List<DataFile> written = new ArrayList<>();
    try {
      for (List<DataFile> partition : TableTiers.byPartition(table, files, "").values()) {
        written.addAll(write(partition, TableTiers.tier(id, partition)));
      }
    } catch (RuntimeException e) {
      giveUp(written);
      throw e;
    }
    boolean done = ReplaceCommit.overwrite(table, files, written, own, null);
    if (!done) {
      giveUp(written);
    }
    return done;
  }

  private List<DataFile> write(List<DataFile> files, @Nullable String tier) {
    SortedFiles target = new SortedFiles(table, location(tier), properties(tier));
    try {
      write(files, tier, netting(tier), target);
      return target.finish();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write files of " + table.name() + " anew", e);
    }
  }

  private void giveUp(List<DataFile> written) {
    written.forEach(file -> table.io().deleteFile(file.location()));
  }

  private Netting netting(@Nullable String tier) {
    return Columns.FROZEN.equals(tier)
        ? Netting.acrossDays(schema, table.sortOrder())
        : Netting.of(id, schema, table.sortOrder());
  }

  private long write(
      List<DataFile> files, @Nullable String tier, Netting netting, SortedFiles target)
      throws IOException {
    Conservation conservation = new Conservation(table.name(), schema, netting.amounts());
    int tierColumn = schema.columns().indexOf(schema.findField(Columns.TIER));
    try (SortedRows sorted = new SortedRows(schema, netting, onHeap)) {
      long rows = 0;
      for (DataFile file : files) {
        rows += read(file, tier, netting, conservation, sorted);
      }
      long written = 0;
      try (NetRows net = sorted.net()) {
        while (net.hasNext()) {
          StructLike row = net.next();
          if (tier != null) {
            row.set(tierColumn, tier);
          }
          if (netting.nets()) {
            conservation.written(row);
          }
          target.write(row);
          written++;
        }
      }
      if (netting.nets()) {
        conservation.check();
      } else if (rows != written) {
        throw new WarehouseException(
            "of %d rows of %s %d were written".formatted(rows, table.name(), written));
      }
      return rows;
    } catch (RuntimeException | IOException e) {
      target.giveUp();
      throw e;
    }
  }

  /** How many rows of a file were kept. */
  private long read(
      DataFile file,
      @Nullable String tier,
      Netting netting,
      Conservation conservation,
      SortedRows sorted)
      throws IOException {
    @Nullable DailyGrain grain = Columns.FROZEN.equals(tier) ? new DailyGrain(schema) : null;
    long rows = 0;
    long left = 0;
    try (CloseableIterable<StructLike> read = rows(table, file, schema)) {
      for (StructLike row : read) {
        rows++;
        if (erased != null && erased.test(row)) {
          left++;
          continue;
        }
        if (netting.nets()) {
          conservation.read(row);
        }
        if (grain != null) {
          grain.coarsen(row);
        }
        if (change != null) {
          change.accept(row);
        }
        sorted.add(row);
      }
    }
    if (rows != file.recordCount()) {
      throw new WarehouseException(
          "%s holds %d rows and should hold %d"
              .formatted(file.location(), rows, file.recordCount()));
    }
    return rows - left;
  }

  /** Rows of a file in Iceberg's in-memory form. */
  static CloseableIterable<StructLike> rows(Table table, DataFile file, Schema projection) {
    return ParquetReading.rows(
        table.io().newInputFile(file.location()),
        projection,
        null,
        Expressions.alwaysTrue(),
        parquet -> InternalReader.create(projection, parquet));
  }

  private @Nullable String location(@Nullable String tier) {
    return isOld(tier) ? table.properties().get(Warehouse.COLD_LOCATION) : null;
  }

  private static boolean isOld(@Nullable String tier) {
    return Columns.COLD.equals(tier) || Columns.FROZEN.equals(tier);
  }

  private Map<String, String> properties(@Nullable String tier) {
    Map<String, String> properties = new TreeMap<>();
    if (isOld(tier)) {
      properties.put(TableProperties.PARQUET_COMPRESSION_LEVEL, "9");
      for (String column : SOUGHT) {
        properties.put(TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX + column, "true");
        properties.put(
            TableProperties.PARQUET_BLOOM_FILTER_COLUMN_NDV_PREFIX + column, DISTINCT_VALUES);
      }
    }
    return properties;
  }
}
