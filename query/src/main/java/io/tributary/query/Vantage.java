package io.tributary.query;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * Which state of the ledger a question is answered from.
 *
 * @param snapshot what is read, null where the ledger holds nothing
 * @param writtenBefore only entries written before count; null for all
 */
record Vantage(@Nullable Snapshot snapshot, @Nullable Instant writtenBefore) {

  /**
   * The newest snapshot at or before an instant. Where that is retained no more: the newest
   * snapshot's entries up to the end of the last UTC day before the instant, because netting keeps
   * the days of entries apart and nothing finer.
   *
   * @throws QuestionException for a snapshot that the ledger does not have
   */
  static Vantage of(Table ledger, @Nullable AsOf asOf) {
    Snapshot current = ledger.currentSnapshot();
    if (asOf == null || current == null && asOf instanceof AsOf.Time) {
      return new Vantage(current, null);
    }
    if (asOf instanceof AsOf.Snapshot id) {
      if (current == null || !SnapshotUtil.isAncestorOf(ledger, id.id())) {
        throw new QuestionException(
            QuestionException.Code.UNKNOWN_SNAPSHOT,
            "the ledger has no snapshot " + id.id() + " (any more)");
      }
      return new Vantage(ledger.snapshot(id.id()), null);
    }
    return at(ledger, ((AsOf.Time) asOf).time());
  }

  private static Vantage at(Table ledger, Instant time) {
    Long parent = null;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(ledger)) {
      if (!Instant.ofEpochMilli(snapshot.timestampMillis()).isAfter(time)) {
        return new Vantage(snapshot, null);
      }
      parent = snapshot.parentId();
    }
    return parent == null
        ? new Vantage(null, null)
        : new Vantage(ledger.currentSnapshot(), time.truncatedTo(ChronoUnit.DAYS));
  }
}
