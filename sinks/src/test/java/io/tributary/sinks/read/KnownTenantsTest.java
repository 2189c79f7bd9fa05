package io.tributary.sinks.read;

import static io.tributary.sinks.catalog.WarehouseTest.commit;
import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.sinks.TestRecords;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseSettings;
import io.tributary.sinks.catalog.WarehouseTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KnownTenantsTest {

  @TempDir Path directory;

  private static SpecificRecordBase row(WarehouseTable table, String tenant) {
    SpecificRecordBase row = TestRecords.full(table, 1);
    row.put(row.getSchema().getField(Columns.TENANT_ID).pos(), tenant);
    return row;
  }

  @Test
  void aNewWarehouseHasNone() {
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      assertThat(KnownTenants.of(warehouse)).isEmpty();
      assertThat(KnownTenants.has(warehouse, "acme")).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "COST_LEDGER",
        "OWNERS",
        "DEFINITIONS",
        "DELIVERIES",
        "ENTITIES",
        "PRICES",
        "TELEMETRY",
        "CHARGES",
        "USAGE_HOURLY",
        "REJECTED"
      })
  void aRowInAnyTableMakesATenantKnown(WarehouseTable table) {
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      commit(warehouse, "one", row(table, "acme"));

      assertThat(KnownTenants.of(warehouse)).containsExactly("acme");
      assertThat(KnownTenants.has(warehouse, "acme")).isTrue();
      assertThat(KnownTenants.has(warehouse, "acm")).isFalse();
      assertThat(KnownTenants.has(warehouse, "ACME")).isFalse();
    }
  }

  @Test
  void tenantsThatShareFilesAndLongNamesAreToldApart() {
    String longName = "a tenant with a name that is longer than bounds ";
    try (Warehouse warehouse = Warehouse.open(WarehouseSettings.local(directory))) {
      List<SpecificRecordBase> rows = new ArrayList<>();
      for (String tenant : List.of("b", longName + 1, longName + 2, "zeta")) {
        rows.add(row(WarehouseTable.ENTITIES, tenant));
      }
      commit(warehouse, "shared", rows.toArray(SpecificRecordBase[]::new));
      commit(warehouse, "nobody's", row(WarehouseTable.REJECTED, ""));

      assertThat(KnownTenants.of(warehouse))
          .containsExactly(longName + 1, longName + 2, "b", "zeta");
      assertThat(KnownTenants.has(warehouse, longName)).isFalse();
      assertThat(KnownTenants.has(warehouse, longName + 2)).isTrue();
    }
  }
}
