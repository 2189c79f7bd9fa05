package io.tributary.jobs.inputs;

import io.tributary.attribution.Outcome;
import io.tributary.attribution.UsageCells;
import io.tributary.attribution.UsageIds;
import io.tributary.events.RecordTime;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Usage events of files, summed to cells: of those of one identity the first by the time it speaks
 * of, as of a stream the first by record time.
 */
public final class UsageTotals {

  private final UsageIds ids = UsageIds.onHeap();
  private final Map<String, UsageHour> cells = new LinkedHashMap<>();
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);

  /** Adds an event, with the labels that may be kept. */
  public void add(UsageEvent event) {
    UsageIds.Effect effect = ids.add(event, RecordTime.of(event));
    outcomes.merge(effect.outcome(), 1L, Long::sum);
    effect.changes().forEach(this::add);
  }

  private void add(UsageHour change) {
    cells.merge(UsageCells.cellOf(change), change, UsageCells::plus);
  }

  /** What the events add to each cell, as rows hold it. */
  public List<UsageHour> hours() {
    return cells.values().stream().flatMap(cell -> UsageCells.rows(cell).stream()).toList();
  }

  /** How many events came to this. */
  public long count(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }
}
