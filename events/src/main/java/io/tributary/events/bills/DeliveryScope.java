package io.tributary.events.bills;

import io.tributary.events.BillingMonth;
import java.time.Instant;
import java.util.Comparator;

/**
 * What one delivery covers and the next one of the same scope supersedes.
 *
 * @param billingPeriodStart UTC
 */
public record DeliveryScope(
    String tenantId,
    String serviceProviderName,
    String billingAccountId,
    String report,
    Instant billingPeriodStart)
    implements Comparable<DeliveryScope> {

  private static final Comparator<DeliveryScope> ORDER =
      Comparator.comparing(DeliveryScope::tenantId)
          .thenComparing(DeliveryScope::serviceProviderName)
          .thenComparing(DeliveryScope::billingAccountId)
          .thenComparing(DeliveryScope::report)
          .thenComparing(DeliveryScope::billingPeriodStart);

  /**
   * Whether this and another scope are one bill under two reports of which one has all its costs
   * and the other the actual or the amortised ones: they must not add up.
   */
  public boolean isOneBillWith(DeliveryScope other) {
    return CostKind.areOneBill(report, other.report)
        && new DeliveryScope(
                tenantId, serviceProviderName, billingAccountId, other.report, billingPeriodStart)
            .equals(other);
  }

  /** The month that its billing period counts in. */
  public BillingMonth billingMonth() {
    return BillingMonth.of(billingPeriodStart);
  }

  /** The same text for the same scope, for ever: 32 hexadecimal digits. */
  public String id() {
    return digest().identity().toString();
  }

  /** The id of the delivery of this scope with this sequence: 32 hexadecimal digits. */
  public String deliveryId(long sequence) {
    return digest().add(Long.toString(sequence)).identity().toString();
  }

  private ContentDigest digest() {
    return new ContentDigest()
        .add(tenantId)
        .add(serviceProviderName)
        .add(billingAccountId)
        .add(report)
        .add(billingPeriodStart.toString());
  }

  @Override
  public int compareTo(DeliveryScope other) {
    return ORDER.compare(this, other);
  }
}
