package io.tributary.sinks.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HeardSourceTest {

  @Test
  void countsAreBySourceAndStreamWhateverTheirNames() {
    assertThat(
            HeardSource.of(
                new TreeMap<>(
                    Map.of("source.a%2Eb+c.live.2", 3L, "source.a%2Eb+c.main", 4L, "in.live", 9L))))
        .containsExactly(
            new HeardSource("live.2", "a.b c", 3), new HeardSource("main", "a.b c", 4));
  }

  @Test
  void namesBeyondTheBoundAreOne() {
    Map<String, Long> totals = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      String name = HeardSource.bounded("source.s%d.live".formatted(i), totals.keySet());
      totals.merge(name, 1L, Long::sum);
    }
    assertThat(totals).hasSize(51).containsEntry("source.%28other%29.live", 10L);
    assertThat(HeardSource.bounded("source.s7.live", totals.keySet())).isEqualTo("source.s7.live");
    assertThat(HeardSource.bounded("in.live", totals.keySet())).isEqualTo("in.live");
  }
}
