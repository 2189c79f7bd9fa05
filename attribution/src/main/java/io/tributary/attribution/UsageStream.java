package io.tributary.attribution;

import java.util.List;
import java.util.Map;

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

  /** As in telemetry records. */
  enum Granularity {
    HOURLY("Hourly"),
    DAILY("Daily"),
    MONTHLY("Monthly");

    private final String word;

    Granularity(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }
}
