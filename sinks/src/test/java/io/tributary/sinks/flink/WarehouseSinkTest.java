package io.tributary.sinks.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.Charge;
import io.tributary.events.LedgerEntry;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.rows.Tally;
import io.tributary.sinks.rows.WarehouseElement;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.util.SnapshotUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WarehouseSinkTest {

  private static final int LINES = 6_000;
  private static final AtomicBoolean FAILED = new AtomicBoolean();

  @TempDir Path directory;
  private WarehouseSettings settings;

  @BeforeEach
  void createTables() {
    settings = WarehouseSettings.local(directory);
    Warehouse.open(settings).close();
    FAILED.set(false);
  }

  @Test
  void writesEachRowOnceThroughCheckpointsAndARestart() throws Exception {
    StreamExecutionEnvironment env = environment(RuntimeExecutionMode.STREAMING);
    env.enableCheckpointing(250);
    run(env, WarehouseSink.ofStream(settings, "live", "ledger", Clock.systemUTC()), true);

    assertThat(FAILED).as("failed once on the way").isTrue();
    assertHoldsAllLinesOnce();
    try (Warehouse warehouse = Warehouse.openExisting(settings)) {
      Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
      List<Long> checkpoints = new ArrayList<>();
      for (Snapshot snapshot : SnapshotUtil.currentAncestors(ledger)) {
        assertThat(snapshot.summary()).containsEntry("tributary.sink", "ledger");
        checkpoints.add(Long.valueOf(snapshot.summary().get("tributary.checkpoint.live")));
      }
      assertThat(checkpoints)
          .hasSizeGreaterThan(4)
          .doesNotHaveDuplicates()
          .isSortedAccordingTo((a, b) -> Long.compare(b, a));
      assertThat(SnapshotMarks.tallies(ledger)).isEqualTo(Map.of("in", (long) LINES));
      assertThat(SnapshotMarks.checkpoint(warehouse.table(WarehouseTable.CHARGES), "live"))
          .isEqualTo(SnapshotMarks.checkpoint(ledger, "live"));
    }
  }

  @Test
  void refusesAStreamWithoutItsState() throws Exception {
    for (int start = 1; start <= 2; start++) {
      StreamExecutionEnvironment env = environment(RuntimeExecutionMode.STREAMING);
      env.enableCheckpointing(250);
      WarehouseSink sink = WarehouseSink.ofStream(settings, "live", "ledger", Clock.systemUTC());
      if (start == 1) {
        run(env, sink, false);
      } else {
        assertThatThrownBy(() -> run(env, sink, false))
            .rootCause()
            .hasMessageMatching(
                "stream live has committed checkpoint \\d+ to charges but was started without its"
                    + " state; start it from its latest checkpoint");
      }
    }
    assertHoldsAllLinesOnce();
  }

  @Test
  void addsABatchRunOnce() throws Exception {
    for (int i = 0; i < 2; i++) {
      run(
          environment(RuntimeExecutionMode.BATCH),
          WarehouseSink.ofRun(settings, "run-1", Clock.systemUTC()),
          false);
      assertHoldsAllLinesOnce();
    }
    try (Warehouse warehouse = Warehouse.openExisting(settings)) {
      assertThat(warehouse.table(WarehouseTable.COST_LEDGER).snapshots()).hasSize(1);
    }
  }

  private void assertHoldsAllLinesOnce() throws IOException {
    try (Warehouse warehouse = Warehouse.openExisting(settings)) {
      WarehouseReader reader = WarehouseReader.sealed(warehouse);
      Map<String, BigDecimal> costs = new TreeMap<>();
      Map<String, String> teams = new TreeMap<>();
      try (CloseableIterable<LedgerEntry> entries = reader.entries("acme", List.of())) {
        for (LedgerEntry entry : entries) {
          costs.merge(entry.getChargeKey(), entry.getBilledCost(), BigDecimal::add);
          teams.put(entry.getChargeKey(), entry.getElements().get("Team"));
        }
      }
      assertThat(costs).hasSize(LINES);
      assertThat(costs)
          .allSatisfy((key, cost) -> assertThat(cost).isEqualByComparingTo(costOf(key)));
      assertThat(teams).allSatisfy((key, team) -> assertThat(team).isEqualTo("team-" + key));
      List<String> charges = new ArrayList<>();
      try (var rows = reader.records(Charge.class, Expressions.alwaysTrue())) {
        rows.forEach(row -> charges.add(row.record().getChargeKey()));
      }
      assertThat(charges)
          .containsExactlyInAnyOrderElementsOf(
              LongStream.range(0, LINES).mapToObj(Long::toString).toList());
    }
  }

  private static BigDecimal costOf(String key) {
    return new BigDecimal(key).movePointLeft(3);
  }

  private static StreamExecutionEnvironment environment(RuntimeExecutionMode mode) {
    Configuration configuration = new Configuration();
    configuration.setString("execution.runtime-mode", mode.name());
    configuration.setString("pipeline.generic-types", "false");
    configuration.setString("pipeline.auto-generate-uids", "false");
    configuration.setString("restart-strategy.type", "fixed-delay");
    configuration.setString(
        "restart-strategy.fixed-delay.attempts", Integer.toString(Integer.MAX_VALUE));
    configuration.setString("restart-strategy.fixed-delay.delay", "10 ms");
    return StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
  }

  private static void run(StreamExecutionEnvironment env, WarehouseSink sink, boolean fail)
      throws Exception {
    DataGeneratorSource<Long> lines =
        new DataGeneratorSource<>(
            n -> n, LINES, RateLimiterStrategy.perSecond(fail ? LINES / 3.0 : LINES), Types.LONG);
    env.fromSource(lines, WatermarkStrategy.noWatermarks(), "lines")
        .uid("lines")
        .flatMap(new Lines(fail))
        .returns(WarehouseElementType.INSTANCE)
        .uid("rows")
        .sinkTo(sink)
        .uid("warehouse");
    env.execute();
  }

  /** A charge, its entry and a count per line; fails once after two thirds if asked. */
  private record Lines(boolean fail) implements FlatMapFunction<Long, WarehouseElement> {

    @Override
    public void flatMap(Long n, Collector<WarehouseElement> out) {
      if (fail && n == LINES * 2 / 3 && FAILED.compareAndSet(false, true)) {
        throw new IllegalStateException("fails once, on purpose");
      }
      String key = Long.toString(n);
      String cost = costOf(key).toPlainString();
      out.collect(WarehouseRow.archived(TestRecords.charge("acme", key, 1, cost), Instant.EPOCH));
      out.collect(WarehouseRow.of(TestRecords.entry("acme", key, cost, "Team", "team-" + key)));
      out.collect(new Tally("in", 1));
    }
  }
}
