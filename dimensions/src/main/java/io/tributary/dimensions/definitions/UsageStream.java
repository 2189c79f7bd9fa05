package io.tributary.dimensions.definitions;

import io.tributary.events.Granularity;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Telemetry made out of usage events.
 *
 * @param name as allocations name it
 * @param meter whose quantity is summed
 * @param element what an event's quantity is a weight of
 * @param granularity the period it is summed over
 * @param filter selects the spend it splits: every source must have one of its values; empty for
 *     all
 */
record UsageStream(
    String name,
    String meter,
    Source element,
    Granularity granularity,
    Map<Source, List<String>> filter) {

  /** The weight that {@code quantity} in the hour that starts at {@code hour} is of an element. */
  StreamWeight weight(Instant hour, String of, BigDecimal quantity) {
    SortedMap<String, SortedSet<String>> selected = new TreeMap<>();
    filter.forEach((source, values) -> selected.put(source.id(), new TreeSet<>(values)));
    return new StreamWeight(
        name, Granule.of(granularity).start(hour), granularity, of, selected, quantity);
  }

  /** The word that definitions use for a granularity. */
  static String word(Granularity granularity) {
    return switch (granularity) {
      case HOURLY -> "Hourly";
      case DAILY -> "Daily";
      case MONTHLY -> "Monthly";
    };
  }
}
