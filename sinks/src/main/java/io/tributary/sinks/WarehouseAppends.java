package io.tributary.sinks;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Table;

/**
 * Commits files of several tables under one mark: tables in the order of {@link WarehouseTable}, so
 * that the ledger comes last and its snapshot implies the others. Interrupted and repeated, it adds
 * what is still missing.
 */
public final class WarehouseAppends {

  private final Warehouse warehouse;

  public WarehouseAppends(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /**
   * @param files tables without files are left alone
   * @param seal whether the ledger gets a snapshot even without files
   * @param tallies added to the totals that the ledger carries
   */
  public void commit(
      CommitMark mark, WarehouseFiles files, boolean seal, Map<String, Long> tallies) {
    SortedMap<WarehouseTable, List<String>> ordered = new TreeMap<>(files.files());
    if (seal) {
      ordered.putIfAbsent(WarehouseTable.COST_LEDGER, List.of());
    }
    ordered.forEach(
        (id, added) -> {
          Table table = warehouse.table(id);
          AppendCommit.append(
              table,
              mark,
              WarehouseFiles.fromJson(added, table),
              id == WarehouseTable.COST_LEDGER ? tallies : Map.of());
        });
  }
}
