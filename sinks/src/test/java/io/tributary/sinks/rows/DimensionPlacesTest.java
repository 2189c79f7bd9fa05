package io.tributary.sinks.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.LedgerEntry;
import io.tributary.sinks.TestRecords;
import io.tributary.sinks.WatchedFileIO;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.catalog.WarehouseTest;
import io.tributary.sinks.maintenance.TableTiers;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A warehouse of 15 tenants, each of which came with a commit of its own. */
class DimensionPlacesTest {

  private static final int TENANTS = 15;

  @TempDir Path directory;
  private final AtomicInteger filesRead = new AtomicInteger();
  private Warehouse warehouse;
  private DimensionColumns first;

  @BeforeEach
  void open() {
    warehouse =
        WatchedFileIO.open(
            WarehouseSettings.local(directory),
            location -> {
              if (location.contains("/dimensions/")) {
                filesRead.incrementAndGet();
              }
            });
    first = new DimensionColumns(warehouse, 100);
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      first.place("tenant-" + tenant, Set.of("Team", "Product"));
    }
  }

  @AfterEach
  void close() {
    warehouse.close();
  }

  /** A data file and a manifest for each tenant, and the list of these. */
  @Test
  void aWriterReadsTheTableOnceForAllTenants() {
    assertThat(filesReadBy(new DimensionColumns(warehouse, 100)))
        .isBetween(TENANTS, 2 * TENANTS + 9);
  }

  @Test
  void aWriterReadsFewFilesOfAMergedTable() {
    TableTiers.Result merged = new TableTiers(warehouse).merge(WarehouseTable.DIMENSIONS);

    assertThat(merged).isEqualTo(new TableTiers.Result(TENANTS, 1, 2 * TENANTS, 2 * TENANTS));
    assertThat(filesReadBy(new DimensionColumns(warehouse, 100))).isBetween(1, 9);
  }

  @Test
  void aWriterReadsOnlyWhatOthersHaveAdded() {
    new DimensionColumns(warehouse, 100).place("another", Set.of("Team", "CostCenter"));
    new TableTiers(warehouse).merge(WarehouseTable.DIMENSIONS);
    new DimensionColumns(warehouse, 100).place("another", Set.of("Stage"));
    int before = filesRead.get();

    assertThat(first.place("another", Set.of("Team")))
        .isEqualTo(Map.of("Team", "team", "CostCenter", "cost_center", "Stage", "stage"));
    assertThat(filesRead.get() - before).isBetween(2, 9);
  }

  @Test
  void tenantsThatComeTogetherAreOneCommit() throws IOException {
    LedgerEntry[] entries =
        IntStream.range(0, 500)
            .mapToObj(
                n ->
                    TestRecords.entry(
                        "new-" + n % 100, "c" + n, "1", "Team", "web", "New" + n % 5, "x"))
            .toArray(LedgerEntry[]::new);
    long before = commits();

    WarehouseTest.commit(warehouse, "run", entries);

    assertThat(commits() - before).isEqualTo(1);
    assertThat(new DimensionColumns(warehouse, 100).place("new-99", Set.of()))
        .isEqualTo(Map.of("Team", "team", "New4", "new4"));
    try (CloseableIterable<LedgerEntry> read =
        WarehouseReader.sealed(warehouse).entries("new-99", List.of())) {
      assertThat(read)
          .containsExactlyInAnyOrder(
              entries[99], entries[199], entries[299], entries[399], entries[499]);
    }
  }

  private long commits() {
    return StreamSupport.stream(
            warehouse.table(WarehouseTable.DIMENSIONS).snapshots().spliterator(), false)
        .count();
  }

  private int filesReadBy(DimensionColumns columns) {
    int before = filesRead.get();
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      assertThat(columns.place("tenant-" + tenant, Set.of("Team")))
          .isEqualTo(Map.of("Team", "team", "Product", "product"));
    }
    return filesRead.get() - before;
  }
}
