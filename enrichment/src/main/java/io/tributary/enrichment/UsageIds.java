package io.tributary.enrichment;

import io.tributary.events.UsageEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Ids of accepted usage events, kept for as long as an event may be repeated: by the hour of the
 * event, and, of events that were let in late, by its month.
 */
final class UsageIds {

  private static final String PERIODS = "I";
  private static final byte[] PRESENT = new byte[0];

  private final BucketStore store;
  private final Admission admission;
  private final Set<String> known = new HashSet<>();

  UsageIds(BucketStore store, Admission admission) {
    this.store = store;
    this.admission = admission;
  }

  /**
   * Remembers an event; answers whether it is new.
   *
   * @param cameAt when the broker took it, epoch microseconds
   * @param keep told until when ids are kept, where this was not known yet
   */
  boolean add(UsageEvent event, long cameAt, Consumer<Instant> keep) {
    String id = UsageCells.idOf(event);
    Instant hour = event.getEventTime().truncatedTo(ChronoUnit.HOURS);
    Instant inTime = admission.idsKeptUntil(hour);
    Instant late = admission.usageCloses(hour);
    boolean isLate = cameAt > Admission.micros(event.getEventTime().plus(admission.dedupeMemory()));
    if (store.usageIds(period(inTime)).get(id) != null
        || (isLate && store.usageIds(period(late)).get(id) != null)) {
      return false;
    }
    put(id, isLate ? late : inTime, keep);
    return true;
  }

  private void put(String id, Instant until, Consumer<Instant> keep) {
    store.usageIds(period(until)).put(id, PRESENT);
    if (known.add(period(until))) {
      store.index(PERIODS).put(period(until), PRESENT);
      keep.accept(until);
    }
  }

  /** Forgets the ids that were to be kept until before {@code passed}. */
  void forget(Instant passed) {
    for (String period : store.index(PERIODS).keys()) {
      if (Instant.ofEpochSecond(Long.parseLong(period)).isBefore(passed)) {
        store.usageIds(period).clear();
        store.index(PERIODS).remove(period);
        known.remove(period);
      }
    }
  }

  private static String period(Instant until) {
    return Long.toString(until.getEpochSecond());
  }
}
