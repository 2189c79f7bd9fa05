package io.tributary.enrichment;

import io.tributary.events.LedgerEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The course of {@link NeighbourBenchmark}, as its source makes it and its sinks see it: of the one
 * job in this process. Times are of {@link System#nanoTime}.
 */
final class Course {

  private static final int MOST_EVENTS = 2_000_000;

  private static volatile long lines;
  private static volatile long quietNanos;
  private static volatile long loadedAt;
  private static volatile long definitionsAt;
  private static volatile long settledAt;
  private static final AtomicLong ENTRIES = new AtomicLong();
  private static final AtomicLong UNSETTLED = new AtomicLong();
  private static final AtomicLong MOST_UNSETTLED = new AtomicLong();
  private static final AtomicInteger EVENTS = new AtomicInteger();
  private static final AtomicLongArray DUE = new AtomicLongArray(MOST_EVENTS);
  private static final AtomicLongArray SEEN = new AtomicLongArray(MOST_EVENTS);

  private Course() {}

  /**
   * Begins.
   *
   * @param quiet how long usage comes before the change and after it is followed
   */
  static void begin(long ofLines, long quiet) {
    lines = ofLines;
    quietNanos = quiet;
  }

  static boolean isLoading() {
    return loadedAt == 0;
  }

  static int nextEvent() {
    return EVENTS.getAndIncrement();
  }

  static long startOfUsage() {
    return loadedAt;
  }

  static boolean isTimeForDefinitions() {
    return definitionsAt == 0 && System.nanoTime() - loadedAt > quietNanos;
  }

  static void definitionsAreSent() {
    definitionsAt = System.nanoTime();
  }

  static boolean isOver() {
    return settledAt != 0 && System.nanoTime() - settledAt > quietNanos;
  }

  static void sent(int event, long due) {
    DUE.set(event, due);
  }

  /** Each line is said once when it is loaded, and once less and once more by the change. */
  static void see(LedgerEntry entry) {
    if (entry.getTenantId().equals(Neighbours.OTHER)) {
      SEEN.set(Integer.parseInt(entry.getResourceId()), System.nanoTime());
    } else if (ENTRIES.incrementAndGet() == lines) {
      loadedAt = System.nanoTime();
    }
  }

  static void see(Unsettled change) {
    long now = UNSETTLED.addAndGet(change.more());
    MOST_UNSETTLED.accumulateAndGet(now, Math::max);
    if (now == 0 && ENTRIES.get() == 3 * lines) {
      settledAt = System.nanoTime();
    }
  }

  static long loadedAt() {
    return loadedAt;
  }

  static long definitionsAt() {
    return definitionsAt;
  }

  static long settledAt() {
    return settledAt;
  }

  static long entries() {
    return ENTRIES.get();
  }

  static long mostUnsettled() {
    return MOST_UNSETTLED.get();
  }

  /** From when an event was due to its entry, milliseconds, of those due in [from, to). */
  static List<Long> delays(long from, long to) {
    List<Long> delays = new ArrayList<>();
    for (int event = 0; event < EVENTS.get() && event < MOST_EVENTS; event++) {
      if (DUE.get(event) >= from && DUE.get(event) < to && SEEN.get(event) != 0) {
        delays.add((SEEN.get(event) - DUE.get(event)) / 1_000_000);
      }
    }
    return delays.stream().sorted().toList();
  }
}
