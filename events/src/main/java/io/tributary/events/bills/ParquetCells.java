package io.tributary.events.bills;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/** The cells of one top-level column of a row group, as text, one after the other. */
final class ParquetCells {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final int index;
  private final boolean map;
  private final boolean flat;
  private final List<Leaf> leaves = new ArrayList<>();

  private record Leaf(String name, ColumnReader reader, ParquetText text, int definedAt) {}

  ParquetCells(
      int index, Type field, MessageType schema, ColumnReadStoreImpl store, Root converters) {
    this.index = index;
    this.flat = field.isPrimitive();
    for (ColumnDescriptor column : schema.getColumns()) {
      String[] path = column.getPath();
      if (path[0].equals(field.getName())) {
        leaves.add(
            new Leaf(
                path[path.length - 1],
                store.getColumnReader(column),
                converters.leaf(path),
                column.getMaxDefinitionLevel()));
      }
    }
    this.map =
        field.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation && leaves.size() == 2;
  }

  /** Which top-level column of the file. */
  int index() {
    return index;
  }

  /** The cell of the next row; null where it has no value. */
  @Nullable String next() {
    return flat ? flat(leaves.get(0)) : map ? map() : group();
  }

  private static @Nullable String flat(Leaf leaf) {
    String value = current(leaf);
    leaf.reader.consume();
    return value == null ? null : BillRows.value(value);
  }

  private static @Nullable String current(Leaf leaf) {
    if (leaf.reader.getCurrentDefinitionLevel() < leaf.definedAt) {
      return null;
    }
    leaf.reader.writeCurrentValueToConverter();
    return leaf.text.last();
  }

  private @Nullable String map() {
    List<@Nullable String> keys = row(leaves.get(0));
    List<@Nullable String> values = row(leaves.get(1));
    ObjectNode json = JSON.createObjectNode();
    for (int i = 0; i < keys.size(); i++) {
      String key = keys.get(i);
      if (key != null) {
        json.put(key, values.get(i));
      }
    }
    return json.isEmpty() ? null : json.toString();
  }

  private @Nullable String group() {
    ObjectNode json = JSON.createObjectNode();
    for (Leaf leaf : leaves) {
      ArrayNode array = JSON.createArrayNode();
      row(leaf).forEach(array::add);
      json.set(leaf.name, array.size() == 1 ? array.get(0) : array);
    }
    return json.toString();
  }

  /** All values of a leaf in the next row: one, or as many as the row repeats it. */
  private static List<@Nullable String> row(Leaf leaf) {
    List<@Nullable String> values = new ArrayList<>();
    do {
      values.add(current(leaf));
      leaf.reader.consume();
    } while (leaf.reader.getCurrentRepetitionLevel() > 0);
    return values;
  }

  /** The tree of converters that Parquet's column readers write into. */
  static final class Root extends GroupConverter {

    private final GroupType type;
    private final Converter[] children;

    Root(GroupType type) {
      this.type = type;
      this.children = new Converter[type.getFieldCount()];
      for (int i = 0; i < children.length; i++) {
        Type field = type.getType(i);
        children[i] =
            field.isPrimitive()
                ? new ParquetText(field.asPrimitiveType())
                : new Root(field.asGroupType());
      }
    }

    ParquetText leaf(String[] path) {
      Converter converter = this;
      for (String name : path) {
        Root group = (Root) converter;
        converter = group.getConverter(group.type.getFieldIndex(name));
      }
      return (ParquetText) converter;
    }

    @Override
    public Converter getConverter(int fieldIndex) {
      return children[fieldIndex];
    }

    @Override
    public void start() {
      // Values are taken leaf by leaf; groups carry nothing.
    }

    @Override
    public void end() {
      // As start.
    }
  }
}
