package io.tributary.sinks.catalog;

import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.Schema;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** The dimension that a column keeps, as the documentation of the column says. */
public final class DimensionDocs {

  private static final String PREFIX = "Element of the dimension ";

  private DimensionDocs() {}

  /** The documentation of a column that keeps {@code dimension}. */
  public static String doc(String dimension) {
    return PREFIX + dimension;
  }

  /** The id of the dimension that {@code column} keeps, null where it keeps none. */
  public static @Nullable String dimension(NestedField column) {
    String doc = column.doc();
    return doc != null && doc.startsWith(PREFIX) ? doc.substring(PREFIX.length()) : null;
  }

  /** Dimension ids by their column, in the order of the columns. */
  public static SortedMap<String, String> idsByColumn(Schema table) {
    SortedMap<String, String> ids = new TreeMap<>();
    for (NestedField column : table.columns()) {
      String id = dimension(column);
      if (id != null) {
        ids.put(column.name(), id);
      }
    }
    return ids;
  }

  /** Adds the columns of all known dimensions to a ledger that was lost and created again. */
  static void restore(Warehouse warehouse) {
    SortedMap<String, String> dimensions = new TreeMap<>();
    TableScans.forEach(
        warehouse.table(WarehouseTable.DIMENSIONS),
        Expressions.alwaysTrue(),
        row ->
            dimensions.put(
                row.getField("column_name").toString(), row.getField("dimension").toString()));
    dimensions.remove(Columns.ELEMENTS_OVERFLOW);
    if (!dimensions.isEmpty()) {
      UpdateSchema update = warehouse.table(WarehouseTable.COST_LEDGER).updateSchema();
      dimensions.forEach(
          (column, dimension) -> update.addColumn(column, Types.StringType.get(), doc(dimension)));
      update.commit();
    }
  }
}
