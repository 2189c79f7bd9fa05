package io.tributary.events.bills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;
import org.jspecify.annotations.Nullable;

/**
 * Structures of Parquet as JSON, by Parquet's own assembly of records: what stands at the leaves is
 * put into these converters in the order of the record. The shapes are those of the Parquet format
 * (LogicalTypes.md, "Lists" and "Maps"), with the older ones that it asks readers to know.
 */
final class ParquetStructure {

  private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);

  private ParquetStructure() {}

  /** Whether the type is a list or a map, by its annotation or by being repeated. */
  static boolean isListOrMap(Type type) {
    return type.isRepetition(Type.Repetition.REPEATED)
        || (!type.isPrimitive() && (isList(type.asGroupType()) || isMap(type.asGroupType())));
  }

  private static boolean isList(GroupType group) {
    return group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        && hasOneRepeatedField(group);
  }

  private static boolean isMap(GroupType group) {
    return (group.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation
            || group.getLogicalTypeAnnotation() instanceof MapKeyValueTypeAnnotation)
        && hasOneRepeatedField(group)
        && !group.getType(0).isPrimitive();
  }

  private static boolean hasOneRepeatedField(GroupType group) {
    return group.getFieldCount() == 1 && group.getType(0).isRepetition(Type.Repetition.REPEATED);
  }

  /**
   * Whether the repeated field of a list is its element itself, as older writers have it, and not a
   * group around it.
   */
  private static boolean isElement(Type repeated, String list) {
    if (repeated.isPrimitive()) {
      return true;
    }
    GroupType group = repeated.asGroupType();
    return group.getFieldCount() != 1
        || group.getType(0).isRepetition(Type.Repetition.REPEATED)
        || group.getName().equals("array")
        || group.getName().equals(list + "_tuple");
  }

  /**
   * What hands every value of a field to {@code sink}; of a field that is repeated, one by one.
   *
   * @param sink is not called for a value that is null
   */
  static Converter converter(Type type, Consumer<JsonNode> sink) {
    if (type.isPrimitive()) {
      return new Leaf(new ParquetText(type.asPrimitiveType()), sink);
    }
    GroupType group = type.asGroupType();
    if (isList(group)) {
      return new ListOf(group, sink);
    }
    return isMap(group) ? new MapOf(group, sink) : new Members(group, sink);
  }

  private static final class Leaf extends PrimitiveConverter {

    private final ParquetText text;
    private final Consumer<JsonNode> sink;

    Leaf(ParquetText text, Consumer<JsonNode> sink) {
      this.text = text;
      this.sink = sink;
    }

    @Override
    public boolean hasDictionarySupport() {
      return true;
    }

    @Override
    public void setDictionary(Dictionary dictionary) {
      text.setDictionary(dictionary);
    }

    @Override
    public void addValueFromDictionary(int id) {
      text.addValueFromDictionary(id);
      sink.accept(text.json());
    }

    @Override
    public void addInt(int value) {
      text.addInt(value);
      sink.accept(text.json());
    }

    @Override
    public void addLong(long value) {
      text.addLong(value);
      sink.accept(text.json());
    }

    @Override
    public void addFloat(float value) {
      text.addFloat(value);
      sink.accept(text.json());
    }

    @Override
    public void addDouble(double value) {
      text.addDouble(value);
      sink.accept(text.json());
    }

    @Override
    public void addBoolean(boolean value) {
      text.addBoolean(value);
      sink.accept(text.json());
    }

    @Override
    public void addBinary(Binary value) {
      text.addBinary(value);
      sink.accept(text.json());
    }
  }

  /** A structure as an object; a repeated field of it is a list, empty where it never comes. */
  private static final class Members extends GroupConverter {

    private final GroupType group;
    private final Converter[] children;
    private final @Nullable ArrayNode[] repeated;
    private final Consumer<JsonNode> sink;
    private ObjectNode object = JSON.objectNode();

    Members(GroupType group, Consumer<JsonNode> sink) {
      this.group = group;
      this.sink = sink;
      this.children = new Converter[group.getFieldCount()];
      this.repeated = new ArrayNode[children.length];
      for (int i = 0; i < children.length; i++) {
        int index = i;
        Type field = group.getType(i);
        Consumer<JsonNode> member =
            field.isRepetition(Type.Repetition.REPEATED)
                ? value -> array(index).add(value)
                : value -> object.set(field.getName(), value);
        children[i] = converter(field, member);
      }
    }

    private ArrayNode array(int index) {
      ArrayNode array = repeated[index];
      if (array == null) {
        array = JSON.arrayNode();
        repeated[index] = array;
      }
      return array;
    }

    @Override
    public Converter getConverter(int index) {
      return children[index];
    }

    @Override
    public void start() {
      object = JSON.objectNode();
      for (int i = 0; i < children.length; i++) {
        repeated[i] = null;
      }
    }

    @Override
    public void end() {
      for (int i = 0; i < children.length; i++) {
        if (group.getType(i).isRepetition(Type.Repetition.REPEATED)) {
          object.set(group.getFieldName(i), array(i));
        }
      }
      sink.accept(object);
    }
  }

  private static final class ListOf extends GroupConverter {

    private final Converter child;
    private final Consumer<JsonNode> sink;
    private ArrayNode array = JSON.arrayNode();

    ListOf(GroupType list, Consumer<JsonNode> sink) {
      this.sink = sink;
      Type repeated = list.getType(0);
      this.child =
          isElement(repeated, list.getName())
              ? converter(repeated, element -> array.add(element))
              : new Element(repeated.asGroupType().getType(0), element -> array.add(element));
    }

    @Override
    public Converter getConverter(int index) {
      return child;
    }

    @Override
    public void start() {
      array = JSON.arrayNode();
    }

    @Override
    public void end() {
      sink.accept(array);
    }
  }

  /** The group around an element, which is null where it holds none. */
  private static final class Element extends GroupConverter {

    private final Converter child;
    private final Consumer<JsonNode> sink;
    private JsonNode value = NullNode.getInstance();

    Element(Type element, Consumer<JsonNode> sink) {
      this.sink = sink;
      this.child = converter(element, found -> value = found);
    }

    @Override
    public Converter getConverter(int index) {
      return child;
    }

    @Override
    public void start() {
      value = NullNode.getInstance();
    }

    @Override
    public void end() {
      sink.accept(value);
    }
  }

  private static final class MapOf extends GroupConverter {

    private final Entry entry;
    private final Consumer<JsonNode> sink;
    private ObjectNode object = JSON.objectNode();

    MapOf(GroupType map, Consumer<JsonNode> sink) {
      this.sink = sink;
      this.entry = new Entry(map.getType(0).asGroupType(), (key, value) -> object.set(key, value));
    }

    @Override
    public Converter getConverter(int index) {
      return entry;
    }

    @Override
    public void start() {
      object = JSON.objectNode();
    }

    @Override
    public void end() {
      sink.accept(object);
    }
  }

  /** An entry of a map: its first field is the key, its second, if there is one, the value. */
  private static final class Entry extends GroupConverter {

    private interface Sink {
      void accept(String key, JsonNode value);
    }

    private final Converter[] children;
    private final Sink sink;
    private @Nullable String key;
    private JsonNode value = NullNode.getInstance();

    Entry(GroupType entry, Sink sink) {
      this.sink = sink;
      this.children = new Converter[entry.getFieldCount()];
      for (int i = 0; i < children.length; i++) {
        Consumer<JsonNode> member =
            switch (i) {
              case 0 -> found -> key = JsonText.value(found);
              case 1 -> found -> value = found;
              default -> found -> {};
            };
        children[i] = converter(entry.getType(i), member);
      }
    }

    @Override
    public Converter getConverter(int index) {
      return children[index];
    }

    @Override
    public void start() {
      key = null;
      value = NullNode.getInstance();
    }

    @Override
    public void end() {
      if (key != null) {
        sink.accept(key, value);
      }
    }
  }
}
