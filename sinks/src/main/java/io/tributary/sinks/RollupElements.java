package io.tributary.sinks;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which elements of a tenant's dimension rollups keep apart: the first so many, for ever, as the
 * table {@code rollup_elements} has them. All others are one, {@link #OTHER}. An element's place
 * never changes, so an entry and its reversal meet, whoever writes them and whenever.
 */
final class RollupElements {

  /** Stands for every element without a place. */
  static final String OTHER = "(other)";

  /** Elements of one dimension of a tenant that are kept apart. */
  static final int PER_DIMENSION = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(RollupElements.class);
  private static final int ATTEMPTS = 100;
  private static final int TENANTS_IN_MEMORY = 1_000;

  /** A dimension of a tenant. */
  private record Dimension(String tenant, String id) {

    private static final Comparator<Dimension> ORDER =
        Comparator.comparing(Dimension::tenant).thenComparing(Dimension::id);
  }

  private static final class Kept {
    private final Set<String> elements = new HashSet<>();
    private boolean full;

    boolean decides(String element) {
      return full || elements.contains(element);
    }
  }

  private final Warehouse warehouse;
  private final DimensionColumns dimensions;
  private final int perDimension;
  private final Map<String, Map<String, Kept>> keptByTenant = new LinkedHashMap<>();

  /**
   * @param perDimension see {@link #PER_DIMENSION}
   */
  RollupElements(Warehouse warehouse, DimensionColumns dimensions, int perDimension) {
    this.warehouse = warehouse;
    this.dimensions = dimensions;
    this.perDimension = perDimension;
  }

  /** The same costs to the last digit, elements without a place under {@link #OTHER}. */
  List<DailyCost> guard(List<DailyCost> costs) {
    know(costs.stream().map(DailyCost::getTenantId).collect(Collectors.toSet()));
    Map<Dimension, Map<String, BigDecimal>> undecided = undecided(costs);
    if (!undecided.isEmpty()) {
      decide(undecided);
    }
    DailySums sums = new DailySums();
    boolean changed = false;
    for (DailyCost cost : costs) {
      changed |= replace(cost);
    }
    if (!changed) {
      return costs;
    }
    costs.forEach(sums::add);
    return sums.drain();
  }

  private boolean replace(DailyCost cost) {
    Map<String, Kept> kept = keptByTenant.getOrDefault(cost.getTenantId(), Map.of());
    Map<String, String> replaced = null;
    for (Map.Entry<String, String> element : cost.getElements().entrySet()) {
      Kept ofDimension = kept.get(element.getKey());
      if (ofDimension == null || !ofDimension.elements.contains(element.getValue())) {
        replaced = replaced == null ? new TreeMap<>(cost.getElements()) : replaced;
        replaced.put(element.getKey(), OTHER);
      }
    }
    if (replaced != null) {
      cost.setElements(replaced);
    }
    return replaced != null;
  }

  /** Elements that have neither a place nor none, with what they cost without regard to sign. */
  private Map<Dimension, Map<String, BigDecimal>> undecided(List<DailyCost> costs) {
    Map<Dimension, Map<String, BigDecimal>> undecided = new TreeMap<>(Dimension.ORDER);
    for (DailyCost cost : costs) {
      Map<String, Kept> kept = keptByTenant.getOrDefault(cost.getTenantId(), Map.of());
      cost.getElements()
          .forEach(
              (id, element) -> {
                Kept ofDimension = kept.get(id);
                if (ofDimension == null || !ofDimension.decides(element)) {
                  undecided
                      .computeIfAbsent(new Dimension(cost.getTenantId(), id), d -> new HashMap<>())
                      .merge(element, cost.getEffectiveCost().abs(), BigDecimal::add);
                }
              });
    }
    return undecided;
  }

  /** Gives places, the costliest first, in one commit for all. */
  private void decide(Map<Dimension, Map<String, BigDecimal>> undecided) {
    Set<String> tenants = new TreeSet<>();
    undecided.keySet().forEach(dimension -> tenants.add(dimension.tenant));
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Table table = warehouse.table(WarehouseTable.ROLLUP_ELEMENTS);
      read(table, tenants);
      List<RollupElement> added = new ArrayList<>();
      undecided.forEach((dimension, elements) -> added.addAll(newPlaces(dimension, elements)));
      if (added.isEmpty() || record(table, added)) {
        added.forEach(p -> keep(p.getTenantId(), p.getDimension(), p.getElement()));
        return;
      }
    }
    throw new WarehouseException("no place for the elements of " + tenants + ": others win");
  }

  private List<RollupElement> newPlaces(Dimension dimension, Map<String, BigDecimal> elements) {
    Kept kept =
        keptByTenant
            .getOrDefault(dimension.tenant, Map.of())
            .getOrDefault(dimension.id, new Kept());
    List<String> candidates =
        elements.keySet().stream()
            .filter(element -> !kept.decides(element))
            .sorted(
                Comparator.<String, BigDecimal>comparing(
                        element -> elements.getOrDefault(element, BigDecimal.ZERO))
                    .reversed()
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    int room = Math.max(0, perDimension - kept.elements.size());
    List<RollupElement> added = new ArrayList<>();
    candidates.stream()
        .limit(room)
        .forEach(element -> added.add(place(dimension).setElement(element).build()));
    if (candidates.size() > room) {
      added.add(place(dimension).build());
      LOG.warn(
          "{} has more than {} elements of {}; cost_daily sums the others under {}",
          dimension.tenant,
          perDimension,
          dimension.id,
          OTHER);
    }
    return added;
  }

  private static RollupElement.Builder place(Dimension dimension) {
    return RollupElement.newBuilder().setTenantId(dimension.tenant).setDimension(dimension.id);
  }

  private boolean record(Table table, List<RollupElement> added) {
    return PlaceAppend.record(
        warehouse,
        WarehouseTable.ROLLUP_ELEMENTS,
        table,
        dimensions,
        added.stream().map(WarehouseRow::of).toList());
  }

  /** What is in memory holds for ever: places are only added. */
  private void know(Set<String> tenants) {
    Set<String> unknown = new TreeSet<>(tenants);
    unknown.removeAll(keptByTenant.keySet());
    if (keptByTenant.size() + unknown.size() > TENANTS_IN_MEMORY) {
      keptByTenant.clear();
      unknown.addAll(tenants);
    }
    if (!unknown.isEmpty()) {
      read(warehouse.table(WarehouseTable.ROLLUP_ELEMENTS), unknown);
    }
  }

  private void read(Table table, Collection<String> tenants) {
    tenants.forEach(tenant -> keptByTenant.put(tenant, new HashMap<>()));
    TableScans.forEach(
        table,
        Expressions.in(Columns.TENANT_ID, tenants.toArray()),
        row -> {
          Object element = row.getField("element");
          keep(
              row.getField(Columns.TENANT_ID).toString(),
              row.getField("dimension").toString(),
              element == null ? null : element.toString());
        });
  }

  private void keep(String tenant, String dimension, @Nullable String element) {
    Kept kept =
        keptByTenant
            .computeIfAbsent(tenant, t -> new HashMap<>())
            .computeIfAbsent(dimension, d -> new Kept());
    if (element == null) {
      kept.full = true;
    } else {
      kept.elements.add(element);
    }
  }
}
