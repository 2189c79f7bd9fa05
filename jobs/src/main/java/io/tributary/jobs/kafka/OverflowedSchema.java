package io.tributary.jobs.kafka;

import io.tributary.enrichment.Overflowed;
import io.tributary.enrichment.RawRecord;
import io.tributary.events.RecordKind;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Takes overflowed records as they were when they came first. One that does not say where it came
 * from was not put there by a stream; it is taken for a usage event of the overflow topic itself.
 * Never fails.
 */
public final class OverflowedSchema implements KafkaRecordDeserializationSchema<Overflowed> {

  private static final long serialVersionUID = 1L;

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Overflowed> out) {
    out.collect(
        new Overflowed(
            record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
            original(record).orElseGet(() -> RawRecordSchema.raw(RecordKind.USAGE, record))));
  }

  private static Optional<RawRecord> original(ConsumerRecord<byte[], byte[]> record) {
    String topic = text(record, OverflowSchema.TOPIC_HEADER);
    String partition = text(record, OverflowSchema.PARTITION_HEADER);
    String offset = text(record, OverflowSchema.OFFSET_HEADER);
    if (topic == null || partition == null || offset == null) {
      return Optional.empty();
    }
    try {
      int number = Integer.parseInt(partition);
      long position = Long.parseLong(offset);
      return RecordKind.ofTopic(topic)
          .map(kind -> RawRecordSchema.raw(kind, record))
          .map(raw -> raw.from(topic, number, position));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static @Nullable String text(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public TypeInformation<Overflowed> getProducedType() {
    return TypeInformation.of(Overflowed.class);
  }
}
