package io.tributary.attribution;

import io.tributary.events.ResourceIdentity;
import io.tributary.events.UsageHour;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one resource, meter and UTC day, and the charges that may cover them, on the heap.
 *
 * <p>An hour has at most {@link #LABEL_SETS} sets of labels. Of more, those that hash lowest are
 * kept, and the quantity of the others is under {@link #OTHER}. What hashes higher than all that
 * are kept never comes back, so the cells do not depend on the order of arrival. Cells without
 * events that count are kept too: their labels are among those that came.
 */
final class MeterDay {

  /** How many sets of labels an hour has before the rest is one. */
  static final int LABEL_SETS = 1_000;

  /** The labels of what is left over. */
  static final Map<String, String> OTHER = Map.of("(other)", "(other)");

  private static final Comparator<Map<String, String>> BY_HASH =
      Comparator.<Map<String, String>>comparingInt(labels -> Buckets.fnv1a(text(labels)))
          .thenComparing(MeterDay::text);

  private final Map<String, CellState> cells = new LinkedHashMap<>();
  private final Map<Instant, TreeSet<Map<String, String>>> labelSets = new TreeMap<>();
  private final List<UsageCharge> charges;
  private final List<CellState> gone = new ArrayList<>();
  private List<String> parts;

  MeterDay() {
    this(new MeterDayState(List.of(), List.of(), List.of()));
  }

  MeterDay(MeterDayState state) {
    for (CellState cell : state.getCells()) {
      cells.put(UsageCells.name(cell), cell);
      remember(cell.getHour(), cell.getLabels());
    }
    this.charges = new ArrayList<>(state.getCharges());
    this.parts = state.getParts();
  }

  MeterDayState state() {
    return new MeterDayState(new ArrayList<>(cells.values()), charges, parts);
  }

  Collection<CellState> cells() {
    return cells.values();
  }

  /** The charges that may cover the cells; may be changed. */
  List<UsageCharge> charges() {
    return charges;
  }

  /** Under which parts of the index the row is. */
  List<String> parts() {
    return parts;
  }

  void indexed(List<String> now) {
    parts = now;
  }

  boolean isEmpty() {
    return cells.isEmpty() && charges.isEmpty();
  }

  /** How many cells were one too many since the row was read. */
  int folded() {
    return gone.size();
  }

  /** Cells that are no more, with what was last said of them; asked once. */
  List<CellState> takeGone() {
    List<CellState> taken = List.copyOf(gone);
    gone.clear();
    return taken;
  }

  /** Gives the quantity of every cell whose labels are not as {@code allowed} to the cell so. */
  void relabel(BiFunction<Map<String, String>, Instant, Map<String, String>> allowed) {
    for (CellState cell : List.copyOf(cells.values())) {
      Map<String, String> labels = allowed.apply(cell.getLabels(), cell.getHour());
      if (labels != cell.getLabels()) {
        TreeSet<Map<String, String>> sets = labelSets.get(cell.getHour());
        if (sets != null) {
          sets.remove(cell.getLabels());
        }
        remember(cell.getHour(), new TreeMap<>(labels));
        move(cell, new TreeMap<>(labels));
      }
    }
  }

  /** Adds to a cell. */
  void add(UsageHour change) {
    Map<String, String> labels = new TreeMap<>(change.getLabels());
    Map<String, String> kept = remember(change.getHour(), labels) ? labels : OTHER;
    add(
        new CellState(
            change.getHour(),
            change.getUnit(),
            change.getSubAccountId(),
            change.getServiceName(),
            change.getRegionId(),
            kept,
            change.getQuantity(),
            null,
            List.of(),
            null,
            spelling(change.getResourceId()),
            change.getEvents()));
    TreeSet<Map<String, String>> sets = labelSets.get(change.getHour());
    if (sets != null && sets.size() > LABEL_SETS) {
      fold(change.getHour(), sets.pollLast());
    }
  }

  private void add(CellState more) {
    CellState known = cells.putIfAbsent(UsageCells.name(more), more);
    if (known != null) {
      known.setQuantity(known.getQuantity().add(more.getQuantity()));
      known.setEvents(known.getEvents() + more.getEvents());
      known.setResourceId(smaller(known.getResourceId(), more.getResourceId()));
    }
  }

  private static @Nullable String spelling(String resource) {
    return ResourceIdentity.of(resource).equals(resource) ? null : resource;
  }

  /** The smaller of two spellings; null is the identity, which has no capitals, the largest. */
  private static @Nullable String smaller(@Nullable String a, @Nullable String b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** Whether a set of labels is among those kept, be it for the time being. */
  private boolean remember(Instant hour, Map<String, String> labels) {
    if (labels.equals(OTHER)) {
      return true;
    }
    TreeSet<Map<String, String>> sets =
        labelSets.computeIfAbsent(hour, h -> new TreeSet<>(BY_HASH));
    if (sets.size() >= LABEL_SETS && BY_HASH.compare(labels, sets.last()) > 0) {
      return false;
    }
    sets.add(labels);
    return true;
  }

  private void fold(Instant hour, Map<String, String> labels) {
    List<CellState> over =
        cells.values().stream()
            .filter(cell -> cell.getHour().equals(hour) && cell.getLabels().equals(labels))
            .toList();
    for (CellState cell : over) {
      move(cell, OTHER);
    }
  }

  private void move(CellState cell, Map<String, String> labels) {
    cells.remove(UsageCells.name(cell));
    gone.add(cell);
    add(
        new CellState(
            cell.getHour(),
            cell.getUnit(),
            cell.getSubAccountId(),
            cell.getServiceName(),
            cell.getRegionId(),
            labels,
            cell.getQuantity(),
            null,
            List.of(),
            null,
            cell.getResourceId(),
            cell.getEvents()));
  }

  private static String text(Map<String, String> labels) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(labels)
        .forEach(
            (name, value) -> text.append(name.length()).append(name).append('\0').append(value));
    return text.toString();
  }
}
