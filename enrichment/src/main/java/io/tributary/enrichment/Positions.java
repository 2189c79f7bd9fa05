package io.tributary.enrichment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.attribution.Count;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Up to where topics were read since the last checkpoint. */
final class Positions {

  /** By topic the offset that comes next in each partition; 0 where nothing was read. */
  private final SortedMap<String, long[]> next = new TreeMap<>();

  /** Takes a record, of which each partition has later ones later. */
  void add(RawRecord raw) {
    if (raw.partition() < 0) {
      return;
    }
    long[] partitions = next.computeIfAbsent(raw.source(), topic -> new long[raw.partition() + 1]);
    if (partitions.length <= raw.partition()) {
      partitions = Arrays.copyOf(partitions, raw.partition() + 1);
      next.put(raw.source(), partitions);
    }
    partitions[raw.partition()] = raw.position() + 1;
  }

  /** Tells and forgets. */
  void drain(Consumer<Count> counts) {
    next.forEach(
        (topic, partitions) -> {
          String name = URLEncoder.encode(topic, UTF_8).replace(".", "%2E");
          for (int partition = 0; partition < partitions.length; partition++) {
            if (partitions[partition] > 0) {
              counts.accept(
                  new Count(Count.POSITION + "." + name + "." + partition, partitions[partition]));
            }
          }
        });
    next.clear();
  }
}
