package io.tributary.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.message.BadHeaderException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of input, with their topic, their name in JSON lines and their binary form: Avro
 * single-object encoding, readable in every version ever released.
 *
 * <p>Encoding is canonical: maps are written in key order, so equal records have equal bytes.
 */
public enum RecordKind {
  CHARGE("charges", Charge.getClassSchema()),
  DELIVERY("deliveries", Delivery.getClassSchema()),
  USAGE("usage", UsageEvent.getClassSchema()),
  ENTITY("entities", EntityChange.getClassSchema()),
  PRICE("prices", PriceChange.getClassSchema()),
  DEFINITIONS("definitions", DefinitionsPublished.getClassSchema()),
  TELEMETRY("telemetry", TelemetryRecord.getClassSchema()),
  /** A change of a usage cell as archived: enters from the archive only, never from a topic. */
  USAGE_HOUR("", UsageHour.getClassSchema());

  private final String topic;
  private final Schema schema;
  private final BinaryMessageEncoder<SpecificRecordBase> encoder;
  private final BinaryMessageDecoder<SpecificRecordBase> decoder;

  RecordKind(String topic, Schema schema) {
    this.topic = topic;
    this.schema = schema;
    SpecificData model = SpecificData.getForSchema(schema);
    this.encoder = new BinaryMessageEncoder<>(model, schema);
    this.decoder = new BinaryMessageDecoder<>(model, schema, releasedVersions(schema));
  }

  /** The topic's name behind its prefix ({@code tributary.}); empty where there is none. */
  public String topic() {
    return topic;
  }

  /** The current schema. */
  public Schema schema() {
    return schema;
  }

  /** The value of the member {@code type} in JSON lines. */
  public String typeName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind whose {@link #typeName} is {@code name}, of those that may arrive from outside. */
  public static Optional<RecordKind> ofTypeName(@Nullable String name) {
    return Arrays.stream(values())
        .filter(kind -> kind != USAGE_HOUR && kind.typeName().equals(name))
        .findFirst();
  }

  /** The kind published on the topic whose name ends with {@code .suffix}. */
  public static Optional<RecordKind> ofTopic(String name) {
    String suffix = name.substring(name.lastIndexOf('.') + 1);
    return Arrays.stream(values())
        .filter(kind -> kind != USAGE_HOUR && kind.topic.equals(suffix))
        .findFirst();
  }

  /** The kind of {@code record}. */
  public static RecordKind of(SpecificRecordBase record) {
    return Arrays.stream(values())
        .filter(kind -> kind.schema.getFullName().equals(record.getSchema().getFullName()))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no input: " + record.getSchema()));
  }

  /** The canonical single-object encoding of {@code record}, which must be of this kind. */
  public byte[] encode(SpecificRecordBase record) {
    for (Schema.Field field : schema.getFields()) {
      if (record.get(field.pos()) instanceof Map<?, ?> map && !(map instanceof TreeMap)) {
        record.put(field.pos(), new TreeMap<>(map));
      }
    }
    try {
      ByteBuffer buffer = encoder.encode(record);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The record in {@code bytes}, written under any released version of the schema.
   *
   * @throws RejectedException where the bytes are not such a record
   */
  public SpecificRecordBase decode(byte[] bytes) throws RejectedException {
    try {
      return decoder.decode(bytes);
    } catch (BadHeaderException | MissingSchemaException e) {
      throw new RejectedException(
          RejectReason.UNDECODABLE, null, "not a " + typeName() + " in single-object encoding");
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new RejectedException(
          RejectReason.UNDECODABLE, null, "broken " + typeName() + ": " + e.getMessage());
    }
  }

  /** The record in bytes that this program wrote itself; broken bytes are a broken invariant. */
  public SpecificRecordBase decodeOwn(byte[] bytes) {
    try {
      return decode(bytes);
    } catch (RejectedException e) {
      throw new IllegalStateException("unreadable state of kind " + typeName(), e);
    }
  }

  private static SchemaStore releasedVersions(Schema schema) {
    SchemaStore.Cache store = new SchemaStore.Cache();
    store.addSchema(schema);
    for (int version = 1; ; version++) {
      String resource = "schemas/" + schema.getName() + "/v" + version + ".avsc";
      try (InputStream in = RecordKind.class.getResourceAsStream(resource)) {
        if (in == null) {
          return store;
        }
        store.addSchema(new Schema.Parser().parse(in));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
