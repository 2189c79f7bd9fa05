package io.tributary.sinks.maintenance;

import io.tributary.events.Money;
import io.tributary.events.RowAmounts;
import io.tributary.sinks.catalog.Columns;
import io.tributary.sinks.catalog.WarehouseTable;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * How rows of a table are put in order, and which of them are one row when put together: signed
 * rows of one UTC day of entry that differ in nothing but what is summed. Rows of other tables are
 * left as they are. Rows are in Iceberg's in-memory form: times in µs since 1970.
 */
final class Netting {

  private static final long DAY = Duration.ofDays(1).toNanos() / 1_000;

  private final Comparator<StructLike> order;
  private final boolean nets;
  private final List<Integer> amounts = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();
  private final List<Integer> latest = new ArrayList<>();

  private Netting(boolean nets, boolean byDay, Schema schema, SortOrder sortOrder) {
    this.nets = nets;
    List<Integer> same = new ArrayList<>();
    for (int i = 0; i < schema.columns().size(); i++) {
      NestedField column = schema.columns().get(i);
      switch (role(column)) {
        case AMOUNT -> amounts.add(i);
        case COUNT -> counts.add(i);
        case LATEST -> latest.add(i);
        case SAME -> same.add(i);
        case TIER -> {}
      }
    }
    // Its values repeat nothing: what is sorted after it would be in no order at all.
    same.sort(Comparator.comparing(i -> schema.columns().get(i).name().equals(Columns.CHARGE_KEY)));
    this.order = order(nets, byDay, schema, sortOrder, same);
  }

  /** Of {@code table} as its metadata says it is sorted. */
  static Netting of(WarehouseTable table, Schema schema, SortOrder sortOrder) {
    return new Netting(table.isSigned(), true, schema, sortOrder);
  }

  /** Of rows that are put together whatever the days they were written on. */
  static Netting acrossDays(Schema schema, SortOrder sortOrder) {
    return new Netting(true, false, schema, sortOrder);
  }

  private enum Role {
    AMOUNT,
    COUNT,
    /** The newest of all rows that are put together. */
    LATEST,
    /** Is the same in all rows that are put together. */
    SAME,
    TIER
  }

  private static Role role(NestedField column) {
    if (column.type().typeId() == Type.TypeID.DECIMAL) {
      return Role.AMOUNT;
    }
    return switch (column.name()) {
      case "cells" -> Role.COUNT;
      case Columns.ENTRY_TIME, Columns.DEFINITIONS_VERSION -> Role.LATEST;
      case Columns.TIER -> Role.TIER;
      default -> Role.SAME;
    };
  }

  private static Comparator<StructLike> order(
      boolean nets, boolean byDay, Schema schema, SortOrder sortOrder, List<Integer> same) {
    List<Comparator<StructLike>> columns = new ArrayList<>();
    for (SortField field : sortOrder.fields()) {
      columns.add(by(schema, position(schema, schema.findColumnName(field.sourceId()))));
    }
    if (nets) {
      same.forEach(position -> columns.add(by(schema, position)));
    }
    if (nets && byDay) {
      int entryTime = position(schema, Columns.ENTRY_TIME);
      columns.add(Comparator.comparingLong(row -> Math.floorDiv(time(row, entryTime), DAY)));
    }
    return (a, b) -> {
      int result = 0;
      for (int i = 0; result == 0 && i < columns.size(); i++) {
        result = columns.get(i).compare(a, b);
      }
      return result;
    };
  }

  private static int position(Schema schema, String column) {
    return schema.columns().indexOf(schema.findField(column));
  }

  private static Comparator<StructLike> by(Schema schema, int position) {
    Comparator<Object> values = values(schema.columns().get(position).type());
    Comparator<Object> nullsFirst =
        (a, b) -> a == null || b == null ? nullOrder(a, b) : values.compare(a, b);
    return (a, b) ->
        nullsFirst.compare(a.get(position, Object.class), b.get(position, Object.class));
  }

  private static int nullOrder(@Nullable Object a, @Nullable Object b) {
    return Boolean.compare(a != null, b != null);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // Values have the class of their column's type.
  private static Comparator<Object> values(Type type) {
    return type.isMapType()
        ? (Comparator) Comparators.forType(type.asMapType())
        : Comparators.forType(type.asPrimitiveType());
  }

  private static long time(StructLike row, int position) {
    return row.get(position, Long.class);
  }

  /** The order in which rows are kept; rows that may be one come next to each other. */
  Comparator<StructLike> order() {
    return order;
  }

  /** Whether rows of the table are summed at all. */
  boolean nets() {
    return nets;
  }

  /** Positions of the exact amounts of a row. */
  List<Integer> amounts() {
    return amounts;
  }

  /**
   * Adds {@code other} to {@code row}, which may have more digits than a row holds then.
   *
   * @return whether they are one row now; not where they differ
   */
  boolean add(StructLike row, StructLike other) {
    if (!nets || order.compare(row, other) != 0) {
      return false;
    }
    for (int i : amounts) {
      row.set(i, amount(row, i).add(amount(other, i)));
    }
    for (int i : counts) {
      row.set(i, row.get(i, Long.class) + other.get(i, Long.class));
    }
    for (int i : latest) {
      row.set(i, Math.max(row.get(i, Long.class), other.get(i, Long.class)));
    }
    return true;
  }

  /** Whether one row holds a sum; what is not summed is a row already. */
  boolean fits(StructLike sum) {
    if (!nets) {
      return true;
    }
    for (int i : amounts) {
      if (!Money.fits(amount(sum, i))) {
        return false;
      }
    }
    return true;
  }

  /** The amounts of a sum as rows hold them. */
  List<List<BigDecimal>> rows(StructLike sum) {
    return RowAmounts.rows(amounts.stream().map(i -> amount(sum, i)).toList());
  }

  /** Puts {@code other} in place of the amounts of a row. */
  void replace(StructLike row, List<BigDecimal> other) {
    for (int i = 0; i < other.size(); i++) {
      row.set(amounts.get(i), other.get(i));
    }
  }

  /** Makes the first row of a sum a further one, which counts nothing. */
  void further(StructLike row, List<BigDecimal> other) {
    replace(row, other);
    counts.forEach(i -> row.set(i, 0L));
  }

  /** Whether leaving the row out changes no sum. */
  boolean isNothing(StructLike row) {
    if (!nets) {
      return false;
    }
    for (int i : amounts) {
      if (amount(row, i).signum() != 0) {
        return false;
      }
    }
    for (int i : counts) {
      if (row.get(i, Long.class) != 0) {
        return false;
      }
    }
    return true;
  }

  static BigDecimal amount(StructLike row, int position) {
    return row.get(position, BigDecimal.class);
  }
}
