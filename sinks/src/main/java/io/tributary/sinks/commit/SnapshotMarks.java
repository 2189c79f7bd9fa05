package io.tributary.sinks.commit;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.SnapshotUtil;
import org.jspecify.annotations.Nullable;

/**
 * The properties by which snapshots say what they contain. {@code tributary.checkpoint.STREAM} and
 * {@code tributary.tally.NAME} hold for the whole table, so every commit copies them from its
 * parent, as it does {@code tributary.ledger-snapshot} of a rollup; {@code tributary.sink} and
 * {@code tributary.run} name the commit itself.
 */
public final class SnapshotMarks {

  /** In the summary of a snapshot: no earlier snapshot is to be kept. */
  public static final String FORGET = "tributary.forget-earlier";

  public static final String CHECKPOINT = "tributary.checkpoint.";
  static final String TALLY = "tributary.tally.";
  static final String UNSETTLED = "unsettled.";
  static final String SINK = "tributary.sink";
  public static final String RUN = "tributary.run";

  /** Of a rollup: the ledger snapshot that its rows equal. */
  public static final String LEDGER_SNAPSHOT = "tributary.ledger-snapshot";

  private SnapshotMarks() {}

  /**
   * What the next commit to {@code table} must copy, whoever makes it, compaction included; and
   * have refused where the table has others by the time it gets through.
   */
  public static SortedMap<String, String> carried(Table table) {
    return carried(SnapshotUtil.currentAncestors(table));
  }

  /** Of the newest of {@code ancestry} (newest first) that has any: other engines drop them. */
  public static SortedMap<String, String> carried(Iterable<Snapshot> ancestry) {
    for (Snapshot snapshot : ancestry) {
      SortedMap<String, String> carried = carried(snapshot);
      if (!carried.isEmpty()) {
        return carried;
      }
    }
    return new TreeMap<>();
  }

  private static SortedMap<String, String> carried(Snapshot snapshot) {
    SortedMap<String, String> carried = new TreeMap<>();
    for (Map.Entry<String, String> property : snapshot.summary().entrySet()) {
      String name = property.getKey();
      if (name.startsWith(CHECKPOINT)
          || name.startsWith(TALLY)
          || name.startsWith(StreamPositions.PROPERTY)
          || name.equals(LEDGER_SNAPSHOT)) {
        carried.put(name, property.getValue());
      }
    }
    return carried;
  }

  /**
   * What a commit that replaces files must copy: the marks of the table, and the run that came
   * last, whose rows it holds and which may not be sealed yet.
   */
  static SortedMap<String, String> replaced(Iterable<Snapshot> ancestry) {
    SortedMap<String, String> marks = carried(ancestry);
    Iterator<Snapshot> snapshots = ancestry.iterator();
    String run = snapshots.hasNext() ? snapshots.next().summary().get(RUN) : null;
    if (run != null) {
      marks.put(RUN, run);
    }
    return marks;
  }

  /**
   * The ledger snapshot that the rows of a rollup's {@code snapshot} equal; null where it names
   * none, as when another engine has committed it.
   */
  public static @Nullable Long ledgerSnapshot(@Nullable Snapshot snapshot) {
    String named = snapshot == null ? null : snapshot.summary().get(LEDGER_SNAPSHOT);
    return named == null ? null : Long.valueOf(named);
  }

  /** The last checkpoint of {@code stream} in a table with these marks, 0 where it has none. */
  static long checkpoint(Map<String, String> marks, String stream) {
    return Long.parseLong(marks.getOrDefault(CHECKPOINT + stream, "0"));
  }

  /** The last checkpoint of {@code stream} committed to {@code table}, 0 where it has none. */
  public static long checkpoint(Table table, String stream) {
    return checkpoint(carried(table), stream);
  }

  /** When {@code stream} last committed to {@code table}; null where that is not known any more. */
  public static @Nullable Instant lastCommit(Table table, String stream) {
    String newest = null;
    Instant committed = null;
    for (Snapshot snapshot : SnapshotUtil.currentAncestors(table)) {
      String checkpoint = snapshot.summary().get(CHECKPOINT + stream);
      if (checkpoint != null) {
        if (newest != null && !newest.equals(checkpoint)) {
          break;
        }
        // Others copy the mark, so the oldest snapshot that has it is the stream's own.
        newest = checkpoint;
        committed = Instant.ofEpochMilli(snapshot.timestampMillis());
      }
    }
    return committed;
  }

  /**
   * Passes a job whose state is not behind what its stream has committed: the next checkpoints of
   * one that is would hold other rows under ids that the tables have already.
   *
   * @param restored the checkpoint the job is restored from, 0 for none
   * @throws StreamRefusedException where the stream has committed later ones
   */
  public static void refuseRewind(Warehouse warehouse, String stream, long restored) {
    for (WarehouseTable table : WarehouseTable.values()) {
      long committed = checkpoint(warehouse.table(table), stream);
      if (committed > restored) {
        throw new StreamRefusedException(
            "stream %s has committed checkpoint %d to %s but %s; start it from its latest checkpoint"
                .formatted(
                    stream,
                    committed,
                    table.tableName(),
                    restored == 0
                        ? "was started without its state"
                        : "was set back to checkpoint " + restored));
      }
    }
  }

  /**
   * Passes a job whose stream is in the ledger. One that has run for long enough to be there, and
   * is not, would go on as if all before had never been.
   *
   * @throws StreamRefusedException where the ledger has nothing of the stream
   */
  public static void refuseLost(Warehouse warehouse, String stream, long restored) {
    if (checkpoint(warehouse.table(WarehouseTable.COST_LEDGER), stream) == 0) {
      throw new StreamRefusedException(
          "stream %s goes on from checkpoint %d and the ledger has nothing of it: is this its warehouse, and was a table or the catalog lost?"
              .formatted(stream, restored));
    }
  }

  /**
   * Passes a job whose next commit follows on what the ledger has. Where the ledger was set back,
   * as by a backup, records are missing that the stream has read and will not read again.
   *
   * @param after the last checkpoint in which the stream has written something
   * @throws StreamRefusedException where the ledger does not have it
   */
  public static void refuseGap(Warehouse warehouse, String stream, long after) {
    long committed = checkpoint(warehouse.table(WarehouseTable.COST_LEDGER), stream);
    if (committed < after) {
      throw new StreamRefusedException(
          "stream %s goes on after checkpoint %d and the ledger has it up to %d only: was the warehouse restored from a backup? let another stream take over (docs/operations/backup.md)"
              .formatted(stream, after, committed));
    }
  }

  /** The last checkpoint of {@code stream} that a snapshot holds, 0 where it has none. */
  public static long checkpoint(Snapshot snapshot, String stream) {
    return checkpoint(carried(snapshot), stream);
  }

  /** The running total of the tally {@code name} at a snapshot of the ledger. */
  public static long tally(Snapshot ledger, String name) {
    return tallies(carried(ledger)).getOrDefault(name, 0L);
  }

  /** The running totals of all tallies at the current snapshot of the ledger. */
  public static SortedMap<String, Long> tallies(Table ledger) {
    return tallies(carried(ledger));
  }

  /**
   * Tenants whose ledger is behind changes of entities, prices, definitions or policies, or has
   * splits that are still to be made.
   */
  public static Set<String> unsettled(Map<String, String> marks) {
    Set<String> tenants = new TreeSet<>();
    tallies(marks)
        .forEach(
            (name, value) -> {
              if (name.startsWith(UNSETTLED) && value > 0) {
                tenants.add(name.substring(UNSETTLED.length()));
              }
            });
    return tenants;
  }

  public static SortedMap<String, Long> tallies(Map<String, String> marks) {
    SortedMap<String, Long> tallies = new TreeMap<>();
    marks.forEach(
        (name, value) -> {
          if (name.startsWith(TALLY)) {
            tallies.put(name.substring(TALLY.length()), Long.valueOf(value));
          }
        });
    return tallies;
  }

  public static boolean hasRun(Iterable<Snapshot> ancestry, String run) {
    for (Iterator<Snapshot> i = ancestry.iterator(); i.hasNext(); ) {
      if (run.equals(i.next().summary().get(RUN))) {
        return true;
      }
    }
    return false;
  }
}
