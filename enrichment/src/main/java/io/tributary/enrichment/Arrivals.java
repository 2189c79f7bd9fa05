package io.tributary.enrichment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.attribution.Count;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * When the usage events that came since the last checkpoint happened, so that the commit that makes
 * them visible can tell how long that took; and which sources they are of. Bounded by time, not by
 * events: tenths of a second, and quarters of an hour of what is older than that. Sources beyond
 * {@link #SOURCES} are counted under one name.
 */
final class Arrivals {

  private static final long FINE_MS = 100;
  private static final long COARSE_MS = Duration.ofMinutes(15).toMillis();

  /** What comes later, or sooner, does not tell how fast we are. */
  private static final long IN_TIME_MS = Duration.ofMinutes(1).toMillis();

  static final int SOURCES = 50;
  static final String OTHER = "(other)";

  private static final int NAME_LENGTH = 60;

  private final String kind;
  private final Set<String> known = new HashSet<>();
  private final SortedMap<String, Long> sources = new TreeMap<>();
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
   * @param source what sent it
   * @param event when it happened, epoch ms
   * @param published when it was published, epoch ms
   * @param now epoch ms
   */
  void add(String source, long event, long published, long now) {
    sources.merge(bounded(source), 1L, Long::sum);
    if (published - event > IN_TIME_MS) {
      late++;
    } else if (event - published > IN_TIME_MS) {
      ahead++;
    } else {
      long grain = now - event > COARSE_MS ? COARSE_MS : FINE_MS;
      events.merge(Math.floorDiv(event, grain) * grain, 1L, Long::sum);
    }
  }

  private String bounded(String source) {
    if (!known.contains(source) && known.size() >= SOURCES) {
      return OTHER;
    }
    known.add(source);
    return source;
  }

  private static String name(String source) {
    String shown = source.substring(0, Math.min(source.length(), NAME_LENGTH));
    return URLEncoder.encode(shown, UTF_8).replace(".", "%2E");
  }

  /** Tells and forgets. */
  void drain(Consumer<Count> counts) {
    events.forEach(
        (time, more) -> counts.accept(new Count(Count.ARRIVED + "." + kind + "." + time, more)));
    events.clear();
    sources.forEach(
        (source, more) -> counts.accept(new Count(Count.SOURCE + "." + name(source), more)));
    sources.clear();
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
