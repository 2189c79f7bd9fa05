package io.tributary.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The JSON-lines form of the inputs: one object per line, the member {@code type} naming the kind,
 * the other members being the fields of its Avro schema. Decimals are strings (numbers are taken by
 * their text), instants ISO-8601 with an offset. Unknown members are refused.
 */
public final class JsonRecords {

  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  static {
    MAPPER
        .getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(8).maxNumberLength(200).build());
  }

  private JsonRecords() {}

  /**
   * The record on {@code line}, valid as {@link Validation} says.
   *
   * @param tenant the tenant of a record that names none; null where each must name its own
   * @throws RejectedException where the line is no such record
   */
  public static SpecificRecordBase parse(String line, @Nullable String tenant)
      throws RejectedException {
    ObjectNode node = object(line);
    JsonNode type = node.remove("type");
    RecordKind kind =
        RecordKind.ofTypeName(type == null ? null : type.asText())
            .orElseThrow(
                () ->
                    new RejectedException(
                        RejectReason.INVALID_VALUE, "type", "no such type of record: " + type));
    if (tenant != null && !node.has("tenant_id")) {
      node.put("tenant_id", tenant);
    }
    refuseUnknownMembers(node, kind.schema());
    SpecificRecordBase record =
        (SpecificRecordBase) SpecificData.get().newRecord(null, kind.schema());
    Schema.Field missing = null;
    for (Schema.Field field : kind.schema().getFields()) {
      Object value = value(field, node.get(field.name()));
      if (value != null || !isPlainLong(field.schema())) {
        record.put(field.pos(), value);
      } else if (missing == null) {
        missing = field;
      }
    }
    Defaults.fill(record);
    Validation.check(record);
    if (missing != null) {
      throw new RejectedException(
          RejectReason.MISSING_FIELD, missing.name(), missing.name() + " is missing");
    }
    return record;
  }

  /** Whether a record keeps the field as a primitive, which cannot be absent. */
  private static boolean isPlainLong(Schema schema) {
    return schema.getType() == Schema.Type.LONG && schema.getLogicalType() == null;
  }

  private static ObjectNode object(String line) throws RejectedException {
    try {
      if (MAPPER.readTree(line) instanceof ObjectNode node) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new RejectedException(
          RejectReason.UNDECODABLE, null, "not JSON: " + e.getOriginalMessage());
    }
    throw new RejectedException(RejectReason.UNDECODABLE, null, "not a JSON object");
  }

  private static void refuseUnknownMembers(ObjectNode node, Schema schema)
      throws RejectedException {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (schema.getField(name) == null) {
        throw new RejectedException(
            RejectReason.UNKNOWN_MEMBER, name, "unknown member '" + name + "'");
      }
    }
  }

  /** The Avro value of a field; null where the member is absent or null. */
  private static @Nullable Object value(Schema.Field field, @Nullable JsonNode node)
      throws RejectedException {
    if (node == null || node.isNull()) {
      return null;
    }
    Schema schema = field.schema();
    return convert(field.name(), schema.isUnion() ? schema.getTypes().get(1) : schema, node);
  }

  private static Object convert(String name, Schema schema, JsonNode node)
      throws RejectedException {
    return switch (schema.getType()) {
      case STRING -> text(name, node);
      case ENUM -> enumeration(name, schema, text(name, node));
      case BYTES -> decimal(name, text(name, node));
      case LONG ->
          schema.getLogicalType() instanceof LogicalTypes.TimestampMicros
              ? instant(name, text(name, node))
              : integer(name, text(name, node));
      case MAP -> map(name, schema.getValueType(), node);
      case ARRAY -> list(name, schema.getElementType(), node);
      default -> throw new IllegalStateException("no JSON form for " + schema);
    };
  }

  private static String text(String name, JsonNode node) throws RejectedException {
    if (node.isTextual()) {
      return node.textValue();
    }
    if (node.isNumber() || node.isBoolean()) {
      return node.asText();
    }
    throw new RejectedException(RejectReason.INVALID_VALUE, name, name + " is not a text");
  }

  private static Object enumeration(String name, Schema schema, String text)
      throws RejectedException {
    if (!schema.hasEnumSymbol(text)) {
      throw new RejectedException(
          RejectReason.INVALID_VALUE,
          name,
          name + " is '" + text + "', not one of " + schema.getEnumSymbols());
    }
    return SpecificData.get().createEnum(text, schema);
  }

  /** A decimal at scale 18; digits beyond are rounded half-even. */
  static BigDecimal decimal(String name, String text) throws RejectedException {
    try {
      BigDecimal value = Decimals.parse(text);
      long digitsBeforePoint = value.precision() - (long) value.scale();
      if (value.signum() == 0 || digitsBeforePoint < -Money.SCALE) {
        return Money.ZERO;
      }
      if (digitsBeforePoint > Money.PRECISION) {
        throw new ArithmeticException();
      }
      return Money.rounded(value, RoundingMode.HALF_EVEN);
    } catch (NumberFormatException e) {
      throw new RejectedException(
          RejectReason.INVALID_NUMBER, name, name + " is not a decimal number: '" + text + "'");
    } catch (ArithmeticException e) {
      throw new RejectedException(
          RejectReason.NUMBER_OUT_OF_RANGE, name, name + " does not fit DECIMAL(38,18): " + text);
    }
  }

  private static Long integer(String name, String text) throws RejectedException {
    try {
      return Decimals.parseLong(text);
    } catch (NumberFormatException e) {
      throw new RejectedException(
          RejectReason.INVALID_NUMBER, name, name + " is not a whole number: '" + text + "'");
    }
  }

  /** An instant to the microsecond; finer digits are cut. */
  private static Instant instant(String name, String text) throws RejectedException {
    try {
      Instant instant =
          OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toInstant();
      if (instant.isBefore(EARLIEST) || instant.isAfter(LATEST)) {
        throw new DateTimeException("outside the years 1 to 9999");
      }
      return instant.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException e) {
      throw new RejectedException(
          RejectReason.INVALID_TIME, name, name + " is not an ISO-8601 instant: '" + text + "'");
    }
  }

  private static Map<String, Object> map(String name, Schema values, JsonNode node)
      throws RejectedException {
    if (!node.isObject()) {
      throw new RejectedException(RejectReason.INVALID_VALUE, name, name + " is not an object");
    }
    Map<String, Object> map = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      if (!member.getValue().isNull()) {
        map.put(member.getKey(), convert(name, values, member.getValue()));
      }
    }
    return map;
  }

  private static List<Object> list(String name, Schema elements, JsonNode node)
      throws RejectedException {
    if (!node.isArray()) {
      throw new RejectedException(RejectReason.INVALID_VALUE, name, name + " is not a list");
    }
    List<Object> list = new ArrayList<>();
    for (JsonNode element : node) {
      list.add(convert(name, elements, element));
    }
    return list;
  }
}
