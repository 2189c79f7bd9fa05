package io.tributary.events;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** The kinds of input, with their topic, their name in JSON lines and their binary form. */
public enum RecordKind {
  CHARGE("charges", Charge.getClassSchema()),
  DELIVERY("deliveries", Delivery.getClassSchema()),
  USAGE("usage", UsageEvent.getClassSchema()),
  ENTITY("entities", EntityChange.getClassSchema()),
  PRICE("prices", PriceChange.getClassSchema()),
  DEFINITIONS("definitions", DefinitionsPublished.getClassSchema()),
  TELEMETRY("telemetry", TelemetryRecord.getClassSchema()),
  /** A change of a usage cell as archived: enters from the archive only, never from a topic. */
  USAGE_HOUR("", UsageHour.getClassSchema()),
  /** What a publisher refused before it could be a record: kept, never applied. */
  REFUSAL("refused", Rejection.getClassSchema());

  private final String topic;
  private final Schema schema;
  private final AvroCodec<SpecificRecordBase> codec;

  RecordKind(String topic, Schema schema) {
    this.topic = topic;
    this.schema = schema;
    this.codec = new AvroCodec<>(schema, RecordKind.class);
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

  /** Whether records of this kind may be lines of JSON. */
  public boolean hasJsonForm() {
    return this != USAGE_HOUR && this != REFUSAL;
  }

  /** The kind whose {@link #typeName} is {@code name}, of those that have a JSON form. */
  public static Optional<RecordKind> ofTypeName(@Nullable String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.hasJsonForm() && kind.typeName().equals(name))
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
    return codec.encode(record);
  }

  /**
   * The record in {@code bytes}, written under any released version of the schema.
   *
   * @throws RejectedException where the bytes are not such a record
   */
  public SpecificRecordBase decode(byte[] bytes) throws RejectedException {
    return codec.decode(bytes);
  }

  /** The record in bytes that this program wrote itself; broken bytes are a broken invariant. */
  public SpecificRecordBase decodeOwn(byte[] bytes) {
    return codec.decodeOwn(bytes);
  }
}
