package io.tributary.jobs;

import java.time.Instant;

/** Something is about a billing period that was removed, and does not come back. */
public final class PastRetentionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PastRetentionException(String tenant, Instant period) {
    super(
        "billing period %s of %s is past its retention and was removed; nothing was written"
            .formatted(period.toString().substring(0, 7), tenant));
  }
}
