package io.tributary.jobs;

import io.tributary.sinks.Ownership;
import io.tributary.sinks.TenantOwner;

/** A tenant that a stream feeds. */
public final class TenantOwnedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private TenantOwnedException(String message) {
    super(message);
  }

  /** Its inputs come from another stream. */
  static TenantOwnedException ofInputs(TenantOwner owner) {
    return owner.getState() == Ownership.RELEASING
        ? new TenantOwnedException(notLetGo(owner))
        : new TenantOwnedException(
            "tenant '%s' is fed by stream '%s': publish new inputs with --bootstrap-servers, or let the stream end first"
                .formatted(owner.getTenantId(), owner.getStream()));
  }

  /** Its stream has it in its state, from which it would write it again. */
  static TenantOwnedException ofErasure(TenantOwner owner) {
    return owner.getState() == Ownership.RELEASING
        ? new TenantOwnedException(notLetGo(owner))
        : new TenantOwnedException(
            "tenant '%s' is fed by stream '%s', which would write it again: run 'tenant release', and start the stream again"
                .formatted(owner.getTenantId(), owner.getStream()));
  }

  private static String notLetGo(TenantOwner owner) {
    return "stream '%s' has not let go of tenant '%s' yet: start it again and wait for its first checkpoint; if it never runs again, say so with 'tenant release --stream-is-gone'"
        .formatted(owner.getStream(), owner.getTenantId());
  }
}
