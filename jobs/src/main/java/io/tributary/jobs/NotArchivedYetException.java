package io.tributary.jobs;

import io.tributary.events.bills.DeliveryScope;

/** What was published last is not in the ledger yet, so that nothing can follow it. */
public final class NotArchivedYetException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private NotArchivedYetException(String message) {
    super(message);
  }

  static NotArchivedYetException ofDelivery(DeliveryScope scope, long sequence) {
    return new NotArchivedYetException(
        "nothing was published: delivery #%d of %s / %s / %s / %s was published before and is not in the ledger yet; give the command again when 'bills list' shows it"
            .formatted(
                sequence,
                scope.serviceProviderName(),
                scope.billingAccountId(),
                scope.report(),
                scope.billingPeriodStart()));
  }

  static NotArchivedYetException ofDefinitions(String tenantId, long version) {
    return new NotArchivedYetException(
        "nothing was published: definitions of tenant '%s', version %d, were published before and are not in the ledger yet; give the command again when its stream has read them"
            .formatted(tenantId, version));
  }
}
