package io.tributary.jobs.watch;

import io.prometheus.metrics.core.metrics.Histogram;
import io.tributary.events.Charge;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.slo.Metric;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deliveries as they become visible: how long that took, who has not delivered for long, and whose
 * bills have other columns than before.
 */
final class DeliveryPart implements Part {

  private static final Logger LOG = LoggerFactory.getLogger(DeliveryPart.class);
  private static final List<String> CHANGES = List.of("new", "vanished", "retyped");

  /** Bills that can be compared. */
  private record Source(String tenant, String provider, String account, String report) {}

  private record Arrived(
      Source source, Instant period, String id, long sequence, Instant published) {

    static Arrived of(Record row) {
      return new Arrived(
          new Source(
              text(row, Columns.TENANT_ID),
              text(row, "service_provider_name"),
              text(row, "billing_account_id"),
              text(row, "report")),
          instant(row, Columns.BILLING_PERIOD_START),
          text(row, "delivery_id"),
          (Long) row.getField("sequence"),
          instant(row, Columns.RECORD_TIME));
    }

    /** Files do not say when they were published: their record time is that of their period. */
    boolean isFromFile() {
      return published.equals(period);
    }

    private static String text(Record row, String column) {
      return String.valueOf(row.getField(column));
    }

    private static Instant instant(Record row, String column) {
      return ((OffsetDateTime) row.getField(column)).toInstant();
    }
  }

  private final Warehouse warehouse;
  private final Histogram freshness;
  private final SortedMap<String, Instant> published = new ConcurrentSkipListMap<>();
  private final SortedMap<String, ColumnProfile.Change> changes = new ConcurrentSkipListMap<>();
  private final Map<Source, ColumnProfile> profiles = new HashMap<>();

  /** A delivery may be recorded twice: by its stream and by who published it. */
  private final Set<String> known = new HashSet<>();

  private boolean looked;
  private @Nullable Long seen;

  DeliveryPart(Warehouse warehouse, Metrics metrics) {
    this.warehouse = warehouse;
    this.freshness =
        Histogram.builder()
            .name(Metric.DELIVERY_FRESHNESS.exposedName())
            .help(Metric.DELIVERY_FRESHNESS.help())
            .classicOnly()
            .classicUpperBounds(1, 5, 30, 60, 300, 900, 3600)
            .register(metrics.registry());
    metrics.ages(Metric.SOURCE_SILENCE, () -> published);
    metrics.gauge(Metric.BILL_COLUMNS_CHANGED, this::changed);
  }

  @Override
  public String name() {
    return "deliveries";
  }

  @Override
  public void look(Instant now) throws IOException {
    WarehouseReader reader = WarehouseReader.sealed(warehouse);
    Snapshot newest = reader.snapshot(WarehouseTable.DELIVERIES);
    Snapshot ledger = reader.snapshot(WarehouseTable.COST_LEDGER);
    if (newest != null && ledger != null && (seen == null || seen != newest.snapshotId())) {
      Instant visible = Instant.ofEpochMilli(ledger.timestampMillis());
      List<Arrived> arrived = arrived(reader);
      for (Arrived delivery : arrived) {
        note(delivery, looked ? visible : null);
      }
      compare(reader, arrived);
      seen = newest.snapshotId();
    }
    looked = true;
  }

  /** In the order of their publishing. */
  private List<Arrived> arrived(WarehouseReader reader) throws IOException {
    try {
      return arrived(reader, seen);
    } catch (WarehouseException e) {
      LOG.warn("all deliveries are read again: {}", e.getMessage());
      return arrived(reader, null);
    }
  }

  private List<Arrived> arrived(WarehouseReader reader, @Nullable Long after) throws IOException {
    List<Arrived> arrived = new ArrayList<>();
    try (CloseableIterable<Record> rows =
        reader.appended(
            WarehouseTable.DELIVERIES,
            after,
            Columns.TENANT_ID,
            "service_provider_name",
            "billing_account_id",
            "report",
            Columns.BILLING_PERIOD_START,
            "delivery_id",
            "sequence",
            Columns.RECORD_TIME)) {
      for (Record row : rows) {
        Arrived delivery = Arrived.of(row);
        if (known.add(delivery.source + " " + delivery.period + " " + delivery.sequence)) {
          arrived.add(delivery);
        }
      }
    }
    arrived.sort(Comparator.comparing(Arrived::published).thenComparingLong(Arrived::sequence));
    return arrived;
  }

  /**
   * @param visible null for what was there when it was first looked
   */
  private void note(Arrived delivery, @Nullable Instant visible) {
    String provider = Metrics.bounded(delivery.source.provider, published.keySet());
    Instant at = delivery.isFromFile() ? visible : delivery.published;
    if (at != null) {
      published.merge(provider, at, (a, b) -> a.isAfter(b) ? a : b);
    }
    if (visible != null && !delivery.isFromFile()) {
      long millis = Math.max(0, Duration.between(delivery.published, visible).toMillis());
      freshness.observe(millis / 1000.0);
    }
  }

  /** The newest bill of each source with the one known before it. */
  private void compare(WarehouseReader reader, List<Arrived> arrived) throws IOException {
    Map<Source, Arrived> newest = new HashMap<>();
    arrived.forEach(delivery -> newest.put(delivery.source, delivery));
    for (Arrived delivery :
        newest.values().stream().sorted(Comparator.comparing(Arrived::published)).toList()) {
      ColumnProfile now = profile(reader, delivery);
      ColumnProfile before = profiles.put(delivery.source, now);
      if (before != null) {
        String provider = Metrics.bounded(delivery.source.provider, changes.keySet());
        ColumnProfile.Change change = now.since(before);
        changes.put(provider, change);
        if (!change.equals(ColumnProfile.Change.NONE)) {
          LOG.warn(
              "columns changed: delivery {} of {}: new {}, vanished {}, retyped {}",
              delivery.id,
              delivery.source,
              change.added(),
              change.vanished(),
              change.retyped());
        }
      }
    }
  }

  private static ColumnProfile profile(WarehouseReader reader, Arrived delivery)
      throws IOException {
    ColumnProfile profile = new ColumnProfile();
    try (CloseableIterable<Stored<Charge>> charges =
        reader.records(
            Charge.class,
            Expressions.and(
                WarehouseReader.tenant(delivery.source.tenant),
                WarehouseReader.billingPeriods(List.of(delivery.period))))) {
      for (Stored<Charge> stored : charges) {
        Charge charge = stored.record();
        if (charge.getDeliveryId().equals(delivery.id)
            && charge.getVersion() == delivery.sequence
            && charge.getServiceProviderName().equals(delivery.source.provider)) {
          profile.add(charge);
        }
      }
    }
    return profile;
  }

  private void changed(Metrics.Values values) {
    changes.forEach(
        (provider, change) -> {
          values.add(change.added().size(), provider, CHANGES.get(0));
          values.add(change.vanished().size(), provider, CHANGES.get(1));
          values.add(change.retyped().size(), provider, CHANGES.get(2));
        });
  }
}
