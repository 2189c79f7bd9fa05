package io.tributary.attribution;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many records per second each tenant may send.
 *
 * @param recordsPerSecond of a tenant that is not named; {@link #UNLIMITED} for no limit
 * @param tenants of tenants that are named
 */
public record RateLimits(long recordsPerSecond, Map<String, Long> tenants) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A limit that no tenant reaches. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** No limit for anybody. */
  public static final RateLimits NONE = new RateLimits(UNLIMITED, Map.of());

  /** Keeps a copy that can be serialized. */
  public RateLimits {
    tenants = new TreeMap<>(tenants);
  }

  /** The limit of a tenant. */
  public long of(String tenantId) {
    return tenants.getOrDefault(tenantId, recordsPerSecond);
  }
}
