package io.tributary.sinks.commit;

import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.DataOperations;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.IncrementalAppendScan;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.io.CloseableIterable;

/**
 * What was appended to the ledger between two of its snapshots. Files that replace others hold the
 * same sums, so what was appended is all that was added, whether or not it was moved since.
 *
 * @param after exclusive, among {@link #reach} of {@code upTo}
 * @param upTo inclusive
 */
public record LedgerAppends(Table ledger, long after, long upTo) {

  /**
   * Snapshots from which {@code upTo} is reached by appends and replacements alone, itself
   * included: from any of them on, the appends are the whole difference.
   */
  public static Set<Long> reach(Table ledger, long upTo) {
    Set<Long> reach = new HashSet<>();
    Snapshot snapshot = ledger.snapshot(upTo);
    while (snapshot != null) {
      reach.add(snapshot.snapshotId());
      boolean keepsSums =
          DataOperations.APPEND.equals(snapshot.operation())
              || DataOperations.REPLACE.equals(snapshot.operation());
      Long parent = snapshot.parentId();
      snapshot = keepsSums && parent != null ? ledger.snapshot(parent) : null;
    }
    return reach;
  }

  /** Whether both are one snapshot. */
  public boolean isEmpty() {
    return after == upTo;
  }

  /** The appended files that may hold rows of {@code filter}; to be closed by the caller. */
  public CloseableIterable<FileScanTask> files(Expression filter) {
    return isEmpty() ? CloseableIterable.empty() : scan().filter(filter).planFiles();
  }

  /** The scan of them; there is none of nothing. */
  public IncrementalAppendScan scan() {
    return ledger.newIncrementalAppendScan().fromSnapshotExclusive(after).toSnapshot(upTo);
  }
}
