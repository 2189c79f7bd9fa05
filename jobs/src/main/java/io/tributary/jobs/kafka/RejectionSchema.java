package io.tributary.jobs.kafka;

import io.tributary.events.AvroCodec;
import io.tributary.events.RecordKind;
import io.tributary.events.Rejection;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Rejections as records of their topic, keyed by tenant. */
public final class RejectionSchema implements KafkaRecordSerializationSchema<Rejection> {

  private static final long serialVersionUID = 1L;

  static final AvroCodec<Rejection> CODEC =
      new AvroCodec<>(Rejection.getClassSchema(), RecordKind.class);

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
    return new ProducerRecord<>(topic, key, CODEC.encode(rejection));
  }
}
