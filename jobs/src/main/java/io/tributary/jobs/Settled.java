package io.tributary.jobs;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.WarehouseReader;
import java.time.Duration;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * The state of a warehouse at which the ledger of a tenant equals its archives if it is right: what
 * its stream does in slices or puts off is done.
 */
final class Settled {

  private static final int ATTEMPTS = 120;
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private Settled() {}

  /**
   * The newest such state, for which this waits as long as a stream needs that is at work.
   *
   * @param run whose archives it must show, null for none
   * @throws TenantUnsettledException where there is none in a minute
   */
  static WarehouseReader await(Warehouse warehouse, String tenantId, @Nullable String run)
      throws InterruptedException {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      WarehouseReader reader = WarehouseReader.sealed(warehouse);
      if (isSettled(reader.snapshot(WarehouseTable.COST_LEDGER), tenantId)
          && (run == null || reader.shows(run))) {
        return reader;
      }
      Thread.sleep(BETWEEN.toMillis());
    }
    throw new TenantUnsettledException(tenantId);
  }

  /** Whether a snapshot of the ledger is such a state, as far as it tells. */
  static boolean isSettled(@Nullable Snapshot ledger, String tenantId) {
    return ledger == null || SnapshotMarks.tally(ledger, "unsettled." + tenantId) == 0;
  }
}
