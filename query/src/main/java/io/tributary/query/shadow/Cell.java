package io.tributary.query.shadow;

import io.tributary.dimensions.definitions.CodePointOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one cost is about.
 *
 * @param values one for each name of the comparison, null for no element; none for the period
 * @param period as text, in the grain of the comparison
 */
public record Cell(List<@Nullable String> values, String period, String currency) {

  static final Comparator<Cell> ORDER =
      Comparator.comparing(Cell::period)
          .thenComparing(Cell::currency, CodePointOrder.ORDER)
          .thenComparing(Cell::values, Cell::compareValues);

  private static final Comparator<@Nullable String> NULL_LAST =
      Comparator.nullsLast(CodePointOrder.ORDER);

  /** What keeps its total whatever element a cost is under. */
  record Group(String period, String currency) {}

  /** Cells that differ in one value alone. */
  record Siblings(List<@Nullable String> others, String period, String currency) {}

  public Cell {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  Group group() {
    return new Group(period, currency);
  }

  Siblings without(int name) {
    List<@Nullable String> others = new ArrayList<>(values);
    others.remove(name);
    return new Siblings(others, period, currency);
  }

  private static int compareValues(List<@Nullable String> left, List<@Nullable String> right) {
    for (int i = 0; i < left.size(); i++) {
      int order = NULL_LAST.compare(left.get(i), right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
