package io.tributary.jobs;

/** A tenant whose inputs come from another stream. */
public final class TenantOwnedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TenantOwnedException(String tenantId, String stream) {
    super(
        "tenant '%s' is fed by stream '%s': publish new inputs with --bootstrap-servers, or let the stream end first"
            .formatted(tenantId, stream));
  }
}
