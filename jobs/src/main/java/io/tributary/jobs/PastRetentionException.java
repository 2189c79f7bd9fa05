package io.tributary.jobs;

import io.tributary.events.BillingMonth;

/** Something is about a billing month that was removed, and does not come back. */
public final class PastRetentionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PastRetentionException(String tenant, BillingMonth month) {
    super(
        "billing month %s of %s is past its retention and was removed; nothing was written"
            .formatted(month, tenant));
  }
}
