package io.tributary.events.bills;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.function.IntFunction;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * The values of a primitive Parquet column as text: numbers in plain decimal notation (DOUBLE and
 * FLOAT at their shortest form that reads back as the same value), times in ISO-8601 UTC (a
 * timestamp that is not adjusted to UTC is taken as UTC).
 */
final class ParquetText extends PrimitiveConverter {

  private static final int JULIAN_DAY_OF_EPOCH = 2_440_588;

  private final PrimitiveType.PrimitiveTypeName primitive;
  private final @Nullable LogicalTypeAnnotation logical;
  private @Nullable Dictionary dictionary;
  private @Nullable String[] texts = {};
  private @Nullable String last;

  ParquetText(PrimitiveType type) {
    this.primitive = type.getPrimitiveTypeName();
    this.logical = type.getLogicalTypeAnnotation();
  }

  /** The value that was written last. */
  @Nullable String last() {
    return last;
  }

  @Override
  public boolean hasDictionarySupport() {
    return true;
  }

  @Override
  public void setDictionary(Dictionary dictionary) {
    this.dictionary = dictionary;
    this.texts = new String[dictionary.getMaxId() + 1];
  }

  @Override
  public void addValueFromDictionary(int id) {
    String text = texts[id];
    if (text == null) {
      text = decoder().apply(id);
      texts[id] = text;
    }
    last = text;
  }

  private IntFunction<String> decoder() {
    Dictionary values = dictionary;
    if (values == null) {
      throw new IllegalStateException("a value of a dictionary before the dictionary");
    }
    return switch (primitive) {
      case INT32 -> id -> text(values.decodeToInt(id));
      case INT64 -> id -> text(values.decodeToLong(id));
      case FLOAT -> id -> text(values.decodeToFloat(id));
      case DOUBLE -> id -> text(values.decodeToDouble(id));
      case BOOLEAN -> id -> Boolean.toString(values.decodeToBoolean(id));
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> id -> text(values.decodeToBinary(id));
    };
  }

  @Override
  public void addInt(int value) {
    last = text(value);
  }

  @Override
  public void addLong(long value) {
    last = text(value);
  }

  @Override
  public void addFloat(float value) {
    last = text(value);
  }

  @Override
  public void addDouble(double value) {
    last = text(value);
  }

  @Override
  public void addBoolean(boolean value) {
    last = Boolean.toString(value);
  }

  @Override
  public void addBinary(Binary value) {
    last = text(value);
  }

  private String text(int value) {
    return logical instanceof DateLogicalTypeAnnotation
        ? LocalDate.ofEpochDay(value).toString()
        : text((long) value);
  }

  private String text(long value) {
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return BigDecimal.valueOf(value, decimal.getScale()).toPlainString();
    }
    if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
      return switch (timestamp.getUnit()) {
        case MILLIS -> Instant.EPOCH.plus(value, ChronoUnit.MILLIS).toString();
        case MICROS -> Instant.EPOCH.plus(value, ChronoUnit.MICROS).toString();
        case NANOS -> Instant.EPOCH.plus(value, ChronoUnit.NANOS).toString();
      };
    }
    return Long.toString(value);
  }

  /** Schubfach: the JDK's own text is not always the shortest before version 19. */
  private static String text(double value) {
    String shortest = NumberOutput.toString(value, true);
    return Double.isFinite(value) ? plain(shortest) : shortest;
  }

  private static String text(float value) {
    String shortest = NumberOutput.toString(value, true);
    return Float.isFinite(value) ? plain(shortest) : shortest;
  }

  private static String plain(String number) {
    BigDecimal value = new BigDecimal(number);
    return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
  }

  private String text(Binary value) {
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return new BigDecimal(new BigInteger(value.getBytesUnsafe()), decimal.getScale())
          .toPlainString();
    }
    return primitive == PrimitiveType.PrimitiveTypeName.INT96
        ? int96(value).toString()
        : value.toStringUsingUTF8();
  }

  /** The deprecated timestamp of Impala and Spark: nanoseconds of the day, then the Julian day. */
  private static Instant int96(Binary value) {
    ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long nanos = bytes.getLong();
    long day = (long) bytes.getInt() - JULIAN_DAY_OF_EPOCH;
    return LocalDate.ofEpochDay(day)
        .atStartOfDay(java.time.ZoneOffset.UTC)
        .toInstant()
        .plusNanos(nanos);
  }
}
