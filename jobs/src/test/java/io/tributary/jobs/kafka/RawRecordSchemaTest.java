package io.tributary.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.RecordKind;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RawRecordSchemaTest {

  @ParameterizedTest(name = "header ''{0}''")
  @CsvSource({
    "2026-01-05T12:00:00.000001Z, 1767614400000001",
    "3000-01-01T00:00:00Z, 32503680000000000",
    "+999999999-12-31T23:59:59Z, 9223372036854775807",
    "-999999999-01-01T00:00:00Z, -9223372036854775808",
    "soon, 7000",
    "'', 7000"
  })
  void theHeaderIsTheRecordTimeWhereItIsAnInstant(String header, long micros) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(Publisher.TIME_HEADER, header.getBytes(StandardCharsets.UTF_8));
    var record =
        new ConsumerRecord<byte[], byte[]>(
            "tributary.usage",
            1,
            99L,
            7L,
            TimestampType.LOG_APPEND_TIME,
            0,
            0,
            new byte[0],
            new byte[0],
            headers,
            Optional.empty());
    assertThat(RawRecordSchema.raw(RecordKind.USAGE, record).recordTime()).isEqualTo(micros);
  }
}
