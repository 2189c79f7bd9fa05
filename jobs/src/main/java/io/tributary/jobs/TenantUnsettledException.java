package io.tributary.jobs;

/** A tenant whose stream has begun a change that its ledger does not show as a whole. */
public final class TenantUnsettledException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TenantUnsettledException(String tenantId) {
    super(
        "the stream of tenant '%s' has not carried out a change yet; let it run and try again"
            .formatted(tenantId));
  }
}
