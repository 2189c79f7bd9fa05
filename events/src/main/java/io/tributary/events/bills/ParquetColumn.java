package io.tributary.events.bills;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A column of a bill in the schema of a Parquet file: a primitive field, or a list, a map or a
 * structure that is {@link MapColumns one cell}, at any depth of other structures.
 *
 * @param path names from the root to the field
 * @param type of the field
 */
record ParquetColumn(List<String> path, Type type) {

  /** All of a schema, in its order. */
  static List<ParquetColumn> of(MessageType schema) {
    List<ParquetColumn> columns = new ArrayList<>();
    add(schema, List.of(), columns);
    return columns;
  }

  private static void add(GroupType group, List<String> above, List<ParquetColumn> columns) {
    for (Type field : group.getFields()) {
      List<String> path = new ArrayList<>(above);
      path.add(field.getName());
      ParquetColumn column = new ParquetColumn(List.copyOf(path), field);
      if (column.isFlat() || ParquetStructure.isListOrMap(field) || MapColumns.has(column.name())) {
        columns.add(column);
      } else {
        add(field.asGroupType(), path, columns);
      }
    }
  }

  /** The names of its path with dots between. */
  String name() {
    return String.join(".", path);
  }

  /** Whether a row has at most one primitive value of it. */
  boolean isFlat() {
    return type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED);
  }

  /** The part of a schema that has these columns and no others. */
  static MessageType schema(MessageType whole, List<ParquetColumn> columns) {
    Set<List<String>> paths = columns.stream().map(ParquetColumn::path).collect(Collectors.toSet());
    return new MessageType(whole.getName(), kept(whole, List.of(), paths));
  }

  private static List<Type> kept(GroupType group, List<String> above, Set<List<String>> paths) {
    List<Type> kept = new ArrayList<>();
    for (Type field : group.getFields()) {
      List<String> path = new ArrayList<>(above);
      path.add(field.getName());
      if (paths.contains(path)) {
        kept.add(field);
      } else if (!field.isPrimitive()) {
        List<Type> below = kept(field.asGroupType(), path, paths);
        if (!below.isEmpty()) {
          kept.add(field.asGroupType().withNewFields(below));
        }
      }
    }
    return kept;
  }
}
