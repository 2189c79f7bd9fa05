package io.tributary.sinks.maintenance;

import io.tributary.sinks.RecordRewrite;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseReader;
import io.tributary.sinks.WarehouseTable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Lets go of snapshots, and so of files, that hold what a {@link RecordRewrite} replaced, whatever
 * else would keep them.
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
   * @param id not a signed table
   */
  public Result letGo(WarehouseTable id, Instant time) {
    Table table = warehouse.table(id);
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
        || !isSeen(id, rewritten)) {
      return new Result(0, earlier.size());
    }
    ExpireSnapshots expire = table.expireSnapshots().expireOlderThan(0);
    earlier.forEach(expire::expireSnapshotId);
    expire.commit();
    return new Result(earlier.size(), 0);
  }

  private static @Nullable Snapshot newestRewrite(Table table) {
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      if (snapshot.summary().containsKey(RecordRewrite.FORGET)) {
        return snapshot;
      }
    }
    return null;
  }

  /** Whether who reads what the ledger implies reads the rewritten files already. */
  private boolean isSeen(WarehouseTable id, Snapshot rewritten) {
    Snapshot seen = WarehouseReader.sealed(warehouse).snapshot(id);
    return seen != null && seen.sequenceNumber() >= rewritten.sequenceNumber();
  }
}
