package io.tributary.events.bills;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Which lines of a delivery are in several runs of exports. Files that one manifest lists are a
 * run; any other file is one by itself. A run is told by the number of its first file.
 */
final class CommonLines {

  /**
   * The lines of a run that others have too.
   *
   * @param other the run that has most of them
   * @param ofOther how many that run has
   * @param lines that any other run has, those that are equal but for what is not compared counted
   *     once
   * @param all how many such lines the run has
   * @param allOfOther how many the other run has
   */
  record Common(
      DeliveryScope scope,
      int run,
      int other,
      long ofOther,
      long lines,
      long all,
      long allOfOther) {

    /** The greatest share first. */
    private static final Comparator<Common> ORDER =
        Comparator.comparingDouble((Common common) -> -(double) common.lines / common.all)
            .thenComparing(Common::scope)
            .thenComparingInt(Common::run);

    /** Whether that is more than half of the run. */
    boolean isMost() {
      return lines * 2 > all;
    }

    /** Whether it and the other run have more than half of one of them in common. */
    boolean isMostOfOne() {
      return ofOther * 2 > Math.min(all, allOfOther);
    }

    /**
     * Whether that is more than a thousandth of the run. Parts of bills that were split at random
     * had fewer rows in common to the last column in each bill that was tried.
     */
    boolean isNotable() {
      return lines * 1000 > all;
    }
  }

  private static final class Tally {
    private long all;
    private long lines;
    private final SortedMap<Integer, Long> with = new TreeMap<>();
  }

  private record Held(DeliveryScope scope, int run) {}

  private CommonLines() {}

  /**
   * The runs that have lines in common with others, the greatest share first.
   *
   * @param run of each file
   */
  static List<Common> of(FileSets sets, int[] run) {
    return of(sets, run, (one, other) -> true);
  }

  /** The same of those others that {@code counts} holds for: it is asked for a run, and another. */
  static List<Common> of(FileSets sets, int[] run, BiPredicate<Integer, Integer> counts) {
    Map<Held, Tally> tallies = new HashMap<>();
    for (FileSets.Shared shared : sets.all()) {
      int[] runs = shared.files().stream().mapToInt(file -> run[file]).distinct().toArray();
      for (int one : runs) {
        Tally tally = tallies.computeIfAbsent(new Held(shared.scope(), one), held -> new Tally());
        tally.all += shared.lines();
        boolean elsewhere = false;
        for (int other : runs) {
          if (other != one && counts.test(one, other)) {
            tally.with.merge(other, shared.lines(), Long::sum);
            elsewhere = true;
          }
        }
        tally.lines += elsewhere ? shared.lines() : 0;
      }
    }
    List<Common> found = new ArrayList<>();
    tallies.forEach(
        (held, tally) -> {
          if (tally.lines > 0) {
            int other = most(tally);
            long ofOther = tally.with.getOrDefault(other, 0L);
            Tally another = tallies.getOrDefault(new Held(held.scope, other), tally);
            found.add(
                new Common(
                    held.scope, held.run, other, ofOther, tally.lines, tally.all, another.all));
          }
        });
    found.sort(Common.ORDER);
    return found;
  }

  private static int most(Tally tally) {
    int most = tally.with.firstKey();
    for (Map.Entry<Integer, Long> with : tally.with.entrySet()) {
      if (with.getValue() > tally.with.getOrDefault(most, 0L)) {
        most = with.getKey();
      }
    }
    return most;
  }
}
