package io.tributary.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.dimensions.timeline.Timeline;
import io.tributary.events.Money;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DimensionsTest {

  private static final AsOf AT_TEN = new AsOf(Records.at("10:00"), Timeline.ALL);

  private final BucketStore store = new InMemoryBucketStore();
  private final CompiledDefinitions compiled = new CompiledDefinitions();

  @Test
  void aPriceIsFoundWhenItsTimelineIsTheOneThatOverflowsTheCache() {
    new Dimensions(store.timelines(), compiled, new Reads(false))
        .put(Records.price("USD", "0.5", "00:00", 1), 0L);
    Dimensions dimensions = new Dimensions(store.timelines(), compiled, new Reads(false));
    for (int entity = 0; entity < 20_000; entity++) {
      dimensions.entitiesAt(AT_TEN).attributes("account", "a" + entity);
    }
    assertThat(dimensions.priceAt("hours", "h", AT_TEN)).isEqualTo(Money.of("USD", "0.5"));
  }

  @Test
  void whatIsPutIsSeenAtOnceAndByTheNextReaderOfTheStore() {
    Dimensions dimensions = new Dimensions(store.timelines(), compiled, new Reads(false));
    assertThat(dimensions.entitiesAt(AT_TEN).attributes("resource", "i-1")).isNull();
    assertThat(dimensions.priceAt("hours", "h", AT_TEN)).isNull();

    dimensions.put(Records.entity("resource", "i-1", "owner", "ops", "00:00", 1), 0L);
    dimensions.put(Records.price("USD", "0.5", "00:00", 1), 0L);
    dimensions.put(Records.price("EUR", "0.4", "00:00", 1), 0L);

    for (Dimensions reader :
        new Dimensions[] {
          dimensions, new Dimensions(store.timelines(), compiled, new Reads(false))
        }) {
      assertThat(reader.entitiesAt(AT_TEN).attributes("resource", "i-1"))
          .isEqualTo(Map.of("owner", "ops"));
      assertThat(reader.priceAt("hours", "h", AT_TEN))
          .as("of several currencies the first")
          .isEqualTo(Money.of("EUR", "0.4"));
    }
  }
}
