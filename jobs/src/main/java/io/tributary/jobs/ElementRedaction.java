package io.tributary.jobs;

import io.tributary.attribution.TenantPolicies;
import io.tributary.dimensions.definitions.ChargeRow;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.events.DefinitionsPublished;
import io.tributary.sinks.catalog.DimensionColumn;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.maintenance.ElementErasure;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.sinks.read.WarehouseReader.Stored;
import io.tributary.sinks.rollup.Rollups;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.io.CloseableIterable;

/**
 * What policies mean for the history of the ledger and for what is summed of it: where a dimension
 * is made of a label that a policy does not allow, its elements are taken out that no net entry has
 * any more. The net is what the policies allow by the time the ledger shows them, and whatever a
 * stream writes later it makes of labels as they leave them.
 */
final class ElementRedaction {

  private final Warehouse warehouse;
  private final Clock clock;

  ElementRedaction(Warehouse warehouse, Clock clock) {
    this.warehouse = warehouse;
    this.clock = clock;
  }

  /** Makes the next round look at the ledger of a tenant although it followed its policies. */
  static void lookAgain(Warehouse warehouse, String tenant) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    String property = Redaction.property(tenant);
    if (ledger.properties().containsKey(property)) {
      ledger.updateProperties().remove(property).commit();
    }
  }

  /**
   * Takes them out where that was not done for the policies as they are. A tenant whose ledger is
   * behind with a change waits.
   *
   * @param reader shows the policies
   * @param versions what tells two states of the policies of a tenant apart, by tenant
   * @param anew whether also where it was done
   * @return rows that were changed
   */
  SortedMap<WarehouseTable, Long> follow(
      WarehouseReader reader,
      TenantPolicies policies,
      SortedMap<String, String> versions,
      boolean anew)
      throws IOException {
    Map<String, String> properties = warehouse.table(WarehouseTable.COST_LEDGER).properties();
    SortedMap<WarehouseTable, Long> rows = new TreeMap<>();
    SortedMap<String, String> followed = new TreeMap<>();
    for (Map.Entry<String, String> tenant : versions.entrySet()) {
      String property = Redaction.property(tenant.getKey());
      boolean due = anew || !tenant.getValue().equals(properties.get(property));
      if (due && Settled.isSettled(reader.snapshot(WarehouseTable.COST_LEDGER), tenant.getKey())) {
        erasure(reader, tenant.getKey(), policies)
            .run()
            .forEach((table, count) -> rows.merge(table, count, Long::sum));
        followed.put(property, tenant.getValue());
      }
    }
    if (!followed.isEmpty()) {
      // Also where a round was killed in between.
      new Rollups(warehouse).catchUp();
      followed
          .entrySet()
          .removeIf(tenant -> tenant.getValue().equals(properties.get(tenant.getKey())));
    }
    if (!followed.isEmpty()) {
      UpdateProperties update = warehouse.table(WarehouseTable.COST_LEDGER).updateProperties();
      followed.forEach(update::set);
      update.commit();
    }
    return rows;
  }

  /** How many rows there are to be changed. */
  SortedMap<WarehouseTable, Long> due(WarehouseReader reader, TenantPolicies policies)
      throws IOException {
    SortedMap<WarehouseTable, Long> rows = new TreeMap<>();
    for (String tenant : policies.restricted()) {
      erasure(reader, tenant, policies)
          .due()
          .forEach((table, count) -> rows.merge(table, count, Long::sum));
    }
    return rows;
  }

  private ElementErasure erasure(WarehouseReader reader, String tenant, TenantPolicies policies)
      throws IOException {
    return new ElementErasure(warehouse, tenant, dimensions(reader, tenant, policies), clock);
  }

  /** Dimensions that were ever made of what a policy does not allow. */
  private static SortedSet<String> dimensions(
      WarehouseReader reader, String tenant, TenantPolicies policies) throws IOException {
    SortedSet<String> dimensions = new TreeSet<>();
    Set<String> read = new HashSet<>();
    try (CloseableIterable<Stored<DefinitionsPublished>> rows =
        reader.records(DefinitionsPublished.class, WarehouseReader.tenant(tenant))) {
      for (Stored<DefinitionsPublished> row : rows) {
        String yaml = row.record().getYaml();
        if (!read.add(ContentHash.of(yaml))) {
          continue;
        }
        try {
          dimensions.addAll(
              Definitions.load("archived", yaml)
                  .dimensionsReading(
                      source ->
                          ChargeRow.mayComeFrom(
                              source,
                              name -> policies.restrictsLabel(tenant, name),
                              name -> policies.restrictsExtra(tenant, name))));
        } catch (InvalidDefinitionsException e) {
          // An earlier version has taken them; it is not known any more what they read.
          return all(reader, tenant);
        }
      }
    }
    return dimensions;
  }

  private static SortedSet<String> all(WarehouseReader reader, String tenant) throws IOException {
    SortedSet<String> dimensions = new TreeSet<>();
    try (CloseableIterable<Stored<DimensionColumn>> rows =
        reader.records(DimensionColumn.class, WarehouseReader.tenant(tenant))) {
      rows.forEach(row -> dimensions.add(row.record().getDimension()));
    }
    return dimensions;
  }
}
