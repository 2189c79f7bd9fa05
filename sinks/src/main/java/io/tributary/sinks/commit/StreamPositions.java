package io.tributary.sinks.commit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;

/**
 * Up to where a stream has read its topics, at a commit: the property {@code
 * tributary.positions.STREAM} of snapshots of the ledger, and of the archive of usage, which is the
 * only one that a record read twice is added to twice. It is made of tallies {@code
 * position.TOPIC.PARTITION.STREAM}. {@code tributary%2Eusage=0:17,3:4;...} has for each topic,
 * named as in a URL, the offset that comes next by partition.
 */
public final class StreamPositions {

  static final String PROPERTY = "tributary.positions.";

  private static final String ONE = "position.";

  private StreamPositions() {}

  /** By topic and partition the offset that comes next, as far as {@code table} knows. */
  public static SortedMap<String, SortedMap<Integer, Long>> of(Table table, String stream) {
    SortedMap<String, SortedMap<Integer, Long>> positions = new TreeMap<>();
    parse(SnapshotMarks.carried(table).getOrDefault(PROPERTY + stream, ""))
        .forEach((topic, offsets) -> positions.put(URLDecoder.decode(topic, UTF_8), offsets));
    return positions;
  }

  /** Whether a tally is a position, and no count. */
  static boolean isOne(String tally) {
    return tally.startsWith(ONE);
  }

  /** Of {@code tallies} the positions alone. */
  public static Map<String, Long> only(Map<String, Long> tallies) {
    return tallies.entrySet().stream()
        .filter(tally -> isOne(tally.getKey()))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Puts positions in place of those that a snapshot would carry from its parent. */
  static void put(SortedMap<String, String> properties, Map<String, Long> tallies) {
    only(tallies)
        .forEach(
            (name, next) -> {
              // position, topic, partition, stream, which may have dots
              String[] parts = name.split("\\.", 4);
              String property = PROPERTY + parts[3];
              SortedMap<String, SortedMap<Integer, Long>> all =
                  parse(properties.getOrDefault(property, ""));
              all.computeIfAbsent(parts[1], topic -> new TreeMap<>())
                  .put(Integer.valueOf(parts[2]), next);
              properties.put(property, text(all));
            });
  }

  private static SortedMap<String, SortedMap<Integer, Long>> parse(String text) {
    SortedMap<String, SortedMap<Integer, Long>> positions = new TreeMap<>();
    for (String topic : text.isEmpty() ? new String[0] : text.split(";", -1)) {
      String[] named = topic.split("=", 2);
      SortedMap<Integer, Long> offsets = new TreeMap<>();
      for (String partition : named[1].split(",", -1)) {
        String[] offset = partition.split(":", 2);
        offsets.put(Integer.valueOf(offset[0]), Long.valueOf(offset[1]));
      }
      positions.put(named[0], offsets);
    }
    return positions;
  }

  private static String text(SortedMap<String, SortedMap<Integer, Long>> positions) {
    return positions.entrySet().stream()
        .map(
            topic ->
                topic.getKey()
                    + "="
                    + topic.getValue().entrySet().stream()
                        .map(offset -> offset.getKey() + ":" + offset.getValue())
                        .collect(Collectors.joining(",")))
        .collect(Collectors.joining(";"));
  }
}
