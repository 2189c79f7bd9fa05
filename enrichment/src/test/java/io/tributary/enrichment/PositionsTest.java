package io.tributary.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.attribution.Count;
import io.tributary.events.RecordKind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PositionsTest {

  private final Positions positions = new Positions();

  private void read(String topic, int partition, long offset) {
    positions.add(new RawRecord(RecordKind.USAGE, topic, partition, offset, 0, new byte[0]));
  }

  private List<Count> drained() {
    List<Count> counts = new ArrayList<>();
    positions.drain(counts::add);
    return counts;
  }

  @Test
  void theNextOffsetOfEachPartitionIsToldOnce() {
    read("a.usage", 2, 0);
    read("a.usage", 0, 40);
    read("a.usage", 0, 41);
    read("a.price", 1, 7);
    read("file", -1, 7);
    assertThat(drained())
        .containsExactly(
            new Count("position.a%2Eprice.1", 8),
            new Count("position.a%2Eusage.0", 42),
            new Count("position.a%2Eusage.2", 1));
    assertThat(drained()).isEmpty();
  }
}
