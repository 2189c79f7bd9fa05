package io.tributary.sinks.rollup;

import io.tributary.events.Measures;
import io.tributary.events.Money;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.DimensionDocs;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** Rows of a rollup, under the schema that its table has: how they follow from the ledger's. */
public final class RollupRows {

  public static final List<String> COSTS =
      List.of("billed_cost", "effective_cost", "list_cost", "contracted_cost");

  /** Means something within one unit, so it is kept where the unit is. */
  public static final String QUANTITY = "consumed_quantity";

  private static final int NONE = -1;

  private final Rollup rollup;
  private final GenericRecord blank;
  private final int[] source;
  private final List<Integer> groups = new ArrayList<>();
  private final int[] costs = new int[COSTS.size()];
  private final int quantity;
  private final int tenant;
  private final int entryTime;
  private final int chargeStart;
  private final int overflow;
  private final Map<Integer, String> dimensions = new TreeMap<>();

  /**
   * @param ledger what rows of the ledger are read in
   * @param table what rows of the rollup are written in; columns that are not read stay empty
   */
  RollupRows(Rollup rollup, Schema ledger, Schema table) {
    this.rollup = rollup;
    this.blank = GenericRecord.create(table);
    this.tenant = position(table, Columns.TENANT_ID);
    this.entryTime = position(table, Columns.ENTRY_TIME);
    this.chargeStart = position(table, Columns.CHARGE_PERIOD_START);
    this.overflow = position(table, Columns.ELEMENTS_OVERFLOW);
    this.quantity = position(table, QUANTITY);
    for (int i = 0; i < costs.length; i++) {
      costs[i] = position(table, COSTS.get(i));
    }
    Map<String, String> ids = DimensionDocs.idsByColumn(table);
    List<NestedField> columns = table.columns();
    this.source = new int[columns.size()];
    for (int i = 0; i < source.length; i++) {
      String name = columns.get(i).name();
      source[i] = position(ledger, name);
      if (!COSTS.contains(name) && i != quantity && i != entryTime) {
        groups.add(i);
      }
      String dimension = ids.get(name);
      if (dimension != null) {
        dimensions.put(i, dimension);
      }
    }
  }

  private static int position(Schema schema, String column) {
    NestedField field = schema.findField(column);
    return field == null ? NONE : schema.columns().indexOf(field);
  }

  /** A row of the ledger at the grain of the rollup, without what it does not keep. */
  Record row(Record entry) {
    Record row = blank.copy();
    for (int i = 0; i < source.length; i++) {
      if (source[i] != NONE) {
        row.set(i, entry.get(source[i]));
      }
    }
    row.set(chargeStart, at(row, chargeStart, rollup.grain()::start));
    if (overflow != NONE) {
      row.set(overflow, kept((Map<?, ?>) row.get(overflow)));
    }
    return row;
  }

  private @Nullable Map<String, String> kept(@Nullable Map<?, ?> beyond) {
    if (beyond == null) {
      return null;
    }
    Map<String, String> kept = new TreeMap<>();
    beyond.forEach(
        (dimension, element) -> {
          if (rollup.keeps(dimension.toString())) {
            kept.put(dimension.toString(), element.toString());
          }
        });
    return kept.isEmpty() ? null : kept;
  }

  private static OffsetDateTime at(Record row, int position, UnaryOperator<Instant> change) {
    Instant time = ((OffsetDateTime) row.get(position)).toInstant();
    return change.apply(time).atOffset(ZoneOffset.UTC);
  }

  /** What rows are told apart by; entries of two UTC days are. */
  List<@Nullable Object> group(Record row) {
    List<@Nullable Object> group = new ArrayList<>(groups.size() + 1);
    groups.forEach(position -> group.add(row.get(position)));
    group.add(at(row, entryTime, time -> time.truncatedTo(ChronoUnit.DAYS)));
    return group;
  }

  String tenant(Record row) {
    return row.get(tenant).toString();
  }

  Instant chargeStart(Record row) {
    return ((OffsetDateTime) row.get(chargeStart)).toInstant();
  }

  OffsetDateTime entryTime(Record row) {
    return (OffsetDateTime) row.get(entryTime);
  }

  void entryTime(Record row, OffsetDateTime time) {
    row.set(entryTime, time);
  }

  Measures measures(Record row) {
    return new Measures(
        amount(row, costs[0]),
        amount(row, costs[1]),
        amount(row, costs[2]),
        amount(row, costs[3]),
        quantity == NONE ? Money.ZERO : amount(row, quantity));
  }

  private static BigDecimal amount(Record row, int position) {
    return (BigDecimal) row.get(position);
  }

  void measures(Record row, Measures measures) {
    row.set(costs[0], measures.billed());
    row.set(costs[1], measures.effective());
    row.set(costs[2], measures.list());
    row.set(costs[3], measures.contracted());
    if (quantity != NONE) {
      row.set(quantity, measures.quantity());
    }
  }

  /** The elements of a row by dimension. */
  Map<String, String> elements(Record row) {
    Map<String, String> elements = new TreeMap<>();
    dimensions.forEach(
        (position, dimension) -> {
          Object element = row.get(position);
          if (element != null) {
            elements.put(dimension, element.toString());
          }
        });
    beyond(row).forEach(elements::put);
    return elements;
  }

  /** Puts other elements in place of those of the same dimensions. */
  void replace(Record row, Map<String, String> elements) {
    Map<String, String> beyond = beyond(row);
    dimensions.forEach(
        (position, dimension) -> {
          String element = elements.get(dimension);
          if (element != null && row.get(position) != null) {
            row.set(position, element);
          }
        });
    beyond.replaceAll((dimension, element) -> elements.getOrDefault(dimension, element));
    if (!beyond.isEmpty()) {
      row.set(overflow, beyond);
    }
  }

  private Map<String, String> beyond(Record row) {
    Map<String, String> beyond = new TreeMap<>();
    if (overflow != NONE && row.get(overflow) instanceof Map<?, ?> map) {
      map.forEach((dimension, element) -> beyond.put(dimension.toString(), element.toString()));
    }
    return beyond;
  }
}
