package io.tributary.events.bills;

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
