package io.tributary.jobs.inputs;

import io.tributary.enrichment.UsageCells;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Usage events of files, each id once, summed to cells. */
public final class UsageTotals {

  private final Set<String> ids = new HashSet<>();
  private final Map<String, UsageHour> cells = new LinkedHashMap<>();

  /** Adds an event, unless its id was added before. */
  public void add(UsageEvent event) {
    if (ids.add(UsageCells.idOf(event))) {
      UsageHour change = UsageCells.change(event);
      cells.merge(UsageCells.cellOf(change), change, UsageCells::plus);
    }
  }

  /** What the events add to each cell. */
  public Collection<UsageHour> hours() {
    return cells.values();
  }
}
