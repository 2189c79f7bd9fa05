package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.jobs.cli.Tributary;
import io.tributary.sinks.append.WarehouseCommit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rows.Receipts;
import io.tributary.sinks.rows.WarehouseRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each defect that is put in is told by the alert that is meant for it, and ends when mended. */
@Timeout(600)
@Tag("proof")
class DefectsIT {

  private static final Instant NOW = LiveStream.CLOCK.instant().truncatedTo(ChronoUnit.SECONDS);

  @TempDir private Path directory;
  @AutoClose private Warehouse warehouse;

  @BeforeEach
  void sound() throws IOException {
    Path bill = directory.resolve("bill.csv");
    StringBuilder rows =
        new StringBuilder(
            "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ServiceName,ResourceId\n");
    for (int i = 0; i < 30; i++) {
      rows.append("1.5,USD,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,Compute,i-%d\n".formatted(i));
    }
    Files.writeString(bill, rows);
    assertThat(
            Tributary.run(
                "backfill",
                "--tenant",
                "acme",
                "--provider",
                "cloud",
                "--charges",
                bill.toString(),
                "--warehouse",
                directory.resolve("warehouse").toString()))
        .isZero();
    warehouse = Warehouse.open(WarehouseSettings.local(directory.resolve("warehouse")));
  }

  private Watched watched() throws Exception {
    Watched watched =
        Watched.start(warehouse, Set.of(), directory.resolve("prometheus"), LiveStream.CLOCK);
    Thread.sleep(8_000);
    assertThat(watched.firing())
        .doesNotContain(
            "page TributaryConservation",
            "ticket TributarySourceSilence",
            "ticket TributaryBillColumns");
    return watched;
  }

  @Test
  void aLostFile() throws Exception {
    try (Watched watched = watched()) {
      Path file = Path.of(ledgerFile().location().replaceFirst("^file:", ""));
      byte[] content = Files.readAllBytes(file);
      Files.delete(file);
      watched.awaitAlert("page TributaryConservation");
      Files.write(file, content);
      watched.awaitEnd("page TributaryConservation");
    }
  }

  @Test
  void aDoubledFile() throws Exception {
    try (Watched watched = watched()) {
      Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
      ledger.newAppend().appendFile(ledgerFile()).commit();
      watched.awaitAlert("page TributaryConservation");
      warehouse
          .table(WarehouseTable.COST_LEDGER)
          .manageSnapshots()
          .rollbackTo(ledger.snapshot(ledger.currentSnapshot().parentId()).snapshotId())
          .commit();
      watched.awaitEnd("page TributaryConservation");
    }
  }

  @Test
  void aSilentSource() throws Exception {
    try (Watched watched = watched()) {
      deliver("silent", 1, NOW.minus(Duration.ofHours(40)), 0, true);
      watched.awaitAlert("ticket TributarySourceSilence");
    }
  }

  @Test
  void aVanishedColumn() throws Exception {
    try (Watched watched = watched()) {
      deliver("changing", 1, NOW, 25, true);
      Thread.sleep(3_000);
      deliver("changing", 2, NOW.plusSeconds(1), 25, false);
      watched.awaitAlert("ticket TributaryBillColumns");
      assertThat(watched.firing()).doesNotContain("ticket TributarySourceSilence");
    }
  }

  @Test
  void aMissingDay() throws Exception {
    try (Watched watched = watched()) {
      bill("gappy", row(5, "1"), row(3, "1"));
      watched.awaitAlert("ticket TributaryProviderDays");
    }
  }

  @Test
  void aRefusedRowIsCountedByItsReason() throws Exception {
    try (Watched watched = watched()) {
      bill("wrong", row(5, "1"), row(5, "dear"));
      LiveStream.await(
          "the count",
          Duration.ofMinutes(1),
          () ->
              watched
                  .metrics()
                  .contains("tributary_rejected_total{reason=\"INVALID_NUMBER\"} 1.0"));
    }
  }

  @Test
  void costWithoutAnElement() throws Exception {
    Path definitions =
        Files.writeString(
            directory.resolve("teams.yaml"),
            "Dimensions:\n  Team:\n    GroupBy:\n      Source: Tag:team\n");
    try (Watched watched = watched()) {
      bill("tagged", definitions, row(3, "1", "{\"\"team\"\":\"\"web\"\"}"), row(3, "1"));
      watched.awaitAlert("ticket TributaryUnallocatedShare");
    }
  }

  private static String row(int daysAgo, String cost, String... tags) {
    Instant day = NOW.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(daysAgo));
    String tagged = tags.length == 0 ? "" : "\"" + tags[0] + "\"";
    return "%s,USD,%s,%s,Compute,i-1,%s".formatted(cost, day, day.plus(Duration.ofDays(1)), tagged);
  }

  private void bill(String provider, String... rows) throws IOException {
    bill(provider, null, rows);
  }

  /** A later bill of the same month supersedes the one before. */
  private void bill(String provider, @Nullable Path definitions, String... rows)
      throws IOException {
    Path bill = directory.resolve(provider + ".csv");
    Files.writeString(
        bill,
        "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ServiceName,ResourceId,Tags\n"
            + String.join("\n", rows)
            + "\n");
    List<String> command =
        new ArrayList<>(
            List.of(
                "backfill",
                "--tenant",
                "acme",
                "--provider",
                provider,
                "--charges",
                bill.toString(),
                "--warehouse",
                directory.resolve("warehouse").toString()));
    if (definitions != null) {
      command.addAll(List.of("--definitions", definitions.toString()));
    }
    assertThat(Tributary.run(command.toArray(String[]::new))).isZero();
  }

  /** A delivery whose charges are not in the ledger, so their cost is 0. */
  private void deliver(
      String provider, long sequence, Instant published, int charges, boolean regions) {
    Delivery delivery =
        (Delivery)
            LiveStream.record(
                """
                {"type":"delivery","tenant_id":"acme","delivery_id":"%s-%d","service_provider_name":"%s",
                 "billing_account_id":"payer","billing_period_start":"2026-01-01T00:00:00Z",
                 "report":"default","sequence":%d,"rows":%d,"data_through":null}
                """
                    .formatted(provider, sequence, provider, sequence, charges));
    try (WarehouseCommit commit =
        new WarehouseCommit(warehouse, provider + sequence, LiveStream.CLOCK)) {
      for (int i = 0; i < charges; i++) {
        commit.add(
            new WarehouseRow(
                WarehouseTable.CHARGES, charge(provider, sequence, i, regions), published));
      }
      commit.add(
          new WarehouseRow(WarehouseTable.DELIVERIES, Receipts.announced(delivery), published));
      commit.commit(true);
    }
  }

  private static Charge charge(String provider, long sequence, int i, boolean regions) {
    return (Charge)
        LiveStream.record(
            """
            {"type":"charge","tenant_id":"acme","charge_key":"c%d","version":%d,"resource_id":"r%d",
             "delivery_id":"%s-%d","service_provider_name":"%s","billing_account_id":"payer",
             "billing_period_start":"2026-01-01T00:00:00Z","billing_period_end":"2026-02-01T00:00:00Z",
             "charge_period_start":"2026-01-05T00:00:00Z","charge_period_end":"2026-01-06T00:00:00Z",
             "region_id":%s,"billing_currency":"USD","billed_cost":"0"}
            """
                .formatted(
                    i, sequence, i, provider, sequence, provider, regions ? "\"eu-1\"" : "null"));
  }

  private DataFile ledgerFile() throws IOException {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    try (CloseableIterable<FileScanTask> files = ledger.newScan().planFiles()) {
      return files.iterator().next().file();
    }
  }
}
