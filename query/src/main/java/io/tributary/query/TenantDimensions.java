package io.tributary.query;

import io.tributary.dimensions.definitions.CodePointOrder;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;

/** The dimensions each tenant has, and the ledger column of each: the table {@code dimensions}. */
final class TenantDimensions {

  private final Warehouse warehouse;
  private final TableFiles files;

  TenantDimensions(Warehouse warehouse, TableFiles files) {
    this.warehouse = warehouse;
    this.files = files;
  }

  /** Columns by the dimension ids of {@code tenant}, as of now. */
  SortedMap<String, String> of(String tenant) {
    Table table = warehouse.table(WarehouseTable.DIMENSIONS);
    Schema projection = table.schema().select(Columns.TENANT_ID, "dimension", "column_name");
    Expression filter = Expressions.equal(Columns.TENANT_ID, tenant);
    SortedMap<String, String> columns = new TreeMap<>(CodePointOrder.ORDER);
    Snapshot snapshot = table.currentSnapshot();
    if (snapshot == null) {
      return columns;
    }
    for (DataFile file : files.files(table, snapshot, filter)) {
      for (TableFiles.Part part : TableFiles.parts(file)) {
        read(tenant, TableFiles.rows(table.io(), part, projection, filter), columns);
      }
    }
    return columns;
  }

  private static void read(
      String tenant, CloseableIterable<StructLike> rows, SortedMap<String, String> columns) {
    try (rows) {
      for (StructLike row : rows) {
        if (text(row, 0).equals(tenant)) {
          columns.put(text(row, 1), text(row, 2));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the dimensions", e);
    }
  }

  private static String text(StructLike row, int position) {
    return row.get(position, CharSequence.class).toString();
  }
}
