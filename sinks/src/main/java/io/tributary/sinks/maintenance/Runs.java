package io.tributary.sinks.maintenance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.DataFile;

/**
 * Which files of a partition to merge. Files of one commit are a run. The newest runs are merged,
 * and older ones with them as long as they are not much larger than what has come together until
 * then: each row is then rewritten about as often as the logarithm of the number of rows, and few
 * runs are left. After O'Neil et al., "The log-structured merge-tree", 1996, in its size-tiered
 * form.
 */
final class Runs {

  /** Runs of no more rows than this are merged whatever comes with them. */
  static final long SMALL = 20_000;

  private static final long RATIO = 2;

  private final SortedMap<Long, List<DataFile>> newestFirst =
      new TreeMap<>(Comparator.reverseOrder());

  Runs(Iterable<DataFile> files) {
    for (DataFile file : files) {
      newestFirst.computeIfAbsent(file.dataSequenceNumber(), run -> new ArrayList<>()).add(file);
    }
  }

  /** The files to merge with {@code first}, which are merged in any case. */
  List<DataFile> with(List<DataFile> first) {
    long rows = rows(first);
    List<DataFile> chosen = new ArrayList<>(first);
    for (List<DataFile> run : newestFirst.values()) {
      if (rows(run) > Math.max(SMALL, RATIO * rows)) {
        break;
      }
      rows += rows(run);
      chosen.addAll(run);
    }
    return chosen;
  }

  /** The files to merge, none where less than two runs would come together. */
  List<DataFile> worthwhile() {
    List<DataFile> chosen = with(List.of());
    return chosen.stream().map(DataFile::dataSequenceNumber).distinct().count() > 1
        ? chosen
        : List.of();
  }

  static long rows(List<DataFile> files) {
    return files.stream().mapToLong(DataFile::recordCount).sum();
  }
}
