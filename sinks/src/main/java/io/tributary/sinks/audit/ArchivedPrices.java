package io.tributary.sinks.audit;

import io.tributary.dimensions.timeline.PriceBook;
import io.tributary.dimensions.timeline.Timeline;
import io.tributary.dimensions.timeline.TimelineKind;
import io.tributary.events.BillingMonth;
import io.tributary.events.Money;
import io.tributary.events.PriceChange;
import io.tributary.events.RecordTime;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.WarehouseTable;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.jspecify.annotations.Nullable;

/** Archived prices of some meters, each with the time at which it was recorded. */
final class ArchivedPrices {

  /** What has a price. */
  record Metered(String tenant, String meter, String unit) {}

  private final Map<Metered, Map<String, Timeline<PriceChange>>> timelines = new HashMap<>();
  private final Map<Metered, PriceBook> books = new HashMap<>();

  /** Reads the archived prices of {@code metered}; others that {@code filter} passes are left. */
  static ArchivedPrices read(AuditScan scan, Expression filter, Set<Metered> metered) {
    ArchivedPrices prices = new ArchivedPrices();
    scan.forEachRecord(
        WarehouseTable.PRICES,
        filter,
        (record, row) -> {
          PriceChange price = (PriceChange) record;
          Metered of = new Metered(price.getTenantId(), price.getMeter(), price.getUnit());
          if (metered.contains(of)) {
            prices.add(of, price, recordTime(row));
          }
        });
    prices.timelines.forEach((of, byCurrency) -> prices.books.put(of, new PriceBook(byCurrency)));
    prices.timelines.clear();
    return prices;
  }

  private static long recordTime(Record row) {
    return RecordTime.micros(((OffsetDateTime) row.getField(Columns.RECORD_TIME)).toInstant());
  }

  private void add(Metered of, PriceChange price, long recordTime) {
    timelines
        .computeIfAbsent(of, o -> new HashMap<>())
        .computeIfAbsent(price.getCurrency(), currency -> new Timeline<>(TimelineKind.PRICE))
        .put(price, recordTime);
  }

  /**
   * The unit price of usage of an hour, by what was recorded before its month closed; null where it
   * has none.
   */
  @Nullable Money of(Metered metered, Instant hour) {
    PriceBook book = books.get(metered);
    return book == null
        ? null
        : book.priceAt(hour, RecordTime.micros(BillingMonth.containing(hour).usageCloses()));
  }
}
