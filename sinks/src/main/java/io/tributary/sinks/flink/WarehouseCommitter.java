package io.tributary.sinks.flink;

import io.tributary.sinks.append.WarehouseAppends;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.commit.CommitMark;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.commit.StreamRefusedException;
import java.time.Clock;
import java.util.Collection;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/**
 * Commits what was collected, one checkpoint after the other. Exactly-once rests on four things:
 * what a table has under a mark is not appended again; a commit under way elsewhere makes ours fail
 * and look again; a stream set back behind what it committed is refused, because its next
 * checkpoints would hold other rows under ids that the tables have already; and so is, for the same
 * reason, a job that finds commits of its stream which it neither made nor was restored behind. A
 * job whose tables were set back, as by a backup, is refused too: what they lack comes no more.
 */
final class WarehouseCommitter implements Committer<SinkFiles> {

  private final @Nullable Warehouse warehouse;
  private final @Nullable WarehouseAppends appends;
  private final SinkIdentity identity;
  private final Clock clock;
  private final int maxIdleCheckpoints;
  private long known;
  private int idleCheckpoints;
  private boolean runCommitted;
  private boolean continues;

  /**
   * @param warehouse closed in the end; null in subtasks that get nothing to commit
   * @param restored the checkpoint the job was restored from, 0 for none
   * @param maxIdleCheckpoints after so many checkpoints without rows the ledger gets an empty
   *     snapshot, so that its mark advances and is not lost when old snapshots expire
   * @param clock tells when rows become visible
   */
  WarehouseCommitter(
      @Nullable Warehouse warehouse,
      SinkIdentity identity,
      long restored,
      int maxIdleCheckpoints,
      Clock clock) {
    this.clock = clock;
    this.warehouse = warehouse;
    this.appends = warehouse == null ? null : new WarehouseAppends(warehouse);
    this.identity = identity;
    this.known = restored;
    this.maxIdleCheckpoints = maxIdleCheckpoints;
  }

  @Override
  public void commit(Collection<CommitRequest<SinkFiles>> requests) {
    for (CommitRequest<SinkFiles> request : requests) {
      try {
        commit(request.getCommittable());
      } catch (StreamRefusedException e) {
        throw new SuppressRestartsException(e);
      }
    }
  }

  private void commit(SinkFiles collected) {
    if (appends == null) {
      throw new IllegalStateException("only the first committer is sent files");
    }
    idleCheckpoints = collected.isEmpty() ? idleCheckpoints + 1 : 0;
    boolean run = identity instanceof SinkIdentity.Run;
    if (run && runCommitted) {
      throw new IllegalStateException("a run commits once: it must be a batch job");
    }
    if (run || idleCheckpoints == 0 || idleCheckpoints >= maxIdleCheckpoints) {
      refuseGap(collected);
      CommitMark mark = identity.mark(collected.checkpoint(), known);
      appends.commit(mark, collected.files(), true, collected.tallies(), clock);
      known = Math.max(known, collected.checkpoint());
      idleCheckpoints = 0;
      runCommitted = run;
    }
  }

  /** Once: what follows is this job's own. */
  private void refuseGap(SinkFiles collected) {
    if (!continues && identity instanceof SinkIdentity.Stream stream && warehouse != null) {
      SnapshotMarks.refuseGap(warehouse, stream.stream(), collected.after());
    }
    continues = true;
  }

  @Override
  public void close() {
    if (warehouse != null) {
      warehouse.close();
    }
  }
}
