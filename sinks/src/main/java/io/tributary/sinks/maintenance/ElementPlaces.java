package io.tributary.sinks.maintenance;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DimensionDocs;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types.NestedField;

/** Where rows keep the elements of some dimensions. Rows are in Iceberg's in-memory form. */
final class ElementPlaces {

  private final Set<String> dimensions;
  private final Map<String, Integer> columns = new LinkedHashMap<>();
  private final int overflow;

  ElementPlaces(Schema schema, Set<String> dimensions) {
    this.dimensions = dimensions;
    Map<String, String> ids = DimensionDocs.idsByColumn(schema);
    for (NestedField column : schema.columns()) {
      String dimension = ids.get(column.name());
      if (dimension != null && dimensions.contains(dimension)) {
        columns.put(dimension, schema.columns().indexOf(column));
      }
    }
    this.overflow = schema.columns().indexOf(schema.findField(Columns.ELEMENTS_OVERFLOW));
  }

  /** Tells dimension and element of those that a row has. */
  void forEach(StructLike row, BiConsumer<String, String> action) {
    columns.forEach(
        (dimension, position) -> {
          String element = row.get(position, String.class);
          if (element != null) {
            action.accept(dimension, element);
          }
        });
    beyond(row)
        .forEach(
            (dimension, element) -> {
              if (dimensions.contains(dimension.toString())) {
                action.accept(dimension.toString(), element.toString());
              }
            });
  }

  /** Whether a row has any of the elements that pass {@code test}. */
  boolean any(StructLike row, BiPredicate<String, String> test) {
    boolean[] any = {false};
    forEach(row, (dimension, element) -> any[0] |= test.test(dimension, element));
    return any[0];
  }

  /** Puts {@code by} in place of the elements that pass {@code test}. */
  void replace(StructLike row, BiPredicate<String, String> test, String by) {
    columns.forEach(
        (dimension, position) -> {
          String element = row.get(position, String.class);
          if (element != null && test.test(dimension, element)) {
            row.set(position, by);
          }
        });
    if (!beyond(row).isEmpty()) {
      Map<String, String> beyond = new TreeMap<>();
      beyond(row)
          .forEach((dimension, element) -> beyond.put(dimension.toString(), element.toString()));
      beyond.replaceAll(
          (dimension, element) ->
              dimensions.contains(dimension) && test.test(dimension, element) ? by : element);
      row.set(overflow, beyond);
    }
  }

  private Map<?, ?> beyond(StructLike row) {
    Map<?, ?> beyond = overflow < 0 ? null : row.get(overflow, Map.class);
    return beyond == null ? Map.of() : beyond;
  }
}
