package io.tributary.sinks.append;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FreshnessTest {

  private static final Instant VISIBLE = Instant.ofEpochMilli(1_000_000);

  @Test
  void eventsAreCountedByTheirAgeAtTheCommit() {
    Map<String, Long> measured =
        Freshness.measured(
            Map.of(
                "arrived.live.999000.a.b", 3L,
                "arrived.live.1000500.a.b", 1L,
                "arrived.live.998999.a.b", 5L,
                "arrived.live.0.a.b", 7L,
                "arrived.overflow.940000.a.b", 9L,
                "in.a.b", 25L),
            VISIBLE);
    assertThat(measured)
        .containsOnly(
            Map.entry("fresh.live.1000.a.b", 4L),
            Map.entry("fresh.live.2000.a.b", 5L),
            Map.entry("fresh.live.inf.a.b", 7L),
            Map.entry("fresh.overflow.60000.a.b", 9L),
            Map.entry("in.a.b", 25L));
    assertThat(Freshness.of(measured))
        .containsExactly(
            new Freshness("a.b", "live", List.of(4L, 5L, 0L, 0L, 0L, 0L, 0L, 7L)),
            new Freshness("a.b", "overflow", List.of(0L, 0L, 0L, 0L, 0L, 9L, 0L, 0L)));
  }
}
