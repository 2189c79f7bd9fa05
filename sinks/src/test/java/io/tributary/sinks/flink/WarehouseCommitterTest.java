package io.tributary.sinks.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.commit.StreamRefusedException;
import io.tributary.sinks.commit.WarehouseFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarehouseCommitterTest {

  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
  private static final SinkIdentity.Stream LIVE = new SinkIdentity.Stream("live", "ledger");

  @TempDir Path directory;
  private Warehouse warehouse;

  @BeforeEach
  void open() {
    warehouse = Warehouse.open(WarehouseSettings.local(directory));
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  @Test
  void advancesTheMarkOfAnIdleStreamAtEveryThirdCheckpoint() {
    WarehouseCommitter committer = new WarehouseCommitter(warehouse, LIVE, 0, 3, CLOCK);
    for (int checkpoint = 1; checkpoint <= 8; checkpoint++) {
      commit(committer, SinkFiles.NONE.at(checkpoint, 0));
    }
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    assertThat(ledger.snapshots()).hasSize(2);
    assertThat(SnapshotMarks.checkpoint(ledger, "live")).isEqualTo(6);
    assertThat(warehouse.table(WarehouseTable.CHARGES).snapshots()).isEmpty();
  }

  @Test
  void refusesAStreamSetBackBehindWhatItCommitted() {
    commit(new WarehouseCommitter(warehouse, LIVE, 0, 3, CLOCK), counted(5));
    assertThatCode(() -> SnapshotMarks.refuseRewind(warehouse, "live", 5))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> SnapshotMarks.refuseRewind(warehouse, "live", 4))
        .isInstanceOf(StreamRefusedException.class)
        .hasMessageContaining(
            "stream live has committed checkpoint 5 to cost_ledger but was set back to"
                + " checkpoint 4");
    assertThatCode(() -> SnapshotMarks.refuseRewind(warehouse, "other", 0))
        .doesNotThrowAnyException();
  }

  @Test
  void letsOneOfTwoJobsThatRunAsOneStreamGoOn() {
    commit(new WarehouseCommitter(warehouse, LIVE, 0, 3, CLOCK), counted(5));
    WarehouseCommitter first = new WarehouseCommitter(warehouse, LIVE, 5, 3, CLOCK);
    WarehouseCommitter second = new WarehouseCommitter(warehouse, LIVE, 5, 3, CLOCK);
    commit(second, SinkFiles.NONE.at(6, 5));
    commit(first, counted(6));
    commit(first, counted(7));
    assertThatThrownBy(() -> commit(second, counted(8)))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("another job has committed checkpoint 7 as stream live");
    commit(first, counted(8));
    assertThat(SnapshotMarks.tallies(warehouse.table(WarehouseTable.COST_LEDGER)))
        .isEqualTo(Map.of("in", 4L));
  }

  @Test
  void commitsARunOnceEvenWithoutRows() {
    SinkIdentity run = new SinkIdentity.Run("r1");
    WarehouseCommitter committer = new WarehouseCommitter(warehouse, run, 0, 3, CLOCK);
    commit(committer, SinkFiles.NONE.at(1, 0));
    assertThatThrownBy(() -> commit(committer, SinkFiles.NONE.at(2, 0)))
        .isInstanceOf(IllegalStateException.class);
    commit(new WarehouseCommitter(warehouse, run, 0, 3, CLOCK), SinkFiles.NONE.at(1, 0));
    assertThat(warehouse.table(WarehouseTable.COST_LEDGER).snapshots())
        .singleElement()
        .satisfies(snapshot -> assertThat(snapshot.summary()).containsEntry("tributary.run", "r1"));
  }

  /** What the tables do not have, the stream has read and will not read again. */
  @Test
  void refusesAStreamWhoseTablesWereSetBack() {
    commit(new WarehouseCommitter(warehouse, LIVE, 0, 3, CLOCK), counted(5));
    WarehouseCommitter ahead = new WarehouseCommitter(warehouse, LIVE, 9, 3, CLOCK);
    assertThatThrownBy(() -> commit(ahead, counted(10).at(10, 8)))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("stream live goes on after checkpoint 8")
        .hasMessageContaining("up to 5 only");
    assertThat(SnapshotMarks.checkpoint(warehouse.table(WarehouseTable.COST_LEDGER), "live"))
        .isEqualTo(5);
    // Idle ones in between were never committed.
    commit(new WarehouseCommitter(warehouse, LIVE, 9, 3, CLOCK), counted(10).at(10, 5));
    assertThat(SnapshotMarks.checkpoint(warehouse.table(WarehouseTable.COST_LEDGER), "live"))
        .isEqualTo(10);
  }

  private static SinkFiles counted(long checkpoint) {
    return new SinkFiles(checkpoint, 0, WarehouseFiles.NONE, new TreeMap<>(Map.of("in", 1L)));
  }

  private static void commit(WarehouseCommitter committer, SinkFiles files) {
    committer.commit(List.of(new Request(files)));
  }

  /** A request whose outcome nobody asks for: the committer throws or succeeds. */
  private record Request(SinkFiles getCommittable) implements CommitRequest<SinkFiles> {

    @Override
    public int getNumberOfRetries() {
      return 0;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable t) {
      throw new AssertionError(t);
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable t) {
      throw new AssertionError(t);
    }

    @Override
    public void retryLater() {
      throw new AssertionError();
    }

    @Override
    public void updateAndRetryLater(SinkFiles committable) {
      throw new AssertionError();
    }

    @Override
    public void signalAlreadyCommitted() {
      throw new AssertionError();
    }
  }
}
