package io.tributary.attribution;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/**
 * Tenants that a stream writes nothing of.
 *
 * @param others whose ledger another stream feeds, or none
 * @param released that this stream fed, and lets go of or has let go of
 * @param erased {@link #hash} of those that were erased, whose names are kept nowhere
 */
public record ForeignTenants(Set<String> others, Set<String> released, Set<String> erased)
    implements Serializable {

  /** None. */
  public static final ForeignTenants NONE = new ForeignTenants(Set.of(), Set.of(), Set.of());

  private static final long serialVersionUID = 1L;
  private static final int HASH_BYTES = 16;

  public ForeignTenants {
    others = Set.copyOf(others);
    released = Set.copyOf(released);
    erased = Set.copyOf(erased);
  }

  /** By which an erased tenant is remembered: 128 bits of SHA-256, hexadecimal. */
  public static String hash(String tenant) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(tenant.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether there is none that the stream may keep anything of. */
  public boolean letsGoOfNone() {
    return released.isEmpty() && erased.isEmpty();
  }

  /** Whether {@code tenant} is one of these. */
  public boolean contains(String tenant) {
    return others.contains(tenant) || isLetGo(tenant);
  }

  /** Whether the stream keeps nothing of {@code tenant}, though it may have. */
  public boolean isLetGo(String tenant) {
    return released.contains(tenant) || isErased(tenant);
  }

  /** Whether {@code tenant} was erased, so that not even its name may be written. */
  public boolean isErased(String tenant) {
    return !erased.isEmpty() && erased.contains(hash(tenant));
  }

  /** Why records of {@code tenant}, which is one of these and was not erased, are refused. */
  public String reason(String tenant) {
    return released.contains(tenant)
        ? "tenant '" + tenant + "' was released: no stream feeds its ledger, or another does"
        : "the ledger of '" + tenant + "' is fed by another stream, or was not adopted";
  }
}
