package io.tributary.sinks.maintenance;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.ReplaceCommit;
import io.tributary.sinks.read.WarehouseReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Table;

/**
 * Files with results of a tenant that the storage no longer has. Results can be computed again, so
 * that their tables may let go of them; archives may not, and are left as they are.
 */
public final class LostFiles {

  private static final List<WarehouseTable> RESULTS =
      List.of(WarehouseTable.ESTIMATE_ERRORS, WarehouseTable.COST_LEDGER);

  private LostFiles() {}

  /**
   * A file that is gone.
   *
   * @param rows that it had, of this tenant and of others
   */
  public record Lost(WarehouseTable table, String location, long rows) {}

  /**
   * Takes the files out of their tables.
   *
   * @return what was taken out
   */
  public static List<Lost> drop(Warehouse warehouse, String tenant) {
    List<Lost> dropped = new ArrayList<>();
    for (WarehouseTable id : RESULTS) {
      Table table = warehouse.table(id);
      List<DataFile> lost = lost(table, tenant);
      while (!lost.isEmpty() && !ReplaceCommit.overwrite(table, lost, List.of())) {
        // Somebody else was quicker with some of them.
        lost = lost(table, tenant);
      }
      lost.forEach(file -> dropped.add(new Lost(id, file.location(), file.recordCount())));
    }
    return dropped;
  }

  private static List<DataFile> lost(Table table, String tenant) {
    table.refresh();
    return TableTiers.files(table, WarehouseReader.tenant(tenant)).stream()
        .filter(file -> !table.io().newInputFile(file.location()).exists())
        .toList();
  }
}
