package io.tributary.sinks.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.catalog.AskedQuestion;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.Erasure;
import io.tributary.sinks.maintenance.Maintenance;
import io.tributary.sinks.maintenance.TierSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AskedQuestionsTest {

  private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");

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

  private static AskedQuestion question(String tenant, Instant time) {
    return AskedQuestion.newBuilder()
        .setTenantId(tenant)
        .setAskedAt(time)
        .setGrain("day")
        .setGroupBy(List.of("charge_period_start"))
        .setFilterBy(List.of())
        .setTableName("cost_ledger")
        .setBytesRead(1)
        .setRowsRead(2)
        .setRowsAnswered(3)
        .build();
  }

  private void append(String tenant, Instant time) {
    AskedQuestions.append(warehouse, List.of(question(tenant, time)));
  }

  private List<AskedQuestion> all() {
    return AskedQuestions.since(warehouse, Instant.EPOCH);
  }

  @Test
  void severalAppendAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> appends = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String tenant = "t" + i;
        appends.add(threads.submit(() -> append(tenant, NOW)));
      }
      for (Future<?> append : appends) {
        append.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(all()).extracting(AskedQuestion::getTenantId).doesNotHaveDuplicates().hasSize(8);
  }

  @Test
  void maintenanceMergesDaysAndLetsGoOfThoseOlderThanThirty() {
    for (int i = 0; i < 3; i++) {
      append("acme", NOW.minus(Duration.ofDays(31)).plusSeconds(i));
      append("acme", NOW.minus(Duration.ofDays(30)).plusSeconds(i));
      append("acme", NOW.plusSeconds(i));
    }
    new Maintenance(warehouse, TierSettings.DEFAULT).run(NOW);

    assertThat(all()).hasSize(6);
    assertThat(AskedQuestions.since(warehouse, NOW)).hasSize(3);
    assertThat(warehouse.table(WarehouseTable.QUERY_LOG).currentSnapshot().summary())
        .containsEntry("total-data-files", "2");
  }

  @Test
  void anErasedTenantHasAskedNothing() {
    append("acme", NOW);
    append("globex", NOW);
    Erasure erasure = new Erasure(warehouse, "acme");
    assertThat(erasure.rows()).containsEntry(WarehouseTable.QUERY_LOG, 1L);
    erasure.run();
    assertThat(all()).extracting(AskedQuestion::getTenantId).containsExactly("globex");
  }
}
