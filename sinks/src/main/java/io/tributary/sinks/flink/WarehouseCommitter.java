package io.tributary.sinks.flink;

import io.tributary.sinks.CommitMark;
import io.tributary.sinks.SnapshotMarks;
import io.tributary.sinks.Warehouse;
import io.tributary.sinks.WarehouseAppends;
import io.tributary.sinks.WarehouseException;
import io.tributary.sinks.WarehouseTable;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.jspecify.annotations.Nullable;

/**
 * Commits what was collected, one checkpoint after the other. Exactly-once rests on three things:
 * what a table has under a mark is not appended again; a commit under way elsewhere makes ours fail
 * and look again; and a stream set back behind what it committed is refused, because its next
 * checkpoints would hold other rows under ids that the tables have already.
 */
final class WarehouseCommitter implements Committer<SinkFiles> {

  private final @Nullable Warehouse warehouse;
  private final SinkIdentity identity;
  private final int maxIdleCheckpoints;
  private int idleCheckpoints;
  private boolean runCommitted;

  /**
   * @param warehouse closed in the end; null in subtasks that get nothing to commit
   * @param maxIdleCheckpoints after so many checkpoints without rows the ledger gets an empty
   *     snapshot, so that its mark advances and is not lost when old snapshots expire
   */
  WarehouseCommitter(@Nullable Warehouse warehouse, SinkIdentity identity, int maxIdleCheckpoints) {
    this.warehouse = warehouse;
    this.identity = identity;
    this.maxIdleCheckpoints = maxIdleCheckpoints;
  }

  /**
   * @param restoredCheckpoint the checkpoint the job was restored from, 0 for none
   * @throws WarehouseException where the stream has committed later ones
   */
  static void refuseRewind(
      Warehouse warehouse, SinkIdentity.Stream stream, long restoredCheckpoint) {
    for (WarehouseTable table : WarehouseTable.values()) {
      long committed = SnapshotMarks.checkpoint(warehouse.table(table), stream.stream());
      if (committed > restoredCheckpoint) {
        throw new WarehouseException(
            "stream %s has committed checkpoint %d to %s but %s; %s"
                .formatted(
                    stream.stream(),
                    committed,
                    table.tableName(),
                    restoredCheckpoint == 0
                        ? "was started without its state"
                        : "was set back to checkpoint " + restoredCheckpoint,
                    "start it from its latest checkpoint, or give it another stream id"));
      }
    }
  }

  @Override
  public void commit(Collection<CommitRequest<SinkFiles>> requests) {
    for (CommitRequest<SinkFiles> request : requests) {
      commit(request.getCommittable());
    }
  }

  private void commit(SinkFiles collected) {
    if (warehouse == null) {
      throw new IllegalStateException("only the first committer is sent files");
    }
    idleCheckpoints = collected.isEmpty() ? idleCheckpoints + 1 : 0;
    boolean run = identity instanceof SinkIdentity.Run;
    if (run && runCommitted) {
      throw new IllegalStateException("a run commits once: it must be a batch job");
    }
    if (run || idleCheckpoints == 0 || idleCheckpoints >= maxIdleCheckpoints) {
      CommitMark mark = identity.mark(collected.checkpoint());
      new WarehouseAppends(warehouse).commit(mark, collected.files(), true, collected.tallies());
      idleCheckpoints = 0;
      runCommitted = run;
    }
  }

  @Override
  public void close() {
    if (warehouse != null) {
      warehouse.close();
    }
  }
}
