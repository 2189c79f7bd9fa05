package io.tributary.sinks.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DimensionColumn;
import io.tributary.sinks.catalog.DimensionDocs;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * Which column of the ledger keeps which dimension. A column belongs to one dimension id for ever,
 * for all tenants; it says so in its documentation, which Iceberg changes together with the column.
 * The table {@code dimensions} records per tenant where each of its dimensions went, so that an
 * entry and its reversal always meet in the same place. Writers that add at once do not disturb
 * each other: the loser of a commit reads again.
 */
public final class DimensionColumns {

  /** Dimensions of one tenant that get a column; later ones go to the overflow map. */
  public static final int PER_TENANT = 100;

  private static final int ATTEMPTS = 100;

  private final Warehouse warehouse;
  private final int perTenant;
  private final DimensionPlaces places = new DimensionPlaces();
  private final Map<String, String> columnById = new HashMap<>();

  /**
   * @param perTenant columns a tenant may have, see {@link #PER_TENANT}
   */
  public DimensionColumns(Warehouse warehouse, int perTenant) {
    this.warehouse = warehouse;
    this.perTenant = perTenant;
  }

  /** Whether each of {@code dimensions} is known to have a place, so that nothing is to be read. */
  boolean has(String tenant, Collection<String> dimensions) {
    Map<String, String> placed = places.of(tenant);
    return placed != null && placed.keySet().containsAll(dimensions);
  }

  /**
   * Where {@code tenant}'s dimensions are kept, each of {@code dimensions} among them: what has no
   * place gets one.
   *
   * @return column by dimension id; {@code elements_overflow} beyond the tenant's columns
   */
  public Map<String, String> place(String tenant, Collection<String> dimensions) {
    place(Map.of(tenant, new TreeSet<>(dimensions)));
    return places.orNone(tenant);
  }

  /**
   * Gives places to what has none: of all tenants in one commit, since a commit takes as long for
   * one as for a hundred.
   *
   * @param wanted dimensions by tenant
   */
  void place(Map<String, SortedSet<String>> wanted) {
    for (int attempt = 1; !hasAll(wanted); attempt++) {
      if (attempt > ATTEMPTS) {
        throw new WarehouseException(
            "no place for the dimensions of " + wanted.keySet() + ": others win");
      }
      Table table = warehouse.table(WarehouseTable.DIMENSIONS);
      places.read(table);
      SortedMap<String, SortedSet<String>> missing = new TreeMap<>();
      wanted.forEach(
          (tenant, dimensions) -> {
            SortedSet<String> without = new TreeSet<>(dimensions);
            without.removeAll(places.orNone(tenant).keySet());
            if (!without.isEmpty()) {
              missing.put(tenant, without);
            }
          });
      if (!missing.isEmpty()) {
        List<DimensionColumn> added = newPlaces(missing);
        if (record(table, added)) {
          places.added(table, added);
        }
      }
    }
  }

  private boolean hasAll(Map<String, SortedSet<String>> wanted) {
    return wanted.entrySet().stream().allMatch(tenant -> has(tenant.getKey(), tenant.getValue()));
  }

  private List<DimensionColumn> newPlaces(SortedMap<String, SortedSet<String>> missing) {
    SortedMap<String, List<String>> fitting = new TreeMap<>();
    missing.forEach(
        (tenant, dimensions) -> {
          long used =
              places.orNone(tenant).values().stream()
                  .filter(column -> !column.equals(Columns.ELEMENTS_OVERFLOW))
                  .count();
          fitting.put(tenant, dimensions.stream().limit(Math.max(0, perTenant - used)).toList());
        });
    Map<String, String> columns =
        columns(fitting.values().stream().flatMap(List::stream).distinct().sorted().toList());
    List<DimensionColumn> added = new ArrayList<>();
    missing.forEach(
        (tenant, dimensions) -> {
          Set<String> fits = Set.copyOf(fitting.getOrDefault(tenant, List.of()));
          for (String dimension : dimensions) {
            String column =
                fits.contains(dimension)
                    ? Objects.requireNonNull(columns.get(dimension))
                    : Columns.ELEMENTS_OVERFLOW;
            added.add(new DimensionColumn(tenant, dimension, column));
          }
        });
    return added;
  }

  /** Columns by dimension id, these among them. */
  private Map<String, String> columns(List<String> dimensions) {
    if (!columnById.keySet().containsAll(dimensions)) {
      columnById.putAll(addColumns(dimensions));
    }
    return columnById;
  }

  /** Columns of these ids, in one schema change for those that have none. */
  private Map<String, String> addColumns(List<String> dimensions) {
    for (int attempt = 1; ; attempt++) {
      Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
      SortedMap<String, NestedField> columns = new TreeMap<>();
      ledger.schema().columns().forEach(column -> columns.put(column.name(), column));
      Map<String, String> places = new TreeMap<>();
      UpdateSchema update = ledger.updateSchema();
      boolean changed = false;
      for (String dimension : dimensions) {
        String name = columnName(dimension, columns);
        places.put(dimension, name);
        if (!columns.containsKey(name)) {
          String doc = DimensionDocs.doc(dimension);
          update.addColumn(name, Types.StringType.get(), doc);
          columns.put(name, NestedField.optional(0, name, Types.StringType.get(), doc));
          changed = true;
        }
      }
      try {
        if (changed) {
          update.commit();
        }
        return places;
      } catch (CommitFailedException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static String columnName(String dimension, Map<String, NestedField> columns) {
    String slug = slug(dimension);
    String name = slug;
    for (int digits = 6; !isNamed(name) || !isFree(columns.get(name), dimension); digits++) {
      name = "dim_" + slug + "_" + sha256(dimension).substring(0, digits);
    }
    return name;
  }

  /** An id of other characters only says nothing once they are underscores. */
  private static boolean isNamed(String column) {
    return column.chars().anyMatch(c -> c != '_');
  }

  private static boolean isFree(@Nullable NestedField column, String dimension) {
    return column == null || dimension.equals(DimensionDocs.dimension(column));
  }

  /** {@code CostCenter} and {@code cost-center} become {@code cost_center}. */
  static String slug(String dimension) {
    return dimension
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_")
        .replaceAll("[^A-Za-z0-9]", "_")
        .toLowerCase(Locale.ROOT);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private boolean record(Table table, List<DimensionColumn> added) {
    List<WarehouseRow> rows = added.stream().map(WarehouseRow::of).toList();
    return PlaceAppend.record(warehouse, WarehouseTable.DIMENSIONS, table, this, rows);
  }
}
