package io.tributary.sinks.maintenance;

import io.tributary.events.BillingMonth;
import java.io.Serializable;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * For how long billing months are kept.
 *
 * @param months after the end of a billing month at which it is removed, at least {@link
 *     TierSettings#LEAST_MONTHS_TO_FROZEN}; {@link TierSettings#NEVER} for never
 * @param tenants the same of tenants that have their own
 */
public record RetentionSettings(int months, Map<String, Integer> tenants) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Everything is kept. */
  public static final RetentionSettings FOREVER =
      new RetentionSettings(TierSettings.NEVER, Map.of());

  /**
   * @throws IllegalArgumentException where inputs of a period that is removed may still come
   */
  public RetentionSettings {
    tenants = Map.copyOf(tenants);
    check(months);
    tenants.values().forEach(RetentionSettings::check);
  }

  private static void check(int months) {
    if (months != TierSettings.NEVER && months < TierSettings.LEAST_MONTHS_TO_FROZEN) {
      throw new IllegalArgumentException(
          "a billing period may change until %d months after its end; it cannot be removed after %d"
              .formatted(TierSettings.LEAST_MONTHS_TO_FROZEN, months));
    }
  }

  /** The first billing month that {@code tenant} has at {@code now}; null for all. */
  @Nullable BillingMonth before(String tenant, Instant now) {
    return before((int) tenants.getOrDefault(tenant, months), now);
  }

  /** The latest such month of any tenant. */
  @Nullable BillingMonth latest(Instant now) {
    BillingMonth latest = before(months, now);
    for (int own : tenants.values()) {
      BillingMonth before = before(own, now);
      latest = latest == null || before != null && latest.isBefore(before) ? before : latest;
    }
    return latest;
  }

  private static @Nullable BillingMonth before(int months, Instant now) {
    return months == TierSettings.NEVER ? null : BillingMonth.containing(now).plus(-months);
  }

  /** What tells apart what is to be removed at two instants or under two settings. */
  String plan(Instant now) {
    Map<String, String> plan = new TreeMap<>();
    tenants.keySet().forEach(tenant -> plan.put(tenant, String.valueOf(before(tenant, now))));
    return before(months, now) + " " + plan;
  }
}
