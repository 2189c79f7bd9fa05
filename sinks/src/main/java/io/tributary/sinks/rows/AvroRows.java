package io.tributary.sinks.rows;

import io.tributary.sinks.catalog.AvroTypes;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Copies Avro records of one class into Iceberg rows and back. Fields and columns meet by name;
 * what only one side has is left alone.
 */
public final class AvroRows {

  /** Changes a value of one side into one of the other; never sees null. */
  private interface Conversion {
    Object apply(Object value);
  }

  private record Field(int avro, int row, Conversion write, Conversion read) {}

  private final List<Field> fields = new ArrayList<>();
  private final UnaryOperator<String> symbolToText;
  private final UnaryOperator<String> textToSymbol;

  /**
   * @param symbolToText how the symbol of an enumeration is stored
   * @param textToSymbol its inverse
   */
  AvroRows(
      Schema avro,
      Types.StructType row,
      UnaryOperator<String> symbolToText,
      UnaryOperator<String> textToSymbol) {
    this.symbolToText = symbolToText;
    this.textToSymbol = textToSymbol;
    for (int i = 0; i < row.fields().size(); i++) {
      Types.NestedField column = row.fields().get(i);
      Schema.Field field = avro.getField(column.name());
      if (field != null) {
        Schema type = AvroTypes.present(field.schema());
        fields.add(
            new Field(field.pos(), i, writing(type, column.type()), reading(type, column.type())));
      }
    }
  }

  void write(IndexedRecord from, Record to) {
    for (Field field : fields) {
      Object value = from.get(field.avro);
      to.set(field.row, value == null ? null : field.write.apply(value));
    }
  }

  void read(Record from, IndexedRecord to) {
    for (Field field : fields) {
      Object value = from.get(field.row);
      to.put(field.avro, value == null ? null : field.read.apply(value));
    }
  }

  private Conversion writing(Schema type, Type column) {
    return switch (type.getType()) {
      case ENUM -> value -> symbolToText.apply(value.toString());
      case LONG -> isInstant(type) ? v -> ((Instant) v).atOffset(ZoneOffset.UTC) : v -> v;
      case MAP -> {
        Conversion values = writing(type.getValueType(), column.asMapType().valueType());
        yield value -> mapped((Map<?, ?>) value, values);
      }
      case ARRAY -> {
        Conversion elements = writing(type.getElementType(), column.asListType().elementType());
        yield value -> listed((List<?>) value, elements);
      }
      case RECORD -> {
        Types.StructType struct = column.asStructType();
        AvroRows nested = new AvroRows(type, struct, symbolToText, textToSymbol);
        yield value -> {
          GenericRecord row = GenericRecord.create(struct);
          nested.write((IndexedRecord) value, row);
          return row;
        };
      }
      default -> value -> value;
    };
  }

  private Conversion reading(Schema type, Type column) {
    return switch (type.getType()) {
      case ENUM ->
          value -> SpecificData.get().createEnum(textToSymbol.apply(value.toString()), type);
      case LONG -> isInstant(type) ? v -> ((OffsetDateTime) v).toInstant() : v -> v;
      case BYTES ->
          type.getLogicalType() == null ? v -> ((ByteBuffer) v).asReadOnlyBuffer() : v -> v;
      case MAP -> {
        Conversion values = reading(type.getValueType(), column.asMapType().valueType());
        yield value -> mapped((Map<?, ?>) value, values);
      }
      case ARRAY -> {
        Conversion elements = reading(type.getElementType(), column.asListType().elementType());
        yield value -> listed((List<?>) value, elements);
      }
      case RECORD -> {
        AvroRows nested = new AvroRows(type, column.asStructType(), symbolToText, textToSymbol);
        yield value -> {
          IndexedRecord record = newRecord(type);
          nested.read((Record) value, record);
          return record;
        };
      }
      default -> value -> value;
    };
  }

  /** An empty record of the class generated for {@code schema}. */
  public static IndexedRecord newRecord(Schema schema) {
    Class<?> type = Objects.requireNonNull(SpecificData.get().getClass(schema));
    return (IndexedRecord) SpecificData.newInstance(type, schema);
  }

  private static boolean isInstant(Schema type) {
    return type.getLogicalType() instanceof LogicalTypes.TimestampMicros;
  }

  private static Object mapped(Map<?, ?> from, Conversion values) {
    Map<Object, Object> to = new LinkedHashMap<>();
    from.forEach((key, value) -> to.put(key.toString(), values.apply(value)));
    return to;
  }

  private static Object listed(List<?> from, Conversion elements) {
    List<Object> to = new ArrayList<>(from.size());
    from.forEach(element -> to.add(elements.apply(element)));
    return to;
  }
}
