package io.tributary.sinks.flink;

import io.tributary.sinks.commit.WarehouseFiles;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was written up to a checkpoint: by one writer, or by all of them once collected.
 *
 * @param checkpoint the checkpoint, 0 while it is not known
 * @param after the last checkpoint before it up to which something was written, 0 for none
 * @param files finished, in no snapshot
 * @param tallies changes of counts, by name
 */
record SinkFiles(
    long checkpoint, long after, WarehouseFiles files, SortedMap<String, Long> tallies) {

  static final SinkFiles NONE = new SinkFiles(0, 0, WarehouseFiles.NONE, new TreeMap<>());

  SinkFiles plus(SinkFiles other) {
    SortedMap<String, Long> sum = new TreeMap<>(tallies);
    other.tallies.forEach((name, change) -> sum.merge(name, change, Long::sum));
    return new SinkFiles(checkpoint, after, files.plus(other.files), sum);
  }

  SinkFiles at(long collectedAt, long previous) {
    return new SinkFiles(collectedAt, previous, files, tallies);
  }

  boolean isEmpty() {
    return files.isEmpty() && tallies.isEmpty();
  }
}
