package io.tributary.sinks.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StreamPositionsTest {

  @Test
  void laterPositionsTakeThePlaceOfEarlierAndOthersStay() {
    SortedMap<String, String> properties = new TreeMap<>();
    StreamPositions.put(
        properties,
        Map.of("position.a%2Eusage.0.live.2", 3L, "position.a%2Eusage.10.live.2", 8L, "in.x", 1L));
    StreamPositions.put(
        properties, Map.of("position.a%2Eusage.0.live.2", 5L, "position.a%2Eprice.1.live.2", 1L));
    StreamPositions.put(properties, Map.of("position.a%2Eprice.1.other", 2L));
    assertThat(properties)
        .containsExactly(
            Map.entry("tributary.positions.live.2", "a%2Eprice=1:1;a%2Eusage=0:5,10:8"),
            Map.entry("tributary.positions.other", "a%2Eprice=1:2"));
  }

  @Test
  void countsAreNoPositions() {
    assertThat(StreamPositions.only(Map.of("in.live", 1L, "position.a.0.live", 2L)))
        .containsExactly(Map.entry("position.a.0.live", 2L));
  }
}
