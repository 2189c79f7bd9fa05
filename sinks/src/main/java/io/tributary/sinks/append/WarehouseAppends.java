package io.tributary.sinks.append;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.AppendCommit;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.commit.StreamPositions;
import io.tributary.sinks.commit.WarehouseFiles;
import io.tributary.sinks.rollup.Rollups;
import java.time.Clock;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.iceberg.Table;

/**
 * Commits files of several tables under one mark: tables in the order of {@link WarehouseTable}, so
 * that the ledger comes last and its snapshot implies the others. Interrupted and repeated, it adds
 * what is still missing. Rollups follow the ledger.
 */
public final class WarehouseAppends {

  private final Warehouse warehouse;
  private final Rollups rollups;

  public WarehouseAppends(Warehouse warehouse) {
    this.warehouse = warehouse;
    this.rollups = new Rollups(warehouse);
  }

  /**
   * @param files tables without files are left alone
   * @param seal whether the ledger gets a snapshot even without files
   * @param tallies added to the totals that the ledger carries
   */
  public void commit(
      CommitMark mark, WarehouseFiles files, boolean seal, Map<String, Long> tallies) {
    commit(mark, files, seal, tallies, () -> tallies);
  }

  /**
   * The same, and usage events that {@code tallies} say when they happened are counted by how long
   * they took until now.
   *
   * @param clock read when all but the ledger is committed
   */
  public void commit(
      CommitMark mark, WarehouseFiles files, boolean seal, Map<String, Long> tallies, Clock clock) {
    commit(mark, files, seal, tallies, () -> Freshness.measured(tallies, clock.instant()));
  }

  private void commit(
      CommitMark mark,
      WarehouseFiles files,
      boolean seal,
      Map<String, Long> tallies,
      Supplier<Map<String, Long>> measured) {
    SortedSet<WarehouseTable> tables = new TreeSet<>(files.files().keySet());
    if (seal) {
      tables.add(WarehouseTable.COST_LEDGER);
    }
    for (WarehouseTable id : tables) {
      Table table = warehouse.table(id);
      Map<String, Long> counted =
          switch (id) {
            case COST_LEDGER -> measured.get();
            case USAGE_HOURLY -> StreamPositions.only(tallies);
            default -> Map.of();
          };
      AppendCommit.append(table, mark, files.of(id, table), counted);
    }
    if (tables.contains(WarehouseTable.COST_LEDGER)) {
      rollups.follow();
    }
  }
}
