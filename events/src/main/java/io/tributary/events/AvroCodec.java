package io.tributary.events;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
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

/**
 * Avro single-object encoding of one record type, readable in every version ever released.
 *
 * <p>Encoding is canonical: maps are written in key order, so equal records have equal bytes.
 * Thread-safe.
 *
 * @param <T> the generated record
 */
public final class AvroCodec<T extends SpecificRecordBase> {

  private final Schema schema;
  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;

  /**
   * A codec for {@code schema}; earlier versions are the resources {@code
   * schemas/<Record>/v<n>.avsc} beside {@code anchor}.
   */
  public AvroCodec(Schema schema, Class<?> anchor) {
    this.schema = schema;
    SpecificData model = SpecificData.getForSchema(schema);
    this.encoder = new BinaryMessageEncoder<>(model, schema);
    this.decoder = new BinaryMessageDecoder<>(model, schema, releasedVersions(schema, anchor));
  }

  /** The canonical encoding of {@code record}. */
  public byte[] encode(T record) {
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
  public T decode(byte[] bytes) throws RejectedException {
    try {
      return decoder.decode(bytes);
    } catch (BadHeaderException | MissingSchemaException e) {
      throw new RejectedException(
          RejectReason.UNDECODABLE, null, "not a " + schema.getName() + " in single-object form");
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new RejectedException(
          RejectReason.UNDECODABLE, null, "broken " + schema.getName() + ": " + e.getMessage());
    }
  }

  /** The record in bytes that this program wrote itself; broken bytes are a broken invariant. */
  public T decodeOwn(byte[] bytes) {
    try {
      return decode(bytes);
    } catch (RejectedException e) {
      throw new IllegalStateException("unreadable " + schema.getName(), e);
    }
  }

  private static SchemaStore releasedVersions(Schema schema, Class<?> anchor) {
    SchemaStore.Cache store = new SchemaStore.Cache();
    store.addSchema(schema);
    for (int version = 1; ; version++) {
      String resource = "schemas/" + schema.getName() + "/v" + version + ".avsc";
      try (InputStream in = anchor.getResourceAsStream(resource)) {
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
