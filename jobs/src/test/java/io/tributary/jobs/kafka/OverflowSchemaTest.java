package io.tributary.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.enrichment.Overflowed;
import io.tributary.enrichment.RawRecord;
import io.tributary.events.RecordKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OverflowSchemaTest {

  private static final OverflowSchema SCHEMA = new OverflowSchema(new Topics("tributary."));

  @Test
  void whatIsReadIsWhatOverflowed() {
    byte[] value = {(byte) 0xc3, 1, 2, 3};
    RawRecord raw =
        new RawRecord(
            RecordKind.CHARGE, "tributary.charges", 7, 123L, 1_767_614_400_123_456L, value);

    ProducerRecord<byte[], byte[]> published = publish(new Overflowed("acme", raw));
    Overflowed read = read(published.key(), published.value(), published.headers());

    assertThat(published.topic()).isEqualTo("tributary.overflow");
    assertThat(published.partition()).as("by the tenant").isNull();
    assertThat(read.tenantId()).isEqualTo("acme");
    assertThat(read.record()).isEqualTo(raw);
    assertThat(read.record().value()).as("unchanged").isSameAs(value);
  }

  @Test
  void aRecordThatDoesNotSayWhereItCameFromIsOfTheOverflowTopic() {
    RawRecord raw = new RawRecord(RecordKind.CHARGE, "tributary.nothing", 7, 123L, 0L, new byte[1]);
    Headers unknownTopic = publish(new Overflowed("acme", raw)).headers();
    Headers noNumber = publish(new Overflowed("acme", raw)).headers();
    noNumber.add(OverflowSchema.OFFSET_HEADER, new byte[] {'x'});
    for (Headers headers : List.of(new RecordHeaders(), unknownTopic, noNumber)) {
      Overflowed read = read(null, null, headers);
      assertThat(read.tenantId()).isEmpty();
      assertThat(read.record().kind()).isEqualTo(RecordKind.USAGE);
      assertThat(read.record().source()).isEqualTo("tributary.overflow");
      assertThat(read.record().position()).isEqualTo(99);
    }
  }

  private static ProducerRecord<byte[], byte[]> publish(Overflowed overflowed) {
    return SCHEMA.serialize(overflowed, new NoContext(), 0L);
  }

  private static Overflowed read(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    List<Overflowed> read = new ArrayList<>();
    new OverflowedSchema()
        .deserialize(
            new ConsumerRecord<>(
                "tributary.overflow",
                1,
                99L,
                1_000L,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key,
                value,
                headers,
                Optional.empty()),
            new ListCollector(read));
    return read.get(0);
  }

  private record ListCollector(List<Overflowed> list) implements Collector<Overflowed> {

    @Override
    public void collect(Overflowed overflowed) {
      list.add(overflowed);
    }

    @Override
    public void close() {}
  }
}
