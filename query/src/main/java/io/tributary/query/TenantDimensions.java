package io.tributary.query;

import io.tributary.attribution.CodePointOrder;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** The dimensions each tenant has, and the ledger column of each: the table {@code dimensions}. */
final class TenantDimensions {

  private final Warehouse warehouse;

  TenantDimensions(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /** Columns by the dimension ids of {@code tenant}, as of now. */
  SortedMap<String, String> of(String tenant) {
    Table table = warehouse.table(WarehouseTable.DIMENSIONS);
    Schema projection = table.schema().select(Columns.TENANT_ID, "dimension", "column_name");
    Expression filter = Expressions.equal(Columns.TENANT_ID, tenant);
    SortedMap<String, String> columns = new TreeMap<>(CodePointOrder.ORDER);
    for (FileScanTask part : TableFiles.plan(table.newScan().filter(filter))) {
      try (CloseableIterable<StructLike> rows =
          TableFiles.rows(table.io(), part, projection, filter)) {
        for (StructLike row : rows) {
          if (text(row, 0).equals(tenant)) {
            columns.put(text(row, 1), text(row, 2));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + table.name(), e);
      }
    }
    return columns;
  }

  private static String text(StructLike row, int position) {
    return row.get(position, CharSequence.class).toString();
  }
}
