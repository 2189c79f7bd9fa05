package io.tributary.jobs;

import io.tributary.events.RecordKind;
import io.tributary.jobs.inputs.AdoptionPlan;
import io.tributary.jobs.inputs.ArchiveState;
import io.tributary.jobs.kafka.GroupOffsets;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.TenantOwner;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.LostStream;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.commit.StreamPositions;
import io.tributary.sinks.commit.StreamRefusedException;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.Tally;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.iceberg.Table;

/** Decides, when a stream is started, which tenants that have a ledger are its own. */
final class Adoption {

  /** An idle stream commits every tenth checkpoint; one that is not heard twice as long is gone. */
  private static final int SILENT_CHECKPOINTS = 20;

  private final Warehouse warehouse;
  private final StreamJob.Settings settings;
  private final Clock clock;

  Adoption(Warehouse warehouse, StreamJob.Settings settings, Clock clock) {
    this.warehouse = warehouse;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * What an earlier start decided, which the state depends on; else what holds now.
   *
   * @param restored whether the state has the tenants of this stream already
   */
  AdoptionPlan plan(boolean restored) throws IOException, ExecutionException, InterruptedException {
    Optional<AdoptionPlan> kept = restored ? settings.checkpoints().adoption() : Optional.empty();
    if (kept.isPresent()) {
      return kept.get();
    }
    String lost = restored ? null : settings.recovery().takeOver();
    if (lost != null) {
      refuseAlive(lost);
      new GroupOffsets(
              new Topics(settings.topicPrefix()),
              settings.bootstrapServers(),
              settings.kafkaProperties())
          .handOver(lost, settings.stream(), read(lost));
      LostStream.seal(warehouse, lost);
    }
    AdoptionPlan plan = newPlan(restored, lost == null ? "" : lost);
    settings.checkpoints().keep(plan);
    own(plan.adopted().keySet(), lost == null ? "" : lost);
    return plan;
  }

  /**
   * Up to where the lost stream has read. Where it ended between the commits of the archive of
   * usage and of the ledger, usage is archived beyond what the ledger says; all else may come
   * twice.
   */
  private Map<String, SortedMap<Integer, Long>> read(String lost) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Table usage = warehouse.table(WarehouseTable.USAGE_HOURLY);
    Map<String, SortedMap<Integer, Long>> read = StreamPositions.of(ledger, lost);
    if (SnapshotMarks.checkpoint(usage, lost) > SnapshotMarks.checkpoint(ledger, lost)) {
      String topic = new Topics(settings.topicPrefix()).of(RecordKind.USAGE);
      SortedMap<Integer, Long> archived = StreamPositions.of(usage, lost).get(topic);
      if (archived != null) {
        read.put(topic, archived);
      }
    }
    return read;
  }

  /** A stream that goes on committing would count everything beside its successor. */
  private void refuseAlive(String lost) {
    Instant committed = LostStream.lastCommit(warehouse, lost);
    if (committed == null) {
      throw new StreamRefusedException(
          "there is nothing to take over: no stream %s has committed to the warehouse"
              .formatted(lost));
    }
    Duration silent = settings.pace().checkpoints().multipliedBy(SILENT_CHECKPOINTS);
    if (committed.plus(silent).isAfter(clock.instant())) {
      throw new StreamRefusedException(
          "stream %s has committed at %s and may still run; %s can take over %d s after its end"
              .formatted(lost, committed, settings.stream(), silent.toSeconds()));
    }
  }

  /**
   * @param lost a stream whose tenants are adopted; empty for none
   */
  private AdoptionPlan newPlan(boolean restored, String lost) throws IOException {
    WarehouseReader reader = WarehouseReader.sealed(warehouse);
    Owners owners = Owners.read(warehouse);
    TreeSet<String> refused = new TreeSet<>();
    SortedMap<String, SortedMap<String, List<String>>> adopted = new TreeMap<>();
    for (String tenant : ArchiveState.tenants(reader)) {
      String owner = owners.streamOf(tenant).orElse("");
      boolean own = owner.equals(settings.stream());
      boolean isLeaving = owners.isReleasing(tenant) || owners.isErased(tenant);
      boolean free = settings.adopt() && (own || owner.isEmpty());
      boolean orphaned = !lost.isEmpty() && (own || owner.equals(lost));
      if (!restored && (free || orphaned) && !isLeaving) {
        adopted.put(tenant, new ArchiveState(reader, tenant).plannedArchive());
      } else if (!own || !restored) {
        refused.add(tenant);
      }
    }
    return new AdoptionPlan(refused, adopted);
  }

  /**
   * Makes the tenants this stream's. What a lost one left half done for them is done by nobody, so
   * that they count as settled: a repair finds it. It has let go of what it was to let go of.
   */
  private void own(Set<String> tenants, String lost) throws IOException {
    Owners owners = Owners.read(warehouse);
    List<TenantOwner> released = owners.lettingGo(lost);
    if (tenants.isEmpty() && released.isEmpty()) {
      return;
    }
    SortedMap<String, Long> tallies =
        SnapshotMarks.tallies(warehouse.table(WarehouseTable.COST_LEDGER));
    try (WarehouseCommit commit =
        new WarehouseCommit(
            warehouse,
            "adopt-" + settings.stream() + "-" + ContentHash.of(tenants.toString()),
            clock)) {
      released.forEach(owner -> commit.add(WarehouseRow.of(owner)));
      for (String tenant : tenants) {
        commit.add(WarehouseRow.of(owners.owned(tenant, settings.stream())));
        String unsettled = "unsettled." + tenant;
        commit.add(new Tally(unsettled, -tallies.getOrDefault(unsettled, 0L)));
      }
      commit.commit(true);
    }
  }
}
