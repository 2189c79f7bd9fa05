package io.tributary.sinks.commit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many usage events of a source a stream has read: a running count that the ledger's snapshots
 * carry as a tally named {@code source.SOURCE.STREAM}.
 *
 * @param source its name, shortened where it is long
 */
public record HeardSource(String stream, String source, long events) {

  /** How many sources are counted by name; the rest is {@code (other)}. */
  public static final int BY_NAME = 50;

  private static final String PREFIX = "source.";
  private static final String OTHER = "%28other%29";

  /** Of every stream and source that {@code tallies} has counts of. */
  public static List<HeardSource> of(Map<String, Long> tallies) {
    List<HeardSource> heard = new ArrayList<>();
    tallies.forEach(
        (name, events) -> {
          if (name.startsWith(PREFIX)) {
            // source, its name, stream, which may have dots
            String[] parts = name.split("\\.", 3);
            heard.add(new HeardSource(parts[2], URLDecoder.decode(parts[1], UTF_8), events));
          }
        });
    return heard;
  }

  /** The name under which a tally is added to totals: names come from outside. */
  static String bounded(String name, Set<String> totals) {
    if (!name.startsWith(PREFIX) || totals.contains(name)) {
      return name;
    }
    long named = totals.stream().filter(total -> total.startsWith(PREFIX)).count();
    return named < BY_NAME ? name : PREFIX + OTHER + "." + name.split("\\.", 3)[2];
  }
}
