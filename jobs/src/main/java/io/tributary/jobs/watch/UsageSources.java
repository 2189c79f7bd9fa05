package io.tributary.jobs.watch;

import io.tributary.sinks.commit.HeardSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * When usage sources were last heard. One counts from the first event that comes while it is
 * watched: what was silent before may have ended for good. So has what is silent for a week.
 */
final class UsageSources {

  private static final Duration FOR_GOOD = Duration.ofDays(7);

  private record Key(String stream, String source) {}

  private final Map<Key, Long> events = new HashMap<>();
  private boolean looked;
  private volatile Map<String, Instant> heard = Map.of();

  /** Takes the running counts as they are now. */
  void look(List<HeardSource> counts, Instant now) {
    Map<String, Instant> newest = new TreeMap<>(heard);
    for (HeardSource count : counts) {
      Long before = events.put(new Key(count.stream(), count.source()), count.events());
      if (looked && (before == null || count.events() > before)) {
        newest.put(Metrics.bounded(count.source(), newest.keySet()), now);
      }
    }
    newest.values().removeIf(last -> last.plus(FOR_GOOD).isBefore(now));
    heard = newest;
    looked = true;
  }

  /** By source. */
  Map<String, Instant> heard() {
    return heard;
  }
}
