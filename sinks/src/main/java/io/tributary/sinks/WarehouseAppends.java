package io.tributary.sinks;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;

/**
 * Commits files of several tables under one mark: tables in the order of {@link WarehouseTable}, so
 * that the ledger comes last and its snapshot implies the others. Interrupted and repeated, it adds
 * what is still missing.
 */
final class WarehouseAppends {

  private final Warehouse warehouse;

  WarehouseAppends(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /**
   * @param files tables without files are left alone
   * @param seal whether the ledger gets a snapshot even without files
   * @param tallies added to the totals of the ledger
   */
  void commit(
      CommitMark mark,
      Map<WarehouseTable, List<DataFile>> files,
      boolean seal,
      Map<String, Long> tallies) {
    EnumMap<WarehouseTable, List<DataFile>> ordered = new EnumMap<>(WarehouseTable.class);
    ordered.putAll(files);
    ordered.values().removeIf(List::isEmpty);
    if (seal) {
      ordered.putIfAbsent(WarehouseTable.COST_LEDGER, List.of());
    }
    ordered.forEach(
        (table, added) ->
            AppendCommit.append(
                warehouse.table(table),
                mark,
                added,
                table == WarehouseTable.COST_LEDGER ? tallies : Map.of()));
  }
}
