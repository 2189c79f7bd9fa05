package io.tributary.dimensions.timeline;

import io.tributary.events.Money;
import io.tributary.events.PriceChange;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The price history of one (meter, unit) in every currency it is priced in.
 *
 * <p>A meter priced in several currencies at one instant is priced in the first of them by code
 * point order.
 */
public final class PriceBook {

  private final TreeMap<String, Timeline<PriceChange>> byCurrency;

  /**
   * @param byCurrency the timeline of each currency; copied
   */
  public PriceBook(Map<String, Timeline<PriceChange>> byCurrency) {
    this.byCurrency = new TreeMap<>(byCurrency);
  }

  /**
   * The unit price at {@code instant} by what was recorded by {@code recordedBy} (epoch
   * microseconds), or null where there is none.
   */
  public @Nullable Money priceAt(Instant instant, long recordedBy) {
    PriceChange price = versionAt(instant, recordedBy);
    return price == null ? null : new Money(price.getCurrency(), price.getUnitPrice());
  }

  /** The version behind {@link #priceAt}, or null where there is none. */
  public @Nullable PriceChange versionAt(Instant instant, long recordedBy) {
    for (Timeline<PriceChange> timeline : byCurrency.values()) {
      PriceChange price = timeline.asOf(instant, recordedBy);
      if (price != null) {
        return price;
      }
    }
    return null;
  }
}
