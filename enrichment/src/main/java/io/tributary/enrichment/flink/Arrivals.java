package io.tributary.enrichment.flink;

import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * When the usage events that came since the last checkpoint happened, so that the commit that makes
 * them visible can tell how long that took. Bounded by time, not by events: tenths of a second, and
 * quarters of an hour of what is older than that.
 */
final class Arrivals {

  private static final long FINE_MS = 100;
  private static final long COARSE_MS = Duration.ofMinutes(15).toMillis();

  /** What comes later, or sooner, does not tell how fast we are. */
  private static final long IN_TIME_MS = Duration.ofMinutes(1).toMillis();

  private final String kind;
  private final SortedMap<Long, Long> events = new TreeMap<>();
  private long late;
  private long ahead;

  /**
   * @param kind {@code live} or {@code overflow}
   */
  Arrivals(String kind) {
    this.kind = kind;
  }

  /**
   * Counts an event.
   *
   * @param event when it happened, epoch ms
   * @param published when it was published, epoch ms
   * @param now epoch ms
   */
  void add(long event, long published, long now) {
    if (published - event > IN_TIME_MS) {
      late++;
    } else if (event - published > IN_TIME_MS) {
      ahead++;
    } else {
      long grain = now - event > COARSE_MS ? COARSE_MS : FINE_MS;
      events.merge(Math.floorDiv(event, grain) * grain, 1L, Long::sum);
    }
  }

  /** Tells and forgets. */
  void drain(Consumer<Count> counts) {
    events.forEach(
        (time, more) -> counts.accept(new Count(Count.ARRIVED + "." + kind + "." + time, more)));
    events.clear();
    if (late > 0) {
      counts.accept(new Count(Count.LATE, late));
      late = 0;
    }
    if (ahead > 0) {
      counts.accept(new Count(Count.AHEAD, ahead));
      ahead = 0;
    }
  }
}
