package io.tributary.sinks.commit;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/** What the tables have of a stream whose state is gone, so that it will never commit again. */
public final class LostStream {

  private static final int ATTEMPTS = 100;

  private LostStream() {}

  /** When the stream last committed to any table; null where that is not known any more. */
  public static @Nullable Instant lastCommit(Warehouse warehouse, String stream) {
    Instant last = null;
    for (WarehouseTable table : WarehouseTable.values()) {
      Instant committed = SnapshotMarks.lastCommit(warehouse.table(table), stream);
      if (committed != null && (last == null || committed.isAfter(last))) {
        last = committed;
      }
    }
    return last;
  }

  /**
   * Makes the ledger imply all that the archives have of the stream. It may have ended between the
   * commits of one checkpoint; the ledger would wait for the rest of it, and readers of the
   * archives with it, for ever.
   */
  public static void seal(Warehouse warehouse, String stream) {
    long newest = 0;
    for (WarehouseTable table : WarehouseTable.values()) {
      newest = Math.max(newest, SnapshotMarks.checkpoint(warehouse.table(table), stream));
    }
    for (int attempt = 1; ; attempt++) {
      Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
      if (SnapshotMarks.checkpoint(ledger, stream) >= newest) {
        return;
      }
      try {
        AppendCommit.appendIfUnchanged(
            ledger, List.of(), Map.of(SnapshotMarks.CHECKPOINT + stream, Long.toString(newest)));
      } catch (ValidationException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
