package io.tributary.sinks.maintenance;

import java.time.Duration;

/**
 * When rows move and how long snapshots live.
 *
 * @param coldAfter age of entries at which they move from hot to cold
 * @param snapshotsFor for how long every snapshot is kept, so that a reader may look at it
 * @param hourlySnapshotsFor for how long the last snapshot of each hour of the ledger is kept
 * @param orphansAfter age at which a file that no snapshot has is removed: longer than any job may
 *     be down between writing a file and committing it
 */
public record TierSettings(
    Duration coldAfter, Duration snapshotsFor, Duration hourlySnapshotsFor, Duration orphansAfter) {

  /** Cold after two days, every snapshot for an hour, one an hour for a day. */
  public static final TierSettings DEFAULT =
      new TierSettings(
          Duration.ofDays(2), Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7));
}
