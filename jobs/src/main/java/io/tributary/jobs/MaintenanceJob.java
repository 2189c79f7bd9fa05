package io.tributary.jobs;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.maintenance.TierSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.jspecify.annotations.Nullable;

/**
 * Maintenance of a warehouse as a job of its own, for streams whose cluster has no other place for
 * it. A round that fails fails the job, which is started again and seen.
 *
 * <pre>
 *   count-rounds -> maintain-warehouse -> forget-rounds
 * </pre>
 */
public final class MaintenanceJob {

  private MaintenanceJob() {}

  /**
   * Starts the job where {@code env} runs jobs.
   *
   * @param pause between the end of a round and the next
   */
  public static JobClient start(
      StreamExecutionEnvironment env,
      WarehouseSettings warehouse,
      TierSettings tiers,
      Privacy privacy,
      Duration pause,
      Clock clock)
      throws Exception {
    env.setParallelism(1);
    env.fromSequence(1, Long.MAX_VALUE)
        .name(OperatorIds.COUNT_ROUNDS)
        .uid(OperatorIds.COUNT_ROUNDS)
        .map(new MaintainWarehouse(warehouse, tiers, privacy, pause, clock))
        .name(OperatorIds.MAINTAIN_WAREHOUSE)
        .uid(OperatorIds.MAINTAIN_WAREHOUSE)
        .sinkTo(new DiscardingSink<>())
        .name(OperatorIds.FORGET_ROUNDS)
        .uid(OperatorIds.FORGET_ROUNDS);
    return env.executeAsync("tributary maintenance");
  }

  /** Holds the only thread of the job through a round and the pause behind it: nothing else is. */
  private static final class MaintainWarehouse extends RichMapFunction<Long, Long> {

    private static final long serialVersionUID = 1L;

    private final WarehouseSettings settings;
    private final TierSettings tiers;
    private final Privacy privacy;
    private final Duration pause;
    private final Clock clock;
    private transient @Nullable Warehouse warehouse;
    private transient @Nullable MaintenanceRound maintenance;
    private transient @Nullable Counter rounds;

    MaintainWarehouse(
        WarehouseSettings settings,
        TierSettings tiers,
        Privacy privacy,
        Duration pause,
        Clock clock) {
      this.settings = settings;
      this.tiers = tiers;
      this.privacy = privacy;
      this.pause = pause;
      this.clock = clock;
    }

    @Override
    public void open(OpenContext context) {
      Warehouse opened = Warehouse.openExisting(settings);
      warehouse = opened;
      maintenance = new MaintenanceRound(opened, tiers, privacy, clock);
      rounds = getRuntimeContext().getMetricGroup().counter("maintenanceRounds");
    }

    @Override
    public Long map(Long round) throws InterruptedException, IOException {
      if (maintenance == null || rounds == null) {
        throw new IllegalStateException("not open");
      }
      maintenance.run();
      rounds.inc();
      Thread.sleep(pause.toMillis());
      return round;
    }

    @Override
    public void close() {
      if (warehouse != null) {
        warehouse.close();
      }
    }
  }
}
