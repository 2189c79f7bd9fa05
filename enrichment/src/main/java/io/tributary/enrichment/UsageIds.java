package io.tributary.enrichment;

import io.tributary.events.RecordKind;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which usage events count. Of those of one identity it is the first by record time, then by
 * encoding, compared as unsigned bytes: a minimum, so that the order in which they come does not
 * decide. Where one comes that goes before the one that counts, that one is taken back.
 *
 * <p>The event that counts is remembered for as long as another of its identity may come: by the
 * hour of the event, and, of events that were let in late, by its month.
 */
public final class UsageIds {

  private static final String PERIODS = "I";
  private static final byte[] PRESENT = new byte[0];

  private final BucketStore store;
  private final Admission admission;
  private final UnaryOperator<UsageHour> allowed;
  private final UsageCellNumbers cells;
  private final Set<String> used = new HashSet<>();
  private final Set<String> unused = new HashSet<>();

  /**
   * What an event does.
   *
   * @param outcome APPLIED, DUPLICATE, or CONFLICT where its identity has another content
   * @param changes of cells, be they negative. Of an event that does not count a change of nothing:
   *     which label sets an hour keeps, and how a resource is spelled, goes by all events, so that
   *     it does not matter which came first
   */
  public record Effect(Outcome outcome, List<UsageHour> changes) {}

  /** The event of an identity that counts, and until when it is remembered. */
  private record Known(String period, CountedUsage event) {}

  /**
   * @param allowed what may be kept of the labels of usage
   */
  UsageIds(BucketStore store, Admission admission, UnaryOperator<UsageHour> allowed) {
    this.store = store;
    this.admission = admission;
    this.allowed = allowed;
    this.cells = new UsageCellNumbers(store);
  }

  /** For events that are all read before any counts. */
  public static UsageIds onHeap() {
    return new UsageIds(new InMemoryBucketStore(), Admission.DEFAULT, UnaryOperator.identity());
  }

  /** Takes an event that was recorded in time. */
  public Effect add(UsageEvent event, Instant recordTime) {
    long eventTime = Admission.micros(event.getEventTime());
    return add(event, Admission.micros(recordTime), eventTime, until -> {});
  }

  /**
   * Takes an event, with the labels that may be kept.
   *
   * @param recordTime epoch microseconds
   * @param cameAt when the broker took it, epoch microseconds
   * @param keep told until when events are remembered, where this was not known yet
   */
  Effect add(UsageEvent event, long recordTime, long cameAt, Consumer<Instant> keep) {
    Instant hour = event.getEventTime().truncatedTo(ChronoUnit.HOURS);
    Instant inTime = admission.idsKeptUntil(hour);
    Instant late = admission.usageCloses(hour);
    String id = UsageCells.idOf(event);
    Known known = known(id, hour, period(inTime), period(late));
    // What came late once may come late again.
    boolean isLate =
        cameAt > Admission.micros(event.getEventTime().plus(admission.dedupeMemory()))
            || (known != null && known.period.equals(period(late)));
    Place place = new Place(id, hour, isLate ? late : inTime, keep);
    UsageHour change = UsageCells.change(event);
    CountedUsage next = CountedUsage.of(event, recordTime, cells.number(place.period(), change));
    if (known == null) {
      put(place, next);
      return new Effect(Outcome.APPLIED, List.of(change));
    }
    return meet(event, next, place, moved(known, place));
  }

  /** Where an identity is remembered, and who is told where nothing was there yet. */
  private record Place(String id, Instant hour, Instant until, Consumer<Instant> keep) {

    String period() {
      return UsageIds.period(until);
    }
  }

  private @Nullable Known known(String id, Instant hour, String inTime, String late) {
    byte[] row = store.usageIds(inTime).get(id);
    if (row != null) {
      return new Known(inTime, CountedUsage.of(row, hour));
    }
    row = isUsed(late) ? store.usageIds(late).get(id) : null;
    return row == null ? null : new Known(late, CountedUsage.of(row, hour));
  }

  /** The event that counts, after it was moved to where it is remembered from now on. */
  private CountedUsage moved(Known known, Place place) {
    if (known.period.equals(place.period())) {
      return known.event;
    }
    UsageHour cell = cellOf(known.period, known.event);
    CountedUsage moved = known.event.in(cells.number(place.period(), cell));
    store.usageIds(known.period).remove(place.id);
    put(place, moved);
    return moved;
  }

  /** What the next event of an identity does beside the one that counts. */
  private Effect meet(UsageEvent event, CountedUsage next, Place place, CountedUsage counts) {
    UsageHour change = UsageCells.change(event);
    UsageHour cell = cellOf(place.period(), counts);
    if (next.says(counts) || (next.saysOfItsCell(counts) && isSame(change, cell))) {
      if (next.recordTime() < counts.recordTime()) {
        put(place, counts.recordedBy(next.recordTime()));
      }
      return new Effect(Outcome.DUPLICATE, List.of());
    }
    if (isFirst(event, next, counts.event(event, cell), counts)) {
      put(place, next);
      return new Effect(Outcome.CONFLICT, List.of(counts.negated(cell), change));
    }
    return new Effect(Outcome.CONFLICT, List.of(UsageCells.nothing(change)));
  }

  /** Labels may have been remembered before it was known that they may not be kept. */
  private UsageHour cellOf(String period, CountedUsage event) {
    return allowed.apply(cells.cell(period, event.cell()));
  }

  private static boolean isSame(UsageHour change, UsageHour cell) {
    return Arrays.equals(UsageCellNumbers.content(change), UsageCellNumbers.content(cell));
  }

  private static boolean isFirst(
      UsageEvent event, CountedUsage next, UsageEvent counting, CountedUsage counts) {
    return next.recordTime() == counts.recordTime()
        ? Arrays.compareUnsigned(RecordKind.USAGE.encode(event), RecordKind.USAGE.encode(counting))
            < 0
        : next.recordTime() < counts.recordTime();
  }

  private void put(Place place, CountedUsage event) {
    String period = place.period();
    store.usageIds(period).put(place.id, event.toBytes(place.hour));
    if (!isUsed(period)) {
      store.index(PERIODS).put(period, PRESENT);
      used.add(period);
      unused.remove(period);
      place.keep.accept(place.until);
    }
  }

  private boolean isUsed(String period) {
    if (used.contains(period) || unused.contains(period)) {
      return used.contains(period);
    }
    boolean isUsed = store.index(PERIODS).get(period) != null;
    (isUsed ? used : unused).add(period);
    return isUsed;
  }

  /** The times until which anything is remembered. */
  List<String> periods() {
    return store.index(PERIODS).keys();
  }

  /** Keeps of the labels remembered until {@code period} what may be kept. */
  void relabel(String period) {
    cells.relabel(period, allowed);
  }

  /** Lets go of what is on the heap. */
  void rest() {
    cells.rest();
  }

  /** Forgets the events that were to be remembered until before {@code passed}. */
  void forget(Instant passed) {
    for (String period : periods()) {
      if (Instant.ofEpochSecond(Long.parseLong(period)).isBefore(passed)) {
        store.usageIds(period).clear();
        cells.forget(period);
        store.index(PERIODS).remove(period);
        used.remove(period);
      }
    }
  }

  private static String period(Instant until) {
    return Long.toString(until.getEpochSecond());
  }
}
