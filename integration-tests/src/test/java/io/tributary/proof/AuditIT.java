package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tributary.sinks.catalog.WarehouseTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.iceberg.data.Record;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code audit} passes what is right and finds what somebody changed behind our back. */
class AuditIT {

  private static final String LAST_DIGIT = "0.000000000000000001";

  @TempDir private static Path directory;
  private static Path warehouse = Path.of("");
  private static Path bill = Path.of("");

  @BeforeAll
  static void takeIn() throws IOException {
    warehouse = directory.resolve("warehouse");
    Path sound = Bill.first(directory.resolve("sound.csv"), 60);
    String broken = Files.readAllLines(sound).get(1).replace(",USD,", ",USD,about ");
    bill =
        Files.write(
            directory.resolve("bill.csv"),
            Stream.concat(Files.readAllLines(sound).stream(), Stream.of(broken)).toList());
    for (String tenant :
        List.of("sound", "last digit", "stray", "withdrawn", "archive", "rejection")) {
      backfill(warehouse, tenant);
    }
  }

  private static void backfill(Path warehouse, String tenant) {
    Cli.fine("backfill", "--warehouse", warehouse, "--tenant", tenant, "--charges", bill);
  }

  @Test
  void aSoundTenantPassesInEitherFormat() {
    assertThat(Cli.fine("audit", "--warehouse", warehouse, "--tenant", "sound"))
        .contains("checked 1 tenants", "60 charges", "every invariant holds");
    JsonNode report =
        Costs.json(
            Cli.fine("audit", "--warehouse", warehouse, "--tenant", "sound", "--format", "json"));
    assertThat(report.get("findings")).isEmpty();
    assertThat(report.get("charges").asInt()).isEqualTo(60);
    assertThat(report.get("deliveries").asInt()).isEqualTo(2);
  }

  private static void addLastDigit(List<Record> rows) {
    Record row = rows.get(0);
    BigDecimal cost = (BigDecimal) row.getField("billed_cost");
    row.setField("billed_cost", cost.add(new BigDecimal(LAST_DIGIT)));
  }

  static List<Arguments> changes() {
    Consumer<List<Record>> digit = AuditIT::addLastDigit;
    Consumer<List<Record>> stray = rows -> rows.add(rows.get(0).copy());
    Consumer<List<Record>> less = rows -> rows.remove(0);
    return List.of(
        Arguments.of("last digit", WarehouseTable.COST_LEDGER, digit, "I1"),
        Arguments.of("stray", WarehouseTable.COST_LEDGER, stray, "I1"),
        Arguments.of("withdrawn", WarehouseTable.COST_LEDGER, less, "I1"),
        Arguments.of("archive", WarehouseTable.CHARGES, less, "I6"),
        Arguments.of("rejection", WarehouseTable.REJECTED, less, "I6"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void aChangedRowIsFound(
      String tenant, WarehouseTable table, Consumer<List<Record>> change, String invariant)
      throws IOException {
    Cli.fine("audit", "--warehouse", warehouse, "--tenant", tenant);
    Damage.rewrite(warehouse, table, tenant, change);
    Cli.Outcome outcome =
        Cli.run("audit", "--warehouse", warehouse, "--tenant", tenant, "--format", "json");
    assertThat(outcome.exitCode()).isEqualTo(1);
    JsonNode findings = Costs.json(outcome.out()).get("findings");
    assertThat(findings).isNotEmpty();
    assertThat(findings)
        .extracting(finding -> finding.get("tenant").textValue())
        .containsOnly(tenant);
    assertThat(findings)
        .extracting(finding -> finding.get("invariant").textValue())
        .contains(invariant);
    assertThat(Cli.run("audit", "--warehouse", warehouse).exitCode()).as("all tenants").isOne();
    Cli.fine("audit", "--warehouse", warehouse, "--tenant", "sound");
  }

  @Test
  void theDifferenceIsNamedToTheLastDigit() throws IOException {
    backfill(warehouse, "digits");
    BigDecimal total =
        Costs.totals(warehouse, "digits", "billed").getOrDefault("USD", BigDecimal.ZERO);
    Damage.rewrite(warehouse, WarehouseTable.COST_LEDGER, "digits", AuditIT::addLastDigit);
    Cli.Outcome outcome = Cli.run("audit", "--warehouse", warehouse, "--tenant", "digits");
    assertThat(outcome.exitCode()).isOne();
    assertThat(outcome.out())
        .contains(
            "I1 digits billing month 2026-01, from 2026-01-01T00:00:00Z, USD, billed_cost: expected "
                + total.toPlainString()
                + ", found "
                + total.add(new BigDecimal(LAST_DIGIT)).toPlainString());
  }

  @Test
  void aFileThatWasChangedOrDeletedIsFound() throws IOException {
    Path damaged = directory.resolve("damaged");
    backfill(damaged, "acme");
    Cli.fine("audit", "--warehouse", damaged);
    Damage.changeOnDisk(
        damaged,
        WarehouseTable.COST_LEDGER,
        "acme",
        rows ->
            rows.forEach(row -> row.setField("billed_cost", new BigDecimal("1E+3").setScale(18))));
    Cli.Outcome changed = Cli.run("audit", "--warehouse", damaged);
    assertThat(changed.exitCode()).isOne();
    assertThat(changed.out()).containsAnyOf("files ", "I1 acme");
    Damage.deleteOnDisk(damaged, WarehouseTable.CHARGES, "acme");
    Cli.Outcome deleted = Cli.run("audit", "--warehouse", damaged);
    assertThat(deleted.exitCode()).isOne();
    assertThat(deleted.out()).contains("found missing");
  }
}
