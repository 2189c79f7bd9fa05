package io.tributary.sinks.maintenance;

import io.tributary.sinks.catalog.WarehouseTable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Lets go of old snapshots, and with them of the files that only they refer to. Every snapshot is
 * kept for a while, so that nobody's read loses its files; of the ledger the last one of each hour
 * is kept for longer.
 */
final class SnapshotExpiry {

  /** Kept whatever their age: a job that was down looks for its last commit among them. */
  private static final int NEWEST = 20;

  private SnapshotExpiry() {}

  /**
   * @return how many snapshots were let go of
   */
  static int run(WarehouseTable id, Table table, TierSettings settings, Instant now) {
    Duration hourly =
        id == WarehouseTable.COST_LEDGER ? settings.hourlySnapshotsFor() : Duration.ZERO;
    List<Long> expired =
        expired(snapshots(table), now.minus(settings.snapshotsFor()), now.minus(hourly));
    if (!expired.isEmpty()) {
      // By their ids only: the age that the table's properties name is for other engines.
      ExpireSnapshots expire = table.expireSnapshots().expireOlderThan(0);
      expired.forEach(expire::expireSnapshotId);
      expire.commit();
    }
    return expired.size();
  }

  private static List<Taken> snapshots(Table table) {
    return StreamSupport.stream(table.snapshots().spliterator(), false)
        .sorted(Comparator.comparingLong(Snapshot::sequenceNumber).reversed())
        .map(
            snapshot ->
                new Taken(snapshot.snapshotId(), Instant.ofEpochMilli(snapshot.timestampMillis())))
        .toList();
  }

  /** A snapshot and when it was taken. */
  record Taken(long id, Instant time) {}

  /**
   * @param every from when on all are kept
   * @param hourly from when on the last one of each hour is kept
   */
  static List<Long> expired(List<Taken> newestFirst, Instant every, Instant hourly) {
    List<Long> expired = new ArrayList<>();
    Set<Instant> hours = new HashSet<>();
    for (int i = 0; i < newestFirst.size(); i++) {
      Taken taken = newestFirst.get(i);
      boolean lastOfHour = hours.add(taken.time.truncatedTo(ChronoUnit.HOURS));
      boolean kept = !taken.time.isBefore(every) || lastOfHour && !taken.time.isBefore(hourly);
      if (i >= NEWEST && !kept) {
        expired.add(taken.id);
      }
    }
    return expired;
  }
}
