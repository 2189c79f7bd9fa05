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

  /** The month that its billing period counts in. */
  public BillingMonth billingMonth() {
    return BillingMonth.of(billingPeriodStart);
  }

  /**
   * Whether both are of one bill's month and differ in when it starts alone, as the same bill does
   * that is told in two time zones.
   */
  public boolean isTwinOf(DeliveryScope other) {
    return !equals(other)
        && tenantId.equals(other.tenantId)
        && serviceProviderName.equals(other.serviceProviderName)
        && billingAccountId.equals(other.billingAccountId)
        && report.equals(other.report)
        && billingMonth().equals(other.billingMonth());
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
