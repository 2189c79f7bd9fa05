package io.tributary.events;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which charges are live, and which hours of usage a live charge covers. The state of a stream, a
 * backfill and the audit all decide by this class.
 */
public final class CoverageRule {

  /** The category of charges that cover usage. */
  public static final String CATEGORY = "Usage";

  private static final Duration HOUR = Duration.ofHours(1);

  private CoverageRule() {}

  /**
   * Whether a charge counts that is the highest version of its identity, and no DELETE.
   *
   * @param latest the highest sequence among the deliveries of its scope; null where there is none
   */
  public static boolean isLive(long version, @Nullable Long latest) {
    return latest == null || version >= latest;
  }

  /** The meter that a charge is for: the SKU's, else the SKU itself; null where it has neither. */
  public static @Nullable String meterOf(@Nullable String skuMeter, @Nullable String skuId) {
    return skuMeter == null ? skuId : skuMeter;
  }

  /** Whether a charge of this category covers usage, where it has a resource and a meter. */
  public static boolean mayCover(String category) {
    return category.equals(CATEGORY);
  }

  /**
   * Whether a live charge over [{@code start}, {@code end}) covers the usage of the hour that
   * begins at {@code hour}, of its resource and meter.
   *
   * @param through up to when the highest delivery of its scope is complete; null where none is
   *     known or says so
   */
  public static boolean covers(
      Instant start, Instant end, @Nullable Instant through, Instant hour) {
    Instant hourEnd = hour.plus(HOUR);
    return !hour.isBefore(start)
        && !hourEnd.isAfter(end)
        && (through == null || !hourEnd.isAfter(through));
  }
}
