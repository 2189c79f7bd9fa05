package io.tributary.sinks.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.LedgerEntry;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.catalog.DimensionDocs;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.catalog.WarehouseTest;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DimensionColumnsTest {

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

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          id,             column
          Team,           team
          CostCenter,     cost_center
          cost-center,    cost_center
          AWSAccount,     aws_account
          User:Defined:X, user_defined_x
          Cost Center,    cost_center
          Tier2Team,      tier2_team
          """)
  void namesColumnsInSnakeCase(String id, String column) {
    assertThat(DimensionColumns.slug(id)).isEqualTo(column);
  }

  @Test
  void givesTheSecondIdOfASlugAndATakenNameAHash() {
    Map<String, String> columns = place("acme", 100, "CostCenter", "cost-center", "ServiceName");
    assertThat(columns.get("CostCenter")).isEqualTo("cost_center");
    assertThat(columns.get("cost-center")).matches("dim_cost_center_[0-9a-f]{6}");
    assertThat(columns.get("ServiceName")).matches("dim_service_name_[0-9a-f]{6}");
    assertThat(DimensionDocs.idsByColumn(ledgerSchema()))
        .hasSize(3)
        .containsEntry("cost_center", "CostCenter")
        .containsEntry(columns.get("cost-center"), "cost-center");
    assertThat(place("globex", 100, "cost-center"))
        .isEqualTo(Map.of("cost-center", columns.get("cost-center")));
  }

  @Test
  void keepsBothIdsOfASlugApart() throws IOException {
    LedgerEntry entry =
        TestRecords.entry("acme", "c1", "1", "CostCenter", "1", "cost-center", "", "Team", "web");
    WarehouseTest.commit(warehouse, "run", entry);
    assertThat(entries()).containsExactly(entry);
  }

  @Test
  void addsAColumnBetweenTwoRowsOfOneFlush() throws IOException {
    List<LedgerEntry> entries = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      entries.add(TestRecords.entry("acme", "c" + n, "1", "Dimension" + n, "e" + n));
    }
    WarehouseTest.commit(warehouse, "run", entries.toArray(LedgerEntry[]::new));
    assertThat(entries()).containsExactlyInAnyOrderElementsOf(entries);
    assertThat(ledgerSchema().findField("dimension4")).isNotNull();
  }

  @Test
  void putsWhatIsBeyondTheTenantsColumnsIntoTheOverflowForGood() throws IOException {
    assertThat(place("acme", 2, "A", "B")).containsOnlyKeys("A", "B");
    assertThat(place("acme", 2, "C")).containsEntry("C", "elements_overflow");
    assertThat(place("acme", 100, "C", "D"))
        .containsEntry("C", "elements_overflow")
        .containsEntry("D", "d");
    assertThat(place("globex", 2, "C")).containsEntry("C", "c");
    LedgerEntry entry = TestRecords.entry("acme", "c1", "1", "A", "1", "C", "3", "D", "4");
    WarehouseTest.commit(warehouse, "run", entry);
    assertThat(entries()).containsExactly(entry);
  }

  @Test
  void writersThatAddAtOnceAgree() throws Exception {
    List<String> ids =
        IntStream.range(0, 12).mapToObj(n -> "Dim" + n / 2 + (n % 2 == 0 ? "-" : "_")).toList();
    List<Future<Map<String, String>>> results = new ArrayList<>();
    ExecutorService writers = Executors.newFixedThreadPool(3);
    try {
      for (int writer = 0; writer < 3; writer++) {
        int start = writer * 4;
        results.add(
            writers.submit(
                () -> {
                  Map<String, String> places = new TreeMap<>();
                  try (Warehouse own = Warehouse.open(WarehouseSettings.local(directory))) {
                    DimensionColumns columns = new DimensionColumns(own, 100);
                    for (int n = 0; n < ids.size(); n++) {
                      places.putAll(
                          columns.place("acme", Set.of(ids.get((start + n) % ids.size()))));
                    }
                  }
                  return places;
                }));
      }
      Map<String, String> agreed = place("acme", 100, ids.toArray(String[]::new));
      assertThat(agreed.values()).doesNotHaveDuplicates().hasSize(ids.size());
      for (Future<Map<String, String>> result : results) {
        assertThat(result.get()).containsAllEntriesOf(agreed);
      }
      assertThat(
              WarehouseTest.records(WarehouseReader.current(warehouse), WarehouseTable.DIMENSIONS))
          .hasSize(ids.size());
    } finally {
      writers.shutdownNow();
    }
  }

  private Map<String, String> place(String tenant, int perTenant, String... ids) {
    return new DimensionColumns(warehouse, perTenant).place(tenant, Set.of(ids));
  }

  private Schema ledgerSchema() {
    return warehouse.table(WarehouseTable.COST_LEDGER).schema();
  }

  private List<LedgerEntry> entries() throws IOException {
    try (CloseableIterable<LedgerEntry> entries =
        WarehouseReader.sealed(warehouse).entries("acme", List.of())) {
      List<LedgerEntry> list = new ArrayList<>();
      entries.forEach(list::add);
      return list;
    }
  }
}
