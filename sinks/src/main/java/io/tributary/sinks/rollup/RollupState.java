package io.tributary.sinks.rollup;

import io.tributary.sinks.commit.LedgerAppends;
import io.tributary.sinks.commit.SnapshotMarks;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * A snapshot of a rollup and what the ledger has beyond it: together they equal a snapshot of the
 * ledger.
 *
 * @param snapshot names {@code beyond.after()} as the ledger snapshot that it equals
 */
public record RollupState(Snapshot snapshot, LedgerAppends beyond) {

  /**
   * The newest that leads to {@code ledgerSnapshot}. Empty where no retained snapshot of the rollup
   * names one that does: nobody has built it, or rows of the ledger were changed since.
   */
  public static Optional<RollupState> of(Table rollup, Table ledger, long ledgerSnapshot) {
    Set<Long> reach = LedgerAppends.reach(ledger, ledgerSnapshot);
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(rollup)) {
      Long named = SnapshotMarks.ledgerSnapshot(snapshot);
      if (named != null && reach.contains(named)) {
        return Optional.of(
            new RollupState(snapshot, new LedgerAppends(ledger, named, ledgerSnapshot)));
      }
    }
    return Optional.empty();
  }
}
