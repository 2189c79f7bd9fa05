package io.tributary.jobs.contracts;

import io.tributary.events.RecordKind;
import io.tributary.events.RejectedException;
import io.tributary.events.Validation;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** What would be right in place of what is wrong. */
final class Remedies {

  private static final String KINDS =
      Arrays.stream(RecordKind.values())
          .filter(RecordKind::hasJsonForm)
          .map(RecordKind::typeName)
          .collect(Collectors.joining(", "));

  private Remedies() {}

  /**
   * One sentence.
   *
   * @param kind of the record; null where it does not say
   */
  static String of(RejectedException refused, @Nullable RecordKind kind) {
    if (kind == null) {
      return "a line is one JSON object whose member type is one of " + KINDS;
    }
    Schema.Field field = refused.column() == null ? null : kind.schema().getField(refused.column());
    return switch (refused.reason()) {
      case UNKNOWN_MEMBER -> "a " + kind.typeName() + " has " + fields(kind) + elsewhere(kind);
      case NUMBER_OUT_OF_RANGE -> "at most 20 digits before the point and 18 after it";
      case INVALID_PERIOD ->
          "billing_period_end".equals(refused.column())
              ? "a billing period ends after it starts"
              : "it ends after it starts and is at most "
                  + Validation.LONGEST_PERIOD.toDays()
                  + " days long";
      case WRONG_TENANT -> "it is the tenant of --tenant";
      case INVALID_DEFINITIONS -> "'definitions check' says what would load";
      default ->
          field == null
              ? "one JSON object with " + fields(kind)
              : "it is " + expected(field.schema());
    };
  }

  private static String fields(RecordKind kind) {
    return kind.schema().getFields().stream()
        .map(Schema.Field::name)
        .collect(Collectors.joining(", "));
  }

  private static String elsewhere(RecordKind kind) {
    return switch (kind) {
      case CHARGE -> "; what else there is goes into tags or extras";
      case USAGE -> "; what else there is goes into labels";
      case ENTITY -> "; what else there is goes into attributes";
      default -> "";
    };
  }

  private static String expected(Schema field) {
    Schema schema = field.isUnion() ? field.getTypes().get(1) : field;
    return switch (schema.getType()) {
      case BYTES -> "a decimal number as text, such as \"12.50\"";
      case LONG ->
          schema.getLogicalType() instanceof LogicalTypes.TimestampMicros
              ? "an instant of the years 1 to 9999, such as \"2026-01-05T10:15:00Z\""
              : "a whole number";
      case ENUM -> "one of " + String.join(", ", schema.getEnumSymbols());
      case MAP -> "an object of names and texts, such as {\"team\": \"web\"}";
      default -> "a text that is not empty and holds no NUL";
    };
  }
}
