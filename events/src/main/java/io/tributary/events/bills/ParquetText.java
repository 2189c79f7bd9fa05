package io.tributary.events.bills;

import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.UUID;
import java.util.function.IntFunction;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * The values of a primitive Parquet column as text: numbers in plain decimal notation (DOUBLE and
 * FLOAT at their shortest form that reads back as the same value), times in ISO-8601 UTC (a
 * timestamp that is not adjusted to UTC is taken as UTC). Bytes that are no text are {@code 0x} and
 * their hexadecimal digits, and {@link #isBroken}.
 */
final class ParquetText extends PrimitiveConverter {

  private static final int JULIAN_DAY_OF_EPOCH = 2_440_588;

  private final PrimitiveType type;
  private final PrimitiveTypeName primitive;
  private final @Nullable LogicalTypeAnnotation logical;
  private @Nullable Dictionary dictionary;
  private @Nullable String[] texts = {};

  /** Ids of the dictionary whose values are no text. */
  private final BitSet brokenIds = new BitSet();

  private @Nullable String last;
  private boolean broken;

  ParquetText(PrimitiveType type) {
    this.type = type;
    this.primitive = type.getPrimitiveTypeName();
    this.logical = type.getLogicalTypeAnnotation();
  }

  /** The value that was written last. */
  @Nullable String last() {
    return last;
  }

  /** Whether {@link #last} stands for bytes that are no text: not UTF-8, or with NUL. */
  boolean isBroken() {
    return broken;
  }

  /** The value that was written last, as JSON. */
  JsonNode json() {
    String text = String.valueOf(last);
    if (primitive == PrimitiveTypeName.BOOLEAN) {
      return BooleanNode.valueOf(text.equals("true"));
    }
    return isNumber() && !isNotFinite(text)
        ? DecimalNode.valueOf(new BigDecimal(text))
        : TextNode.valueOf(text);
  }

  private boolean isNumber() {
    if (logical instanceof DecimalLogicalTypeAnnotation
        || logical instanceof IntLogicalTypeAnnotation
        || logical instanceof Float16LogicalTypeAnnotation) {
      return true;
    }
    return logical == null
        && switch (primitive) {
          case INT32, INT64, FLOAT, DOUBLE -> true;
          default -> false;
        };
  }

  private static boolean isNotFinite(String number) {
    return number.equals("NaN") || number.endsWith("Infinity");
  }

  @Override
  public boolean hasDictionarySupport() {
    return true;
  }

  @Override
  public void setDictionary(Dictionary dictionary) {
    this.dictionary = dictionary;
    this.texts = new String[dictionary.getMaxId() + 1];
    this.brokenIds.clear();
  }

  @Override
  public void addValueFromDictionary(int id) {
    String text = texts[id];
    if (text == null) {
      broken = false;
      text = decoder().apply(id);
      texts[id] = text;
      brokenIds.set(id, broken);
    }
    last = text;
    broken = !brokenIds.isEmpty() && brokenIds.get(id);
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
    broken = false;
    last = text(value);
  }

  private String text(int value) {
    if (logical instanceof DateLogicalTypeAnnotation) {
      return LocalDate.ofEpochDay(value).toString();
    }
    return logical instanceof IntLogicalTypeAnnotation integer && !integer.isSigned()
        ? Integer.toUnsignedString(value)
        : text((long) value);
  }

  private String text(long value) {
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return decimal(BigInteger.valueOf(value), decimal);
    }
    if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
      return Instant.EPOCH.plus(value, unit(timestamp.getUnit())).toString();
    }
    if (logical instanceof TimeLogicalTypeAnnotation time) {
      return LocalTime.MIDNIGHT.plus(value, unit(time.getUnit())).toString();
    }
    return logical instanceof IntLogicalTypeAnnotation integer && !integer.isSigned()
        ? Long.toUnsignedString(value)
        : Long.toString(value);
  }

  private static ChronoUnit unit(LogicalTypeAnnotation.TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> ChronoUnit.MILLIS;
      case MICROS -> ChronoUnit.MICROS;
      case NANOS -> ChronoUnit.NANOS;
    };
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
    return PlainNumber.of(new BigDecimal(number), number);
  }

  private static String decimal(BigInteger unscaled, DecimalLogicalTypeAnnotation type) {
    BigDecimal value = new BigDecimal(unscaled, type.getScale());
    return PlainNumber.of(value, value.toString());
  }

  private String text(Binary value) {
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      byte[] bytes = value.getBytesUnsafe();
      return bytes.length == 0 ? "0" : decimal(new BigInteger(bytes), decimal);
    }
    if (logical instanceof Float16LogicalTypeAnnotation) {
      return text(Float.parseFloat(type.stringifier().stringify(value)));
    }
    if (logical instanceof UUIDLogicalTypeAnnotation) {
      ByteBuffer bits = value.toByteBuffer();
      return new UUID(bits.getLong(), bits.getLong()).toString();
    }
    if (primitive == PrimitiveTypeName.INT96) {
      return int96(value).toString();
    }
    String text = value.toStringUsingUTF8();
    // The decoder writes U+FFFD for what is not UTF-8.
    broken = text.indexOf('\0') >= 0 || (text.indexOf('\uFFFD') >= 0 && !isUtf8(value));
    return broken ? "0x" + HexFormat.of().formatHex(value.getBytes()) : text;
  }

  private static boolean isUtf8(Binary value) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(value.toByteBuffer()) != null;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** The deprecated timestamp of Impala and Spark: nanoseconds of the day, then the Julian day. */
  private static Instant int96(Binary value) {
    ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    long nanos = bytes.getLong();
    long day = (long) bytes.getInt() - JULIAN_DAY_OF_EPOCH;
    return LocalDate.ofEpochDay(day).atStartOfDay(ZoneOffset.UTC).toInstant().plusNanos(nanos);
  }
}
