package io.tributary.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.AvroCodec;
import io.tributary.events.RecordKind;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.Rejection;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RejectionSchemaTest {

  private static final int PRODUCER_LIMIT = 1_048_576;
  private static final AvroCodec<Rejection> CODEC =
      new AvroCodec<>(Rejection.getClassSchema(), RecordKind.class);
  private static final RejectionSchema SCHEMA = new RejectionSchema(new Topics("tributary."));

  private static Rejection rejection(byte[] raw) {
    return new Rejection(
        "",
        RejectReason.UNDECODABLE.name(),
        RejectReason.UNDECODABLE.number(),
        "decode",
        "no record",
        "tributary.usage",
        0,
        7L,
        null,
        null,
        Instant.parse("2026-01-05T12:00:00Z"),
        ByteBuffer.wrap(raw),
        null);
  }

  @Test
  void aRejectionIsPublishedWhole() throws RejectedException {
    Rejection rejection = rejection(new byte[] {1, 2, 3});
    byte[] published = SCHEMA.serialize(rejection, new NoContext(), 0L).value();
    assertThat(CODEC.decode(published)).isEqualTo(rejection);
  }

  @Test
  void ofTheLargestRecordTheBeginningIsToldSoThatTheProducerTakesIt() throws RejectedException {
    Rejection rejection = rejection(new byte[PRODUCER_LIMIT - 100]);
    byte[] published = SCHEMA.serialize(rejection, new NoContext(), 0L).value();
    assertThat(published.length).isLessThan(PRODUCER_LIMIT / 2 + 10_000);
    assertThat(CODEC.decode(published).getDetail())
        .isEqualTo("no record (the first 524288 of 1048476 bytes)");
    assertThat(rejection.getRaw().remaining()).as("the table's").isEqualTo(PRODUCER_LIMIT - 100);
  }
}
