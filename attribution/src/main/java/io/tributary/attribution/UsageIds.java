package io.tributary.attribution;

import io.tributary.events.RecordKind;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private static final String TABLES = "I";
  private static final String CELLS = "c";
  private static final byte[] PRESENT = new byte[0];

  private final BucketStore store;
  private final Admission admission;
  private final UnaryOperator<UsageHour> allowed;
  private final UsageCellNumbers cells;
  private final Map<String, Boolean> used = new HashMap<>();

  /**
   * What an event does.
   *
   * @param outcome APPLIED, DUPLICATE, or CONFLICT where its identity has another content
   * @param changes of cells, be they negative. Of an event that does not count a change of nothing:
   *     which label sets an hour keeps, and how a resource is spelled, goes by all events, so that
   *     it does not matter which came first
   */
  public record Effect(Outcome outcome, List<UsageHour> changes) {}

  /** The event of an identity that counts, and where it is remembered. */
  private record Known(Place place, CountedUsage event) {}

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
    String id = UsageCells.idOf(event);
    Place inTime = inTime(id, hour);
    Place late = late(id, hour);
    Known known = known(inTime, late);
    // What came late once may come late again.
    boolean isLate =
        cameAt > Admission.micros(event.getEventTime().plus(admission.dedupeMemory()))
            || (known != null && known.place.equals(late));
    Place place = isLate ? late : inTime;
    UsageHour change = UsageCells.change(event);
    CountedUsage next = CountedUsage.of(event, recordTime, numberOf(change, place, keep));
    if (known == null) {
      put(place, next, keep);
      return new Effect(Outcome.APPLIED, List.of(change));
    }
    if (!known.place.equals(place)) {
      CountedUsage moved = known.event.in(numberOf(cellOf(known.place, known.event), place, keep));
      store.usageIds(known.place.ids()).remove(id);
      put(place, moved, keep);
      known = new Known(place, moved);
    }
    return meet(event, next, known);
  }

  /**
   * Where an identity is remembered.
   *
   * @param until until when
   * @param cellsUntil until when the cells of its day are
   */
  private record Place(String id, Instant hour, Instant until, Instant cellsUntil) {

    String ids() {
      return Long.toString(until.getEpochSecond());
    }

    String cells() {
      long day = Math.floorDiv(hour.getEpochSecond(), 86_400L);
      return CELLS + cellsUntil.getEpochSecond() + "/" + day;
    }
  }

  private Place inTime(String id, Instant hour) {
    Instant lastHour = hour.truncatedTo(ChronoUnit.DAYS).plus(23, ChronoUnit.HOURS);
    return new Place(id, hour, admission.idsKeptUntil(hour), admission.idsKeptUntil(lastHour));
  }

  private Place late(String id, Instant hour) {
    return new Place(id, hour, admission.usageCloses(hour), admission.usageCloses(hour));
  }

  private @Nullable Known known(Place inTime, Place late) {
    byte[] row = store.usageIds(inTime.ids()).get(inTime.id);
    if (row != null) {
      return new Known(inTime, CountedUsage.of(row, inTime.hour));
    }
    row = isUsed(late.ids()) ? store.usageIds(late.ids()).get(late.id) : null;
    return row == null ? null : new Known(late, CountedUsage.of(row, late.hour));
  }

  /** What the next event of an identity does beside the one that counts. */
  private Effect meet(UsageEvent event, CountedUsage next, Known known) {
    CountedUsage counts = known.event;
    UsageHour change = UsageCells.change(event);
    UsageHour cell = cellOf(known.place, counts);
    if (next.says(counts) || (next.saysOfItsCell(counts) && isSame(change, cell))) {
      if (next.recordTime() < counts.recordTime()) {
        write(known.place, counts.recordedBy(next.recordTime()));
      }
      return new Effect(Outcome.DUPLICATE, List.of());
    }
    if (isFirst(event, next, counts.event(event, cell), counts)) {
      write(known.place, next);
      return new Effect(Outcome.CONFLICT, List.of(counts.negated(cell), change));
    }
    return new Effect(Outcome.CONFLICT, List.of(UsageCells.nothing(change)));
  }

  /** Labels may have been remembered before it was known that they may not be kept. */
  private UsageHour cellOf(Place place, CountedUsage event) {
    return allowed.apply(cells.cell(place.cells(), event.cell(), place.hour));
  }

  private static boolean isSame(UsageHour change, UsageHour cell) {
    return Arrays.equals(
        RecordKind.USAGE_HOUR.encode(UsageCells.nothing(change)),
        RecordKind.USAGE_HOUR.encode(UsageCells.nothing(cell)));
  }

  private static boolean isFirst(
      UsageEvent event, CountedUsage next, UsageEvent counting, CountedUsage counts) {
    return next.recordTime() == counts.recordTime()
        ? Arrays.compareUnsigned(RecordKind.USAGE.encode(event), RecordKind.USAGE.encode(counting))
            < 0
        : next.recordTime() < counts.recordTime();
  }

  private int numberOf(UsageHour change, Place place, Consumer<Instant> keep) {
    use(place.cells(), place.cellsUntil, keep);
    return cells.number(place.cells(), change);
  }

  private void put(Place place, CountedUsage event, Consumer<Instant> keep) {
    use(place.ids(), place.until, keep);
    write(place, event);
  }

  private void write(Place place, CountedUsage event) {
    store.usageIds(place.ids()).put(place.id, event.toBytes(place.hour));
  }

  private void use(String table, Instant until, Consumer<Instant> keep) {
    if (!isUsed(table)) {
      store.index(TABLES).put(table, PRESENT);
      used.put(table, true);
      keep.accept(until);
    }
  }

  private boolean isUsed(String table) {
    return used.computeIfAbsent(table, t -> store.index(TABLES).get(t) != null);
  }

  /** The tables in which there are labels. */
  List<String> tablesOfLabels() {
    return store.index(TABLES).keys().stream().filter(table -> table.startsWith(CELLS)).toList();
  }

  /** Keeps of the labels in a table what may be kept. */
  void relabel(String table) {
    cells.relabel(table, allowed);
  }

  /** Lets go of what is on the heap. */
  void rest() {
    cells.rest();
  }

  /** Forgets what was to be remembered until before {@code passed}. */
  void forget(Instant passed) {
    for (String table : store.index(TABLES).keys()) {
      if (until(table).isBefore(passed)) {
        store.usageIds(table).clear();
        store.index(TABLES).remove(table);
        used.remove(table);
      }
    }
  }

  private static Instant until(String table) {
    int from = table.startsWith(CELLS) ? CELLS.length() : 0;
    int to = table.indexOf('/');
    return Instant.ofEpochSecond(
        Long.parseLong(table.substring(from, to < 0 ? table.length() : to)));
  }
}
