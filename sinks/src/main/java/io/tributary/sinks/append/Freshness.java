package io.tributary.sinks.append;

import io.tributary.sinks.rows.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long usage events took from their time to the commit that made them visible: running counts
 * by bound, which the ledger's snapshots carry as {@link Tally tallies} named {@code
 * fresh.KIND.BOUND.STREAM}. They are made of tallies {@code arrived.KIND.TIME.STREAM}, of which
 * only the commit knows how old they are.
 *
 * @param stream whose events they are
 * @param kind {@code live} or {@code overflow}
 * @param counts events by bucket: up to each of {@link #BOUNDS_MS}, then all others
 */
public record Freshness(String stream, String kind, List<Long> counts) {

  /** Upper bounds of buckets. */
  public static final List<Long> BOUNDS_MS =
      List.of(1_000L, 2_000L, 5_000L, 10_000L, 30_000L, 60_000L, 300_000L);

  private static final String ARRIVED = "arrived.";
  private static final String FRESH = "fresh.";
  private static final String BEYOND = "inf";

  /** Of every stream and kind that {@code tallies} has counts of. */
  public static List<Freshness> of(Map<String, Long> tallies) {
    SortedMap<String, Freshness> all = new TreeMap<>();
    tallies.forEach(
        (name, total) -> {
          if (name.startsWith(FRESH)) {
            // fresh, kind, bound, stream, which may have dots
            String[] parts = name.split("\\.", 4);
            all.computeIfAbsent(
                    parts[1] + "." + parts[3],
                    key -> new Freshness(parts[3], parts[1], new ArrayList<>(none())))
                .counts
                .set(bucket(parts[2]), total);
          }
        });
    return List.copyOf(all.values());
  }

  private static List<Long> none() {
    List<Long> none = new ArrayList<>();
    for (int i = 0; i <= BOUNDS_MS.size(); i++) {
      none.add(0L);
    }
    return none;
  }

  private static int bucket(String bound) {
    return bound.equals(BEYOND) ? BOUNDS_MS.size() : BOUNDS_MS.indexOf(Long.valueOf(bound));
  }

  /** The same tallies, in which those that tell a time are counts of an age instead. */
  static Map<String, Long> measured(Map<String, Long> tallies, Instant visible) {
    SortedMap<String, Long> measured = new TreeMap<>();
    tallies.forEach(
        (name, change) -> {
          if (name.startsWith(ARRIVED)) {
            String[] parts = name.split("\\.", 4);
            long age = visible.toEpochMilli() - Long.parseLong(parts[2]);
            measured.merge(FRESH + parts[1] + "." + bound(age) + "." + parts[3], change, Long::sum);
          } else {
            measured.merge(name, change, Long::sum);
          }
        });
    return measured;
  }

  private static String bound(long age) {
    for (long bound : BOUNDS_MS) {
      if (age <= bound) {
        return Long.toString(bound);
      }
    }
    return BEYOND;
  }
}
