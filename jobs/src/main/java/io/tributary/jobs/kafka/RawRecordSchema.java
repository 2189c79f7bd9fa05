package io.tributary.jobs.kafka;

import io.tributary.enrichment.RawRecord;
import io.tributary.events.RecordKind;
import io.tributary.events.RecordTime;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes records as they are, with position and record time. Never fails. */
public final class RawRecordSchema implements KafkaRecordDeserializationSchema<RawRecord> {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(RawRecordSchema.class);
  private static final byte[] NOTHING = new byte[0];

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawRecord> out) {
    RecordKind kind =
        RecordKind.ofTopic(record.topic())
            .orElseThrow(() -> new IllegalStateException("no input topic: " + record.topic()));
    out.collect(raw(kind, record));
  }

  /** A record as it is, of a kind that its topic need not say. */
  static RawRecord raw(RecordKind kind, ConsumerRecord<byte[], byte[]> record) {
    return new RawRecord(
        kind,
        record.topic(),
        record.partition(),
        record.offset(),
        recordTime(record),
        record.value() == null ? NOTHING : record.value());
  }

  /** The header where it is an instant, else the broker's timestamp; in microseconds. */
  private static long recordTime(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(Publisher.TIME_HEADER);
    if (header != null && header.value() != null) {
      try {
        return RecordTime.micros(Instant.parse(new String(header.value(), StandardCharsets.UTF_8)));
      } catch (DateTimeParseException e) {
        LOG.debug("ignoring a malformed time header at {}-{}", record.topic(), record.offset(), e);
      }
    }
    return RecordTime.micros(Instant.ofEpochMilli(record.timestamp()));
  }

  @Override
  public TypeInformation<RawRecord> getProducedType() {
    return TypeInformation.of(RawRecord.class);
  }
}
