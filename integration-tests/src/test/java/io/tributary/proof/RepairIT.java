package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.jobs.BackfillJob;
import io.tributary.jobs.Limits;
import io.tributary.jobs.Privacy;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that somebody damaged is made equal to the attribution of its archives again. */
class RepairIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String CUTS = "BillingPeriodStart,SubAccountId,ServiceName,ResourceId,Day";

  @TempDir private Path directory;

  /** Changes the costs of a third of the rows, drops a third, and has a third twice. */
  static void hurt(List<Record> rows) {
    List<Record> hurt = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Record row = rows.get(i);
      if (i % 3 == 0) {
        BigDecimal cost = (BigDecimal) row.getField("billed_cost");
        row.setField("billed_cost", cost.add(new BigDecimal("0.000000000000000001")));
      }
      if (i % 3 != 1) {
        hurt.add(row);
      }
      if (i % 3 == 2) {
        hurt.add(row);
      }
    }
    rows.clear();
    rows.addAll(hurt);
  }

  @Test
  void changedDeletedAndDoubledEntriesAreMadeGood() throws Exception {
    Path warehouse = directory.resolve("warehouse");
    Path bill = Bill.first(directory.resolve("bill.csv"), 300);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--charges", bill);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "globex", "--charges", bill);
    SortedMap<String, List<BigDecimal>> net = Tables.netLedger(warehouse, "acme");
    SortedMap<String, BigDecimal> answer = Costs.by(warehouse, "acme", "billed", CUTS);

    Consumer<List<Record>> delete = List::clear;
    Consumer<List<Record>> doubled = rows -> rows.addAll(List.copyOf(rows));
    for (Consumer<List<Record>> damage : List.of(RepairIT::hurt, delete, doubled)) {
      Damage.rewrite(warehouse, WarehouseTable.COST_LEDGER, "acme", damage);
      assertThat(verify(warehouse).exitCode()).as("it is seen").isOne();
      Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme");

      assertThat(Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--verify"))
          .contains("equals the attribution");
      assertThat(Tables.netLedger(warehouse, "acme")).isEqualTo(net);
      assertThat(Costs.by(warehouse, "acme", "billed", CUTS)).isEqualTo(answer);
      Cli.fine("audit", "--warehouse", warehouse);
    }
    assertThat(Tables.netLedger(warehouse, "globex")).hasSameSizeAs(net);
  }

  private static Cli.Outcome verify(Path warehouse) {
    return Cli.run("backfill", "--warehouse", warehouse, "--tenant", "acme", "--verify");
  }

  @Test
  void aFileThatTheStorageLostIsDroppedAndWrittenAgain() throws Exception {
    Path warehouse = directory.resolve("warehouse");
    Path bill = Bill.first(directory.resolve("bill.csv"), 60);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--charges", bill);
    SortedMap<String, List<BigDecimal>> net = Tables.netLedger(warehouse, "acme");

    Damage.deleteOnDisk(warehouse, WarehouseTable.COST_LEDGER, "acme");
    Cli.Outcome refused = Cli.run("backfill", "--warehouse", warehouse, "--tenant", "acme");
    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.problem())
        .contains("is gone", "cost_ledger", ".parquet", "--drop-lost-files");
    assertThat(verify(warehouse).problem()).contains("--drop-lost-files");

    assertThat(
            Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--drop-lost-files"))
        .contains("cost_ledger: dropped a lost file with", ".parquet");
    assertThat(Tables.netLedger(warehouse, "acme")).isEqualTo(net);
    assertThat(Costs.totals(warehouse, "acme", "billed")).isNotEmpty();
    Cli.fine("audit", "--warehouse", warehouse);
    assertThat(
            Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--drop-lost-files"))
        .isEmpty();
  }

  @Test
  void aFrozenPeriodKeepsItsCostsByDayAndIsRepairedAtThatGrain() throws Exception {
    Path warehouse = directory.resolve("warehouse");
    Path bill = Bill.first(directory.resolve("bill.csv"), 300);
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme", "--charges", bill);
    String cuts = "Day,BillingPeriodStart,SubAccountId,ServiceName,SkuId,ChargeCategory";
    SortedMap<String, BigDecimal> answer = Costs.by(warehouse, "acme", "billed", cuts);

    assertThat(
            Cli.run("tiers", "freeze", "--warehouse", warehouse, "--before", "2099-01").problem())
        .contains("may still change");
    assertThat(Cli.fine("tiers", "freeze", "--warehouse", warehouse, "--before", "2026-01"))
        .as("January does not begin before January")
        .isEmpty();
    assertThat(Cli.fine("tiers", "freeze", "--warehouse", warehouse, "--before", "2026-02"))
        .contains("frozen: 300 rows of 1 files became");
    assertThat(Cli.fine("tiers", "status", "--warehouse", warehouse, "--format", "json"))
        .contains("\"tier\":\"frozen\"")
        .doesNotContain("hot");

    assertThat(
            Cli.fine(
                "explain",
                "--warehouse",
                warehouse,
                "--tenant",
                "acme",
                "--where",
                "BillingCurrency=USD"))
        .contains("its month keeps costs by day alone")
        .doesNotContain("OUTSTANDING", "no definitions");
    assertThat(Costs.by(warehouse, "acme", "billed", cuts)).isEqualTo(answer);
    assertThat(Costs.by(warehouse, "acme", "billed", "ResourceId,SkuId")).hasSizeLessThan(60);
    assertThat(verify(warehouse).exitCode()).isZero();
    Cli.fine("audit", "--warehouse", warehouse);
    Damage.rewrite(warehouse, WarehouseTable.COST_LEDGER, "acme", RepairIT::hurt);
    assertThat(verify(warehouse).exitCode()).isOne();
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", "acme");
    assertThat(Costs.by(warehouse, "acme", "billed", cuts)).isEqualTo(answer);
    assertThat(verify(warehouse).exitCode()).isZero();
  }

  @Test
  void aRepairBesideAStreamLosesNothingAndCountsNothingTwice() throws Exception {
    Path path = directory.resolve("warehouse");
    try (LiveStream stream = new LiveStream(directory);
        Warehouse warehouse = Tables.open(path)) {
      stream.start(Limits.NONE);
      stream.publish(List.of(definitions()));
      stream.publish(charges(0, 500));
      LiveStream.await("charges", PATIENCE, () -> stream.counted("applied") == 501);
      BackfillJob repair =
          new BackfillJob(warehouse, "acme", Privacy.of(warehouse.settings()), LiveStream.CLOCK);

      int published = 501;
      for (int round = 0; round < 2; round++) {
        Damage.rewrite(path, WarehouseTable.COST_LEDGER, "acme", RepairIT::hurt);
        assertThat(repair.differences(Set.of())).as("round %d", round).isNotEmpty();
        // Owners change the dimension of lines that are damaged, while they are repaired.
        int first = published;
        Thread more =
            new Thread(
                () -> {
                  for (int i = 0; i < 40; i++) {
                    stream.publish(List.of(owner(i % 20, first + i)));
                    stream.publish(charges(first + i, first + i + 1));
                    Feed.pause(Duration.ofMillis(25));
                  }
                });
        more.start();
        repair.attribute(Set.of());
        more.join();
        published += 80;
      }
      int all = published;
      LiveStream.await("all", PATIENCE, () -> stream.counted("applied") == all);

      assertThat(repair.differences(Set.of())).isEmpty();
      assertThat(stream.total("acme")).isEqualByComparingTo("580");
      assertThat(stream.audit()).isEmpty();
      repair.attribute(Set.of());
      assertThat(repair.differences(Set.of())).isEmpty();
    }
  }

  private static SpecificRecordBase definitions() {
    return LiveStream.record(
        """
        {"type":"definitions","tenant_id":"acme","version":1,"effective_from":"1970-01-01T00:00:00Z",
         "yaml":"Dimensions: {Owner: {DefaultValue: nobody, GroupBy: {Source: Entity:resource:owner}}}"}
        """);
  }

  private static List<SpecificRecordBase> charges(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                LiveStream.record(
                    """
                    {"type":"charge","tenant_id":"acme","charge_key":"c%d","version":1,
                     "resource_id":"r%d","charge_period_start":"2026-11-01T00:00:00Z",
                     "charge_period_end":"2026-11-01T01:00:00Z","billing_currency":"USD",
                     "billed_cost":"1"}
                    """
                        .formatted(i, i % 20)))
        .toList();
  }

  private static SpecificRecordBase owner(int resource, int version) {
    return LiveStream.record(
        """
        {"type":"entity","tenant_id":"acme","kind":"resource","entity_id":"r%d","version":%d,
         "valid_from":"2020-01-01T00:00:00Z","attributes":{"owner":"o%d"}}
        """
            .formatted(resource, version, version % 5));
  }
}
