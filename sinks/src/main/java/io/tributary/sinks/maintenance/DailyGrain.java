package io.tributary.sinks.maintenance;

import io.tributary.events.LedgerEntry;
import io.tributary.sinks.catalog.Columns;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Types.NestedField;

/**
 * What an entry is in the frozen tier: of whole UTC days, and of no single charge or resource. Sums
 * by any other column, and by any dimension, are what they were.
 */
public final class DailyGrain {

  private static final long DAY = Duration.ofDays(1).toNanos() / 1_000;

  private static final List<String> DROPPED =
      List.of("charge_key", "resource_id", "resource_name", "resource_type");

  private final List<Integer> dropped = new ArrayList<>();
  private final int start;
  private final int end;

  DailyGrain(Schema ledger) {
    for (String column : DROPPED) {
      NestedField field = ledger.findField(column);
      if (field != null) {
        dropped.add(ledger.columns().indexOf(field));
      }
    }
    this.start = ledger.columns().indexOf(ledger.findField(Columns.CHARGE_PERIOD_START));
    this.end = ledger.columns().indexOf(ledger.findField(Columns.CHARGE_PERIOD_END));
  }

  /** Takes the detail out of a row in Iceberg's in-memory form. */
  void coarsen(StructLike row) {
    dropped.forEach(column -> row.set(column, null));
    row.set(start, Math.floorDiv(row.get(start, Long.class), DAY) * DAY);
    row.set(end, -Math.floorDiv(-row.get(end, Long.class), DAY) * DAY);
  }

  /** Takes the detail out of an entry. */
  public static void coarsen(LedgerEntry entry) {
    entry.setChargeKey(null);
    entry.setResourceId(null);
    entry.setResourceName(null);
    entry.setResourceType(null);
    Instant end = entry.getChargePeriodEnd().truncatedTo(ChronoUnit.DAYS);
    if (end.isBefore(entry.getChargePeriodEnd())) {
      end = end.plus(1, ChronoUnit.DAYS);
    }
    entry.setChargePeriodEnd(end);
    entry.setChargePeriodStart(entry.getChargePeriodStart().truncatedTo(ChronoUnit.DAYS));
  }
}
