package io.tributary.query;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
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
      Snapshot snapshot = ledger.snapshot(id.id());
      if (snapshot == null) {
        throw new QuestionException(
            QuestionException.Code.UNKNOWN_SNAPSHOT,
            "the ledger has no snapshot " + id.id() + " (any more)");
      }
      return new Vantage(snapshot, null);
    }
    return at(ledger, ((AsOf.Time) asOf).time());
  }

  private static Vantage at(Table ledger, Instant time) {
    Snapshot oldest = null;
    Snapshot then = null;
    for (Snapshot snapshot : ledger.snapshots()) {
      if (oldest == null || snapshot.sequenceNumber() < oldest.sequenceNumber()) {
        oldest = snapshot;
      }
      if (!Instant.ofEpochMilli(snapshot.timestampMillis()).isAfter(time)
          && (then == null || snapshot.sequenceNumber() > then.sequenceNumber())) {
        then = snapshot;
      }
    }
    if (then != null) {
      return new Vantage(then, null);
    }
    return oldest == null || oldest.parentId() == null
        ? new Vantage(null, null)
        : new Vantage(ledger.currentSnapshot(), time.truncatedTo(ChronoUnit.DAYS));
  }
}
