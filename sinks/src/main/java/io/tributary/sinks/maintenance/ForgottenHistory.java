package io.tributary.sinks.maintenance;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.RecordRewrite;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rollup.RollupState;
import io.tributary.sinks.rollup.Rollups;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Lets go of snapshots, and so of files, that hold what was replaced because it must not be there
 * any more, whatever else would keep them ({@link RecordRewrite#FORGET}).
 */
public final class ForgottenHistory {

  /**
   * What became of earlier snapshots.
   *
   * @param gone let go of now
   * @param left kept for now, for readers that are at work or until the ledger shows what replaced
   *     them
   */
  public record Result(int gone, int left) {

    /** Both. */
    public Result plus(Result more) {
      return new Result(gone + more.gone, left + more.left);
    }
  }

  private final Warehouse warehouse;

  public ForgottenHistory(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /**
   * Lets go of what was replaced before {@code time}.
   *
   * @param id not that of a rollup
   */
  public Result letGo(WarehouseTable id, Instant time) {
    return letGo(warehouse.table(id), time, () -> WarehouseReader.sealed(warehouse).snapshot(id));
  }

  /** The same of every rollup: of what was there before it was built anew. */
  public Result letGoOfRollups(Instant time) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Snapshot state = ledger.currentSnapshot();
    Result all = new Result(0, 0);
    for (Rollup rollup : Rollups.of(ledger)) {
      Table table = Rollups.existing(warehouse, rollup);
      if (table != null && state != null) {
        all =
            all.plus(
                letGo(
                    table,
                    time,
                    () ->
                        RollupState.of(table, ledger, state.snapshotId())
                            .map(RollupState::snapshot)
                            .orElse(null)));
      }
    }
    return all;
  }

  /**
   * @param seen what readers of the newest state of the ledger read, null for nothing; asked where
   *     it matters
   */
  private static Result letGo(Table table, Instant time, Supplier<@Nullable Snapshot> seen) {
    Snapshot rewritten = newestRewrite(table);
    if (rewritten == null) {
      return new Result(0, 0);
    }
    List<Long> earlier = new ArrayList<>();
    for (Snapshot snapshot : table.snapshots()) {
      if (snapshot.sequenceNumber() < rewritten.sequenceNumber()) {
        earlier.add(snapshot.snapshotId());
      }
    }
    if (earlier.isEmpty()
        || rewritten.timestampMillis() > time.toEpochMilli()
        || !isSeen(rewritten, seen.get())) {
      return new Result(0, earlier.size());
    }
    ExpireSnapshots expire = table.expireSnapshots().expireOlderThan(0);
    earlier.forEach(expire::expireSnapshotId);
    expire.commit();
    return new Result(earlier.size(), 0);
  }

  private static @Nullable Snapshot newestRewrite(Table table) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (snapshot.summary().containsKey(SnapshotMarks.FORGET)) {
        return snapshot;
      }
    }
    return null;
  }

  private static boolean isSeen(Snapshot rewritten, @Nullable Snapshot seen) {
    return seen != null && seen.sequenceNumber() >= rewritten.sequenceNumber();
  }
}
