package io.tributary.sinks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.expressions.Expressions;
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

  private static final String DOC_PREFIX = "Element of the dimension ";
  private static final int ATTEMPTS = 100;

  private final Warehouse warehouse;
  private final int perTenant;
  private final Map<String, Map<String, String>> placedByTenant = new HashMap<>();

  /**
   * @param perTenant columns a tenant may have, see {@link #PER_TENANT}
   */
  public DimensionColumns(Warehouse warehouse, int perTenant) {
    this.warehouse = warehouse;
    this.perTenant = perTenant;
  }

  /** Dimension ids by their column, in the order of the columns. */
  public static SortedMap<String, String> idsByColumn(Schema ledger) {
    SortedMap<String, String> ids = new TreeMap<>();
    for (NestedField column : ledger.columns()) {
      String id = dimension(column);
      if (id != null) {
        ids.put(column.name(), id);
      }
    }
    return ids;
  }

  private static @Nullable String dimension(NestedField column) {
    String doc = column.doc();
    return doc != null && doc.startsWith(DOC_PREFIX) ? doc.substring(DOC_PREFIX.length()) : null;
  }

  /**
   * Where {@code tenant}'s dimensions are kept, each of {@code dimensions} among them: what has no
   * place gets one.
   *
   * @return column by dimension id; {@code elements_overflow} beyond the tenant's columns
   */
  public Map<String, String> place(String tenant, Collection<String> dimensions) {
    Map<String, String> placed = placedByTenant.get(tenant);
    for (int attempt = 1; placed == null || !placed.keySet().containsAll(dimensions); attempt++) {
      if (attempt > ATTEMPTS) {
        throw new WarehouseException("no place for the dimensions of " + tenant + ": others win");
      }
      Table table = warehouse.table(WarehouseTable.DIMENSIONS);
      placed = read(table, tenant);
      SortedSet<String> missing = new TreeSet<>(dimensions);
      missing.removeAll(placed.keySet());
      if (!missing.isEmpty()) {
        Map<String, String> added = newPlaces(placed, missing);
        if (!record(table, tenant, added)) {
          placed = null;
          continue;
        }
        placed.putAll(added);
      }
      placedByTenant.put(tenant, placed);
    }
    return placed;
  }

  private Map<String, String> read(Table table, String tenant) {
    Map<String, String> placed = new TreeMap<>();
    TableScans.forEach(
        table,
        Expressions.equal(Columns.TENANT_ID, tenant),
        row ->
            placed.put(
                row.getField("dimension").toString(), row.getField("column_name").toString()));
    return placed;
  }

  private Map<String, String> newPlaces(Map<String, String> placed, SortedSet<String> missing) {
    long used = placed.values().stream().filter(c -> !c.equals(Columns.ELEMENTS_OVERFLOW)).count();
    List<String> fitting = missing.stream().limit(Math.max(0, perTenant - used)).toList();
    Map<String, String> places = addColumns(fitting);
    missing.forEach(dimension -> places.putIfAbsent(dimension, Columns.ELEMENTS_OVERFLOW));
    return places;
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
          String doc = DOC_PREFIX + dimension;
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
    return column == null || dimension.equals(dimension(column));
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

  private boolean record(Table table, String tenant, Map<String, String> added) {
    List<WarehouseRow> rows = new ArrayList<>();
    added.forEach(
        (dimension, column) ->
            rows.add(WarehouseRow.of(new DimensionColumn(tenant, dimension, column))));
    return PlaceAppend.record(warehouse, WarehouseTable.DIMENSIONS, table, this, rows);
  }
}
