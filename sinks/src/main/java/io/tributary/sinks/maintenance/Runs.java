package io.tributary.sinks.maintenance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.SortOrder;

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
      if (!chosen.isEmpty() && rows(run) > Math.max(SMALL, RATIO * rows)) {
        break;
      }
      rows += rows(run);
      chosen.addAll(run);
    }
    return chosen;
  }

  /**
   * The files to merge. Runs that are not in the order of the table are, all of them and be it one,
   * since questions read little of rows in order and all of others; else none where less than two
   * runs would come together.
   */
  List<DataFile> worthwhile(SortOrder order) {
    List<DataFile> unsorted = new ArrayList<>();
    if (order.isSorted()) {
      newestFirst.values().stream()
          .filter(run -> run.stream().anyMatch(file -> !isSorted(file, order)))
          .forEach(unsorted::addAll);
    }
    Set<Long> merged =
        unsorted.stream().map(DataFile::dataSequenceNumber).collect(Collectors.toSet());
    Runs others =
        new Runs(
            newestFirst.values().stream()
                .flatMap(List::stream)
                .filter(file -> !merged.contains(file.dataSequenceNumber()))
                .toList());
    List<DataFile> chosen = others.with(unsorted);
    return !unsorted.isEmpty()
            || chosen.stream().map(DataFile::dataSequenceNumber).distinct().count() > 1
        ? chosen
        : List.of();
  }

  private static boolean isSorted(DataFile file, SortOrder order) {
    return Objects.equals(file.sortOrderId(), order.orderId());
  }

  static long rows(List<DataFile> files) {
    return files.stream().mapToLong(DataFile::recordCount).sum();
  }
}
