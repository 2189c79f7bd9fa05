package io.tributary.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Count;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private static final long NOW = 1_800_000_000_000L;

  @Test
  void eventsAreToldByTenthsOfASecondOnce() {
    Arrivals arrivals = new Arrivals("live");
    arrivals.add("agent", NOW - 1_234, NOW - 1_000, NOW);
    arrivals.add("agent", NOW - 1_299, NOW - 1_000, NOW);
    arrivals.add("agent", NOW - 100, NOW, NOW);
    assertThat(drained(arrivals))
        .containsExactly(
            new Count("arrived.live." + (NOW - 1_300), 2),
            new Count("arrived.live." + (NOW - 100), 1),
            new Count("source.agent", 3));
    assertThat(drained(arrivals)).isEmpty();
  }

  @Test
  void whatIsPublishedMuchLaterOrBeforeItsTimeIsCountedApart() {
    Arrivals arrivals = new Arrivals("live");
    arrivals.add("agent", NOW - 60_001, NOW, NOW);
    arrivals.add("agent", NOW + 60_001, NOW, NOW);
    arrivals.add("agent", NOW + 120_000, NOW, NOW);
    assertThat(drained(arrivals))
        .containsExactly(
            new Count("source.agent", 3), new Count(Count.LATE, 1), new Count(Count.AHEAD, 2));
  }

  /** A day that waited takes 96 counts, however many events it has. */
  @Test
  void whatWaitedForLongIsToldByQuartersOfAnHour() {
    Arrivals arrivals = new Arrivals("overflow");
    for (long age = 900_001; age <= 900_000 + 86_400_000; age += 10_000) {
      arrivals.add("agent", NOW - age, NOW - age, NOW);
    }
    assertThat(drained(arrivals)).hasSizeLessThanOrEqualTo(98);
  }

  @Test
  void sourcesAreNamedWithinBounds() {
    Arrivals arrivals = new Arrivals("live");
    arrivals.add("eu.agent 1", NOW, NOW, NOW);
    for (int i = 0; i < 200; i++) {
      arrivals.add("s" + i, NOW, NOW, NOW);
    }
    arrivals.add("x".repeat(500), NOW, NOW, NOW);
    assertThat(drained(arrivals))
        .hasSize(1 + Arrivals.SOURCES + 1)
        .contains(new Count("source.eu%2Eagent+1", 1), new Count("source.%28other%29", 152));
  }

  private static List<Count> drained(Arrivals arrivals) {
    List<Count> counts = new ArrayList<>();
    arrivals.drain(counts::add);
    return counts;
  }
}
