package io.tributary.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.events.LedgerEntry;
import io.tributary.sinks.audit.Audit;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTest;
import io.tributary.sinks.read.LedgerNet;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.io.CloseableIterable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {

  @TempDir Path directory;

  @Test
  void movedChargeNetsToItsNewTeamAndStillAddsUp() throws IOException {
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      WarehouseTest.commit(
          warehouse,
          "attributed",
          TestRecords.charge("acme", "c1", 1, "10"),
          TestRecords.entry("acme", "c1", "10", "Team", "web"));
      WarehouseTest.commit(
          warehouse,
          "moved",
          TestRecords.entry("acme", "c1", "-10", "Team", "web"),
          TestRecords.entry("acme", "c1", "10", "Team", "app"));
      LedgerNet net = new LedgerNet();
      try (CloseableIterable<LedgerEntry> entries =
          WarehouseReader.sealed(warehouse).entries("acme", List.of())) {
        entries.forEach(net::add);
      }
      assertThat(net.entries())
          .containsExactly(TestRecords.entry("acme", "c1", "10", "Team", "app"));
      assertThat(Audit.run(warehouse, null).findings()).isEmpty();
    }
  }
}
