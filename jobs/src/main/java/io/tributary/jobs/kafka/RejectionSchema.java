package io.tributary.jobs.kafka;

import io.tributary.events.AvroCodec;
import io.tributary.events.RecordKind;
import io.tributary.events.Rejection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Rejections as records of their topic, keyed by tenant. What tells of a record is larger than the
 * record, and a producer that fails fails the job; so of a large one only the beginning is told.
 * The table has all of it.
 */
public final class RejectionSchema implements KafkaRecordSerializationSchema<Rejection> {

  private static final long serialVersionUID = 1L;

  static final AvroCodec<Rejection> CODEC =
      new AvroCodec<>(Rejection.getClassSchema(), RecordKind.class);

  private static final int LARGEST_RAW = 512 * 1024;

  private final String topic;

  /**
   * @param topics whose rejections these are
   */
  public RejectionSchema(Topics topics) {
    this.topic = topics.rejected();
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Rejection rejection, KafkaSinkContext context, Long timestamp) {
    byte[] key = rejection.getTenantId().getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, key, CODEC.encode(cut(rejection)));
  }

  /** The rejection, of a large one only the beginning. */
  static Rejection cut(Rejection rejection) {
    ByteBuffer raw = rejection.getRaw();
    if (raw.remaining() <= LARGEST_RAW) {
      return rejection;
    }
    String detail =
        "%s (the first %d of %d bytes)"
            .formatted(rejection.getDetail(), LARGEST_RAW, raw.remaining());
    Rejection cut = Rejection.newBuilder(rejection).build();
    cut.setRaw(raw.slice(raw.position(), LARGEST_RAW));
    cut.setDetail(detail);
    return cut;
  }
}
