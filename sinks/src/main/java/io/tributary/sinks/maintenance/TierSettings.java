package io.tributary.sinks.maintenance;

import java.io.Serializable;
import java.time.Duration;

/**
 * When rows move and how long snapshots live.
 *
 * @param coldAfter age of entries at which they move from hot to cold
 * @param frozenAfterMonths months after the end of a billing month at which only its costs by day
 *     are kept, at least {@link #LEAST_MONTHS_TO_FROZEN}; {@link #NEVER} for never
 * @param snapshotsFor for how long every snapshot is kept, so that a reader may look at it
 * @param hourlySnapshotsFor for how long the last snapshot of each hour of the ledger is kept
 * @param orphansAfter age at which a file that no snapshot has is removed: longer than any job may
 *     be down between writing a file and committing it
 * @param retention for how long billing months are kept
 */
public record TierSettings(
    Duration coldAfter,
    int frozenAfterMonths,
    Duration snapshotsFor,
    Duration hourlySnapshotsFor,
    Duration orphansAfter,
    RetentionSettings retention)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Of {@code frozenAfterMonths}: every detail is kept. */
  public static final int NEVER = 0;

  /** More than the 100 days after which an input is beyond the horizon of its billing month. */
  public static final int LEAST_MONTHS_TO_FROZEN = 4;

  /**
   * Cold after two days, never frozen, kept for ever, every snapshot for an hour, one an hour for a
   * day.
   */
  public static final TierSettings DEFAULT =
      new TierSettings(
          Duration.ofDays(2),
          NEVER,
          Duration.ofHours(1),
          Duration.ofDays(1),
          Duration.ofDays(7),
          RetentionSettings.FOREVER);
}
