package io.tributary.sinks.flink;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.commit.StreamRefusedException;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.WarehouseElement;
import io.tributary.sinks.rows.WarehouseWriter;
import java.time.Clock;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * One sink for all tables of the warehouse.
 *
 * <pre>
 *   rows --> Writer (parallel) --files--> collect-files (1) --files of a checkpoint--> Committer (1)
 *              Parquet files                                            archives, then the ledger
 * </pre>
 *
 * <p>The tables must exist ({@link Warehouse#open}) and the stream must have a uid; unaligned
 * checkpoints are off between its parts. The element type is {@link WarehouseElementType}.
 */
public final class WarehouseSink
    implements Sink<WarehouseElement>,
        SupportsCommitter<SinkFiles>,
        SupportsPreCommitTopology<SinkFiles, SinkFiles> {

  private static final long serialVersionUID = 1L;
  private static final String COLLECT_FILES = "collect-files";
  private static final int MAX_IDLE_CHECKPOINTS = 10;

  private final WarehouseSettings settings;
  private final SinkIdentity identity;
  private final Clock clock;

  private WarehouseSink(WarehouseSettings settings, SinkIdentity identity, Clock clock) {
    this.settings = settings;
    this.identity = identity;
    this.clock = clock;
  }

  /**
   * The sink of a streaming job with checkpoints.
   *
   * @param stream id of the stream, kept for as long as the job keeps its state
   * @param sink id of this sink, for whoever reads the snapshots
   * @param clock gives the entry time; serializable, as the JDK's are
   */
  public static WarehouseSink ofStream(
      WarehouseSettings settings, String stream, String sink, Clock clock) {
    return new WarehouseSink(settings, new SinkIdentity.Stream(stream, sink), clock);
  }

  /**
   * The sink of a batch job: one commit per table when its input ends, none where the table has the
   * run already.
   *
   * @param run id of the run
   * @param clock gives the entry time; serializable, as the JDK's are
   */
  public static WarehouseSink ofRun(WarehouseSettings settings, String run, Clock clock) {
    return new WarehouseSink(settings, new SinkIdentity.Run(run), clock);
  }

  @Override
  public SinkWriter<WarehouseElement> createWriter(WriterInitContext context) {
    Warehouse warehouse = Warehouse.openExisting(settings);
    return new WarehouseSinkWriter(
        warehouse,
        new WarehouseWriter(
            warehouse,
            DimensionColumns.PER_TENANT,
            clock,
            context.getTaskInfo().getIndexOfThisSubtask()));
  }

  @Override
  public SimpleVersionedSerializer<SinkFiles> getWriteResultSerializer() {
    return new SinkFilesSerializer();
  }

  @Override
  public DataStream<CommittableMessage<SinkFiles>> addPreCommitTopology(
      DataStream<CommittableMessage<SinkFiles>> written) {
    return written
        .global()
        .transform(
            COLLECT_FILES,
            CommittableMessageTypeInfo.of(SinkFilesSerializer::new),
            new CollectFiles())
        .uid(COLLECT_FILES)
        .setParallelism(1)
        .setMaxParallelism(1)
        .global();
  }

  @Override
  public Committer<SinkFiles> createCommitter(CommitterInitContext context) {
    if (context.getTaskInfo().getIndexOfThisSubtask() != 0) {
      return new WarehouseCommitter(null, identity, 0, MAX_IDLE_CHECKPOINTS, clock);
    }
    Warehouse warehouse = Warehouse.openExisting(settings);
    long restored = context.getRestoredCheckpointId().orElse(0);
    if (identity instanceof SinkIdentity.Stream stream) {
      try {
        SnapshotMarks.refuseRewind(warehouse, stream.stream(), restored);
        if (restored > 2 * MAX_IDLE_CHECKPOINTS) {
          SnapshotMarks.refuseLost(warehouse, stream.stream(), restored);
        }
      } catch (StreamRefusedException e) {
        warehouse.close();
        // The job would be restarted from the same state, for ever, and only the log would say why.
        throw new SuppressRestartsException(e);
      }
    }
    return new WarehouseCommitter(warehouse, identity, restored, MAX_IDLE_CHECKPOINTS, clock);
  }

  @Override
  public SimpleVersionedSerializer<SinkFiles> getCommittableSerializer() {
    return new SinkFilesSerializer();
  }
}
