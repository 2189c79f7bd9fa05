package io.tributary.jobs;

import io.tributary.attribution.RateLimits;

/**
 * How much of a tenant a stream takes in per second.
 *
 * @param live of what the tenant publishes
 * @param overflow of what was above that and was put away
 */
public record Limits(RateLimits live, RateLimits overflow) {

  /** No limit for anybody. */
  public static final Limits NONE = new Limits(RateLimits.NONE, RateLimits.NONE);
}
