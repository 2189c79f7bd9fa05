package io.tributary.events.bills;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Counts and adds up one delivery while its charges pass. */
final class DeliveryTally {

  private static final Duration DAY = Duration.ofDays(1);

  private final DeliveryScope scope;
  private final long sequence;
  private final String deliveryId;
  private final TreeSet<String> sources = new TreeSet<>();
  private final TreeMap<String, CurrencySums> sums = new TreeMap<>();
  private long rows;
  private long charges;
  private long rejected;
  private long padded;
  private @Nullable Instant usageEnd;
  private @Nullable Instant anyEnd;

  DeliveryTally(DeliveryScope scope, long sequence) {
    this.scope = scope;
    this.sequence = sequence;
    this.deliveryId = scope.deliveryId(sequence);
  }

  String deliveryId() {
    return deliveryId;
  }

  long sequence() {
    return sequence;
  }

  void row(String source) {
    sources.add(source);
    rows++;
  }

  void rejected() {
    rejected++;
  }

  void charge(BillLine line) {
    charges++;
    padded += line.padded() ? 1 : 0;
    Charge charge = line.charge();
    sums.merge(
        charge.getBillingCurrency(),
        CurrencySums.NONE.plus(line.costs()),
        (sum, one) -> sum.plus(line.costs()));
    Instant end = charge.getChargePeriodEnd();
    anyEnd = later(anyEnd, end);
    if (charge.getChargeCategory().equals("Usage")
        && Duration.between(charge.getChargePeriodStart(), end).compareTo(DAY) <= 0) {
      usageEnd = later(usageEnd, end);
    }
  }

  private static Instant later(@Nullable Instant a, Instant b) {
    return a == null || b.isAfter(a) ? b : a;
  }

  DeliverySummary summary() {
    Delivery delivery =
        Delivery.newBuilder()
            .setTenantId(scope.tenantId())
            .setDeliveryId(deliveryId)
            .setServiceProviderName(scope.serviceProviderName())
            .setBillingAccountId(scope.billingAccountId())
            .setBillingPeriodStart(scope.billingPeriodStart())
            .setReport(scope.report())
            .setSequence(sequence)
            .setRows(charges)
            .setDataThrough(usageEnd == null ? anyEnd : usageEnd)
            .setSources(List.copyOf(sources))
            .build();
    return new DeliverySummary(
        delivery,
        scope,
        List.copyOf(sources),
        rows,
        charges,
        rejected,
        padded,
        new TreeMap<>(sums));
  }
}
