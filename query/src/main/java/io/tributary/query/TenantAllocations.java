package io.tributary.query;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tributary.dimensions.definitions.AllocationPlan;
import io.tributary.dimensions.definitions.CodePointOrder;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.Dimension;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import io.tributary.dimensions.definitions.StreamFacts;
import io.tributary.events.DefinitionsPublished;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.iceberg.Snapshot;

/** Which allocations the view by a dimension brings along, by all definitions of the tenant. */
final class TenantAllocations {

  private static final int KEPT = 1_000;

  private record Key(String tenant, long definitionsSnapshot) {}

  private final Warehouse warehouse;
  private final Cache<Key, Map<String, SortedSet<String>>> known =
      Caffeine.newBuilder().maximumSize(KEPT).build();

  TenantAllocations(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  /**
   * The allocations whose transfers belong to the view by {@code dimensions} together.
   *
   * @throws QuestionException where they read allocations that do not read each other
   */
  SortedSet<String> of(String tenant, Collection<String> dimensions) {
    SortedSet<String> all = new TreeSet<>(CodePointOrder.ORDER);
    if (dimensions.isEmpty()) {
      return all;
    }
    Map<String, SortedSet<String>> byDimension = of(tenant);
    dimensions.forEach(id -> all.addAll(byDimension.getOrDefault(id, new TreeSet<>())));
    boolean together =
        all.isEmpty()
            || dimensions.stream()
                .anyMatch(id -> byDimension.getOrDefault(id, new TreeSet<>()).containsAll(all));
    if (!together) {
      throw new QuestionException(
          QuestionException.Code.INDEPENDENT_ALLOCATIONS,
          "the allocations "
              + String.join(", ", all)
              + " do not read each other, so each stands for itself; define a dimension that reads"
              + " them all and ask by it");
    }
    return all;
  }

  private Map<String, SortedSet<String>> of(String tenant) {
    Snapshot snapshot = warehouse.table(WarehouseTable.DEFINITIONS).currentSnapshot();
    return snapshot == null
        ? Map.of()
        : known.get(new Key(tenant, snapshot.snapshotId()), key -> read(key.tenant));
  }

  private Map<String, SortedSet<String>> read(String tenant) {
    Map<String, SortedSet<String>> byDimension = new HashMap<>();
    try (var rows =
        WarehouseReader.current(warehouse)
            .records(DefinitionsPublished.class, WarehouseReader.tenant(tenant))) {
      rows.forEach(row -> add(row.record(), byDimension));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the definitions", e);
    }
    return byDimension;
  }

  private static void add(
      DefinitionsPublished published, Map<String, SortedSet<String>> byDimension) {
    try {
      Definitions definitions = Definitions.load("definitions", published.getYaml());
      AllocationPlan plan = definitions.allocationPlan(StreamFacts.NONE);
      for (Dimension dimension : definitions.dimensions()) {
        byDimension
            .computeIfAbsent(dimension.id(), id -> new TreeSet<>(CodePointOrder.ORDER))
            .addAll(plan.allocationsOf(dimension.id()));
      }
    } catch (InvalidDefinitionsException e) {
      throw new IllegalStateException("accepted definitions no longer load", e);
    }
  }
}
