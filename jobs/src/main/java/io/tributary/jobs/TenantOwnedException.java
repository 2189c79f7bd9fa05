package io.tributary.jobs;

import io.tributary.sinks.catalog.Ownership;
import io.tributary.sinks.catalog.TenantOwner;

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
            "tenant '%1$s' is fed by stream '%2$s' (state OWNED), whether it runs or not: publish new inputs to it with --bootstrap-servers; or take the tenant from it with 'tenant release --tenant %1$s', then start the stream again so that it lets go (state RELEASED); if it never runs again, with 'tenant release --tenant %1$s --stream-is-gone'"
                .formatted(owner.getTenantId(), owner.getStream()));
  }

  /** Its stream has it in its state, from which it would write it again. */
  static TenantOwnedException ofErasure(TenantOwner owner) {
    return owner.getState() == Ownership.RELEASING
        ? new TenantOwnedException(notLetGo(owner))
        : new TenantOwnedException(
            "tenant '%1$s' is fed by stream '%2$s' (state OWNED), which would write it again: run 'tenant release --tenant %1$s', and start the stream again"
                .formatted(owner.getTenantId(), owner.getStream()));
  }

  private static String notLetGo(TenantOwner owner) {
    return "stream '%1$s' has not let go of tenant '%2$s' yet (state RELEASING): start it again and wait for its first checkpoint; if it never runs again, say so with 'tenant release --tenant %2$s --stream-is-gone'"
        .formatted(owner.getStream(), owner.getTenantId());
  }
}
