package io.tributary.enrichment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Money;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DimensionsTest {

  private final BucketStore store = new InMemoryBucketStore();
  private final CompiledDefinitions compiled = new CompiledDefinitions();

  @Test
  void aPriceIsFoundWhenItsTimelineIsTheOneThatOverflowsTheCache() {
    new Dimensions(store.timelines(), compiled).put(Records.price("USD", "0.5", "00:00", 1));
    Dimensions dimensions = new Dimensions(store.timelines(), compiled);
    for (int entity = 0; entity < 20_000; entity++) {
      dimensions.entitiesAt(Records.at("10:00")).attributes("account", "a" + entity);
    }
    assertThat(dimensions.priceAt("hours", "h", Records.at("10:00")))
        .isEqualTo(Money.of("USD", "0.5"));
  }

  @Test
  void whatIsPutIsSeenAtOnceAndByTheNextReaderOfTheStore() {
    Dimensions dimensions = new Dimensions(store.timelines(), compiled);
    assertThat(dimensions.entitiesAt(Records.at("10:00")).attributes("resource", "i-1")).isNull();
    assertThat(dimensions.priceAt("hours", "h", Records.at("10:00"))).isNull();

    dimensions.put(Records.entity("resource", "i-1", "owner", "ops", "00:00", 1));
    dimensions.put(Records.price("USD", "0.5", "00:00", 1));
    dimensions.put(Records.price("EUR", "0.4", "00:00", 1));

    for (Dimensions reader :
        new Dimensions[] {dimensions, new Dimensions(store.timelines(), compiled)}) {
      assertThat(reader.entitiesAt(Records.at("10:00")).attributes("resource", "i-1"))
          .isEqualTo(Map.of("owner", "ops"));
      assertThat(reader.priceAt("hours", "h", Records.at("10:00")))
          .as("of several currencies the first")
          .isEqualTo(Money.of("EUR", "0.4"));
    }
  }
}
