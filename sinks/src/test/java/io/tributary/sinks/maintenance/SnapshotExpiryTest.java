package io.tributary.sinks.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.maintenance.SnapshotExpiry.Taken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotExpiryTest {

  private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

  /** One each five minutes, the newest at {@link #NOW}; the id is the age in minutes. */
  private static List<Taken> ofTwoDays() {
    List<Taken> taken = new ArrayList<>();
    for (int minutes = 0; minutes <= 2 * 24 * 60; minutes += 5) {
      taken.add(new Taken(minutes, NOW.minus(Duration.ofMinutes(minutes))));
    }
    return taken;
  }

  private static List<Long> kept(Instant every, Instant hourly) {
    List<Long> expired = SnapshotExpiry.expired(ofTwoDays(), every, hourly);
    return ofTwoDays().stream().map(Taken::id).filter(id -> !expired.contains(id)).toList();
  }

  @Test
  void allOfTheLastHoursAreKeptAndBeforeThemTheLastOfEachHour() {
    List<Long> kept = kept(NOW.minus(Duration.ofHours(2)), NOW.minus(Duration.ofHours(6)));

    List<Long> expected = new ArrayList<>();
    for (long minutes = 0; minutes <= 120; minutes += 5) {
      expected.add(minutes);
    }
    // 09:55, 08:55, 07:55 and 06:55.
    expected.addAll(List.of(125L, 185L, 245L, 305L));
    assertThat(kept).isEqualTo(expected);
  }

  @Test
  void theNewestTwentyStayWhateverTheirAge() {
    assertThat(kept(NOW.plusSeconds(1), NOW.plusSeconds(1))).hasSize(20).endsWith(95L);
  }
}
