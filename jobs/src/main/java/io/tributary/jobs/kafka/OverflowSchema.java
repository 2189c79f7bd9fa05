package io.tributary.jobs.kafka;

import io.tributary.enrichment.Overflowed;
import io.tributary.enrichment.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** What was above limits as records of its topic, keyed by tenant, with where they came from. */
public final class OverflowSchema implements KafkaRecordSerializationSchema<Overflowed> {

  private static final long serialVersionUID = 1L;

  static final String TOPIC_HEADER = "tributary.topic";
  static final String PARTITION_HEADER = "tributary.partition";
  static final String OFFSET_HEADER = "tributary.offset";

  private final String topic;

  /**
   * @param topics whose overflow it is
   */
  public OverflowSchema(Topics topics) {
    this.topic = topics.overflow();
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      Overflowed overflowed, KafkaSinkContext context, Long timestamp) {
    RawRecord record = overflowed.record();
    Instant time = Instant.EPOCH.plus(record.recordTime(), ChronoUnit.MICROS);
    List<Header> headers =
        List.of(
            header(Publisher.TIME_HEADER, time.toString()),
            header(TOPIC_HEADER, record.source()),
            header(PARTITION_HEADER, Integer.toString(record.partition())),
            header(OFFSET_HEADER, Long.toString(record.position())));
    byte[] key = overflowed.tenantId().getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, null, key, record.value(), headers);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
