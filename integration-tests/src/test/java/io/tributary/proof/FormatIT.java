package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rollup.Rollup;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What says another format than this version's, or none, is refused by every command. */
@Timeout(240)
class FormatIT {

  private static final String FORMAT = "tributary.format";

  @TempDir private Path directory;
  private Path bill;
  private Path config;

  @BeforeEach
  void aWarehouse() throws IOException {
    bill =
        Files.writeString(
            directory.resolve("bill.csv"),
            """
            BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,ServiceName,ResourceId
            1,USD,2026-11-10T00:00:00Z,2026-11-10T01:00:00Z,AWS,s,r
            """);
    Cli.fine("backfill", "--warehouse", warehouse(), "--tenant", "acme", "--charges", bill);
    config = configuration(directory.resolve("checkpoints"));
  }

  private Path configuration(Path checkpoints) throws IOException {
    return Files.writeString(
        directory.resolve("run.yaml"),
        """
        kafka: {bootstrapServers: '127.0.0.1:1'}
        warehouse: {directory: '%s'}
        checkpoints: '%s'
        """
            .formatted(warehouse(), checkpoints));
  }

  /** Below a directory that 'demo --data' takes. */
  private Path warehouse() {
    return directory.resolve("data").resolve("warehouse");
  }

  private void set(WarehouseTable table, String format) {
    try (Warehouse warehouse = Tables.open(warehouse())) {
      UpdateProperties update = warehouse.table(table).updateProperties();
      if (format.equals("none")) {
        update.remove(FORMAT);
      } else {
        update.set(FORMAT, format);
      }
      update.commit();
    }
  }

  private List<List<Object>> commands() throws IOException {
    Path peer =
        Files.writeString(
            directory.resolve("peer.csv"), "ServiceName,Month,currency,cost\ns,2026-11,USD,1\n");
    List<Object> warehouse = List.of("--warehouse", warehouse());
    List<Object> tenant = List.of("--warehouse", warehouse(), "--tenant", "acme");
    Path definitions = Resources.file("definitions/sample.yaml");
    return List.of(
        with(tenant, "query"),
        with(tenant, "explain", "--where", "ServiceName=s"),
        with(warehouse, "audit"),
        with(tenant, "export", "focus"),
        with(tenant, "shadow", "--peer", peer),
        with(tenant, "definitions", "diff", definitions, definitions),
        with(tenant, "backfill"),
        with(tenant, "backfill", "--charges", bill),
        with(tenant, "backfill", "--verify"),
        with(tenant, "replay", "--charges", bill),
        with(warehouse, "tiers", "status"),
        with(warehouse, "tiers", "compact"),
        with(warehouse, "tiers", "expire"),
        with(warehouse, "tiers", "rollups"),
        with(warehouse, "tiers", "advise"),
        with(tenant, "tenant", "release"),
        with(tenant, "tenant", "erase"),
        with(tenant, "tenant", "admit"),
        with(warehouse, "tenant", "redact"),
        with(warehouse, "rejected", "show"),
        with(warehouse, "warehouse", "backup", "--to", directory.resolve("backup")),
        with(warehouse, "warehouse", "relocate"),
        with(warehouse, "serve", "--port", "0"),
        List.of("run", "--config", config),
        List.of("maintain", "--config", config),
        List.of("demo", "--port", "0", "--data", directory.resolve("data")));
  }

  private static List<Object> with(List<Object> options, Object... command) {
    return Stream.concat(Stream.of(command), options.stream()).toList();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "none, has no tributary.format: it was written before version 0.1.0",
    "2, has tributary.format 2 and this version reads 1",
  })
  void everyCommandRefusesAWarehouseOfAnotherFormat(String format, String told) throws Exception {
    set(WarehouseTable.COST_LEDGER, format);
    Map<String, Long> before = contents();
    for (List<Object> command : commands()) {
      Cli.Outcome outcome = Cli.run(command.toArray());
      assertThat(outcome.exitCode()).as("%s: %s", command, outcome.err()).isEqualTo(2);
      assertThat(outcome.problem())
          .as(command.toString())
          .startsWith("tributary: table cost_ledger of " + warehouse() + " " + told)
          .contains("docs/operations/upgrade.md");
    }
    assertThat(contents()).as("nothing was written").isEqualTo(before);
    Cli.Outcome doctor = Cli.run("doctor", "--config", config);
    assertThat(doctor.exitCode()).isEqualTo(2);
    assertThat(doctor.out()).contains("problem  warehouse: table cost_ledger of").contains(told);
  }

  /** Whichever table it is, who opens it to write refuses it before anything is written. */
  @ParameterizedTest
  @EnumSource(
      value = WarehouseTable.class,
      names = {"CHARGES", "USAGE_HOURLY", "OWNERS", "COST_DAILY", "QUERY_LOG"})
  void oneTableOfAnotherFormatIsEnough(WarehouseTable table) throws Exception {
    set(table, "7");
    Cli.Outcome outcome =
        Cli.run("backfill", "--warehouse", warehouse(), "--tenant", "acme", "--charges", bill);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.problem())
        .contains("table " + table.tableName() + " of", "has tributary.format 7");
  }

  @Test
  void aLostCatalogIsNotMadeAgainOfTablesOfAnotherFormat() throws Exception {
    set(WarehouseTable.CHARGES, "none");
    for (String name : List.of("catalog.db", "catalog.db-wal", "catalog.db-shm")) {
      Files.deleteIfExists(warehouse().resolve(name));
    }
    Cli.Outcome outcome = Cli.run("tiers", "register", "--warehouse", warehouse());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.problem()).contains("/charges/metadata/", "has no tributary.format");
  }

  @Test
  void rollupsSayTheirFormatAndAreRefusedToo() throws Exception {
    Rollup months = new Rollup("months", Rollup.Grain.MONTH, List.of("service_name"), List.of());
    try (Warehouse warehouse = Tables.open(warehouse())) {
      Rollups.declare(warehouse, months);
    }
    Cli.fine("tiers", "rollups", "--warehouse", warehouse(), "--rebuild");
    try (Warehouse warehouse = Tables.open(warehouse())) {
      Table rollup = Objects.requireNonNull(Rollups.declaredTables(warehouse).get("months"));
      assertThat(rollup.properties()).containsEntry(FORMAT, "1");
      rollup.updateProperties().set(FORMAT, "2").commit();
    }
    Cli.Outcome outcome = Cli.run("audit", "--warehouse", warehouse());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.problem()).contains("table months of", "has tributary.format 2");
  }

  private Map<String, Long> contents() throws IOException {
    Map<String, Long> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(warehouse().resolve("data"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(file.toString(), Files.size(file));
      }
    }
    return contents;
  }
}
