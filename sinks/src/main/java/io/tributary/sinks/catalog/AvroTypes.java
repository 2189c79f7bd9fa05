package io.tributary.sinks.catalog;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** The Iceberg type of an Avro type. */
public final class AvroTypes {

  private AvroTypes() {}

  /** The other branch of a union with null, else {@code schema} itself. */
  public static Schema present(Schema schema) {
    if (!schema.isUnion()) {
      return schema;
    }
    List<Schema> branches =
        schema.getTypes().stream().filter(branch -> branch.getType() != Schema.Type.NULL).toList();
    if (branches.size() != 1) {
      throw new IllegalArgumentException("only unions of one type and null are stored: " + schema);
    }
    return branches.get(0);
  }

  static Type iceberg(Schema nullable, AtomicInteger ids) {
    Schema schema = present(nullable);
    return switch (schema.getType()) {
      case STRING, ENUM -> Types.StringType.get();
      case INT -> Types.IntegerType.get();
      case LONG ->
          schema.getLogicalType() instanceof LogicalTypes.TimestampMicros
              ? Types.TimestampType.withZone()
              : Types.LongType.get();
      case BYTES ->
          schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
              ? Types.DecimalType.of(decimal.getPrecision(), decimal.getScale())
              : Types.BinaryType.get();
      case MAP ->
          Types.MapType.ofRequired(
              ids.incrementAndGet(),
              ids.incrementAndGet(),
              Types.StringType.get(),
              iceberg(schema.getValueType(), ids));
      case ARRAY ->
          Types.ListType.ofRequired(ids.incrementAndGet(), iceberg(schema.getElementType(), ids));
      case RECORD -> struct(schema, ids);
      default -> throw new IllegalArgumentException("no column type for " + schema);
    };
  }

  private static Types.StructType struct(Schema schema, AtomicInteger ids) {
    return Types.StructType.of(
        schema.getFields().stream()
            .map(
                field ->
                    NestedField.builder()
                        .withId(ids.incrementAndGet())
                        .withName(field.name())
                        .isOptional(field.schema().isUnion())
                        .ofType(iceberg(field.schema(), ids))
                        .withDoc(field.doc())
                        .build())
            .toList());
  }
}
