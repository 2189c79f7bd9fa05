package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class RecordTimeTest {

  @Test
  void microsecondsAreThoseOfAnyYear() {
    for (long micros : new long[] {0, -1, 1, 10_000_000_000_000_000L, Long.MAX_VALUE}) {
      assertThat(RecordTime.micros(Instant.EPOCH.plus(micros, ChronoUnit.MICROS)))
          .isEqualTo(micros);
    }
  }

  @Test
  void whatDoesNotFitIsAsFarAsCanBe() {
    assertThat(RecordTime.micros(Instant.MIN)).isEqualTo(Long.MIN_VALUE);
    assertThat(RecordTime.micros(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
  }
}
