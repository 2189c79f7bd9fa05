package io.tributary.jobs.bills;

import io.tributary.events.Delivery;
import io.tributary.events.bills.DeliveryScope;
import io.tributary.sinks.catalog.DeliveryReceipt;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import java.io.IOException;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;

/** The deliveries of a tenant that are archived, by scope and sequence. */
public final class ArchivedDeliveries {

  private final SortedMap<DeliveryScope, SortedMap<Long, DeliveryReceipt>> byScope =
      new TreeMap<>();

  private ArchivedDeliveries() {}

  /** Those that {@code reader} shows. */
  public static ArchivedDeliveries read(WarehouseReader reader, String tenantId)
      throws IOException {
    ArchivedDeliveries archived = new ArchivedDeliveries();
    try (CloseableIterable<Stored<DeliveryReceipt>> rows =
        reader.records(DeliveryReceipt.class, WarehouseReader.tenant(tenantId))) {
      rows.forEach(row -> archived.add(row.record()));
    }
    return archived;
  }

  /** A delivery may be recorded twice: by its stream, and by who knows its files. */
  private void add(DeliveryReceipt receipt) {
    byScope
        .computeIfAbsent(scope(receipt), scope -> new TreeMap<>())
        .merge(
            receipt.getSequence(),
            receipt,
            (known, more) -> known.getCharges() == null ? more : known);
  }

  /** What a delivery is of. */
  public static DeliveryScope scope(Delivery delivery) {
    return new DeliveryScope(
        delivery.getTenantId(),
        delivery.getServiceProviderName(),
        delivery.getBillingAccountId(),
        delivery.getReport(),
        delivery.getBillingPeriodStart());
  }

  /** What an archived delivery is of. */
  static DeliveryScope scope(DeliveryReceipt receipt) {
    return new DeliveryScope(
        receipt.getTenantId(),
        receipt.getServiceProviderName(),
        receipt.getBillingAccountId(),
        receipt.getReport(),
        receipt.getBillingPeriodStart());
  }

  /** All of them, by scope and then by sequence. */
  public SortedMap<DeliveryScope, SortedMap<Long, DeliveryReceipt>> byScope() {
    return Collections.unmodifiableSortedMap(byScope);
  }

  /** The delivery in force of a scope, null where there is none. */
  public @Nullable DeliveryReceipt newest(DeliveryScope scope) {
    SortedMap<Long, DeliveryReceipt> deliveries = byScope.get(scope);
    return deliveries == null ? null : deliveries.get(deliveries.lastKey());
  }

  /** The sequence of the delivery in force of a scope, 0 where there is none. */
  public long sequence(DeliveryScope scope) {
    DeliveryReceipt newest = newest(scope);
    return newest == null ? 0 : newest.getSequence();
  }
}
