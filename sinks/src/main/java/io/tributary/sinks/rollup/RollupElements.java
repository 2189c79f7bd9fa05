package io.tributary.sinks.rollup;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.RollupElement;
import io.tributary.sinks.catalog.TableScans;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.rows.DimensionColumns;
import io.tributary.sinks.rows.PlaceAppend;
import io.tributary.sinks.rows.WarehouseRow;
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
import org.apache.iceberg.data.Record;
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

  /** The same sums to the last digit, elements without a place under {@link #OTHER}. */
  List<Record> guard(RollupRows rows, List<Record> sums) {
    know(sums.stream().map(rows::tenant).collect(Collectors.toSet()));
    Map<Dimension, Map<String, BigDecimal>> undecided = undecided(rows, sums);
    if (!undecided.isEmpty()) {
      decide(undecided);
    }
    boolean changed = false;
    for (Record sum : sums) {
      changed |= replace(rows, sum);
    }
    if (!changed) {
      return sums;
    }
    RollupSums guarded = new RollupSums(rows);
    sums.forEach(guarded::add);
    return guarded.drain();
  }

  private boolean replace(RollupRows rows, Record sum) {
    Map<String, Kept> kept = keptByTenant.getOrDefault(rows.tenant(sum), Map.of());
    Map<String, String> others = new TreeMap<>();
    rows.elements(sum)
        .forEach(
            (id, element) -> {
              Kept ofDimension = kept.get(id);
              if (ofDimension == null || !ofDimension.elements.contains(element)) {
                others.put(id, OTHER);
              }
            });
    if (!others.isEmpty()) {
      rows.replace(sum, others);
    }
    return !others.isEmpty();
  }

  /** Elements that have neither a place nor none, with what they cost without regard to sign. */
  private Map<Dimension, Map<String, BigDecimal>> undecided(RollupRows rows, List<Record> sums) {
    Map<Dimension, Map<String, BigDecimal>> undecided = new TreeMap<>(Dimension.ORDER);
    for (Record sum : sums) {
      String tenant = rows.tenant(sum);
      Map<String, Kept> kept = keptByTenant.getOrDefault(tenant, Map.of());
      BigDecimal cost = rows.measures(sum).effective().abs();
      rows.elements(sum)
          .forEach(
              (id, element) -> {
                Kept ofDimension = kept.get(id);
                if (ofDimension == null || !ofDimension.decides(element)) {
                  undecided
                      .computeIfAbsent(new Dimension(tenant, id), d -> new HashMap<>())
                      .merge(element, cost, BigDecimal::add);
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
          "{} has more than {} elements of {}; rollups sum the others under {}",
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
