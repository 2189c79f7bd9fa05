package io.tributary.attribution;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Token buckets, one per tenant, each of which holds what the tenant may send in a second. Not
 * thread-safe.
 *
 * <p>One that rests is let go: by then it would be full, which is what a new one is.
 */
public final class TenantRates {

  /** Longer than any debt that readers run up takes to be paid at one record per second. */
  private static final Duration AT_REST = Duration.ofMinutes(10);

  /** Beyond so many tenants at once, some begin a new second early. */
  private static final long TENANTS_AT_ONCE = 100_000;

  private final RateLimits limits;
  private final int shares;
  private final TimeMeter time;
  private final Cache<String, Bucket> buckets;

  /**
   * @param shares into how many equal shares limits are divided, of which these rates are one
   * @param milliseconds the time, from any origin
   */
  public TenantRates(RateLimits limits, int shares, LongSupplier milliseconds) {
    this.limits = limits;
    this.shares = shares;
    this.time = new Milliseconds(milliseconds);
    this.buckets =
        Caffeine.newBuilder()
            .expireAfterAccess(AT_REST)
            .maximumSize(TENANTS_AT_ONCE)
            .ticker(time::currentTimeNanos)
            .executor(Runnable::run)
            .build();
  }

  /** Whether one more record of a tenant is within its limit; then it is counted. */
  public boolean admits(String tenantId) {
    long limit = limits.of(tenantId);
    return limit == RateLimits.UNLIMITED || bucket(tenantId, limit).tryConsume(1);
  }

  /**
   * Counts one more record of a tenant, within its limit or not.
   *
   * @return how long the tenant must wait to be within its limit again; zero where it is
   */
  public Duration count(String tenantId) {
    long limit = limits.of(tenantId);
    return limit == RateLimits.UNLIMITED
        ? Duration.ZERO
        : Duration.ofNanos(bucket(tenantId, limit).consumeIgnoringRateLimits(1));
  }

  private Bucket bucket(String tenantId, long limit) {
    return buckets.get(
        tenantId,
        t ->
            Bucket.builder()
                .addLimit(
                    bandwidth ->
                        bandwidth
                            .capacity(Math.max(1, limit / shares))
                            .refillGreedy(limit, Duration.ofSeconds(shares)))
                .withCustomTimePrecision(time)
                .withSynchronizationStrategy(SynchronizationStrategy.NONE)
                .build());
  }

  private record Milliseconds(LongSupplier now) implements TimeMeter {

    @Override
    public long currentTimeNanos() {
      return TimeUnit.MILLISECONDS.toNanos(now.getAsLong());
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
