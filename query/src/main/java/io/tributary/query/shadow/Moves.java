package io.tributary.query.shadow;

import io.tributary.events.Money;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds costs that the two systems have under other elements of one name. */
final class Moves {

  private final String id;
  private final int name;
  private final boolean exactly;

  /**
   * Moves between elements of one name.
   *
   * @param name its place among the values of a cell
   * @param exactly whether what cancels out must do so to the last digit
   */
  Moves(String id, int name, boolean exactly) {
    this.id = id;
    this.name = name;
    this.exactly = exactly;
  }

  void explain(Collection<OpenCell> all) {
    Map<Cell.Siblings, List<OpenCell>> siblings = new LinkedHashMap<>();
    for (OpenCell row : all) {
      if (row.isOpen(exactly)) {
        siblings.computeIfAbsent(row.cell.without(name), s -> new ArrayList<>()).add(row);
      }
    }
    for (List<OpenCell> cells : siblings.values()) {
      explainPairs(cells);
      cells.removeIf(cell -> !cell.isOpen(exactly));
      BigDecimal allowance = exactly ? BigDecimal.ZERO : OpenCell.allowance(cells);
      if (cells.size() > 1 && OpenCell.sum(cells).abs().compareTo(allowance) <= 0) {
        explainWhole(cells);
      }
    }
  }

  private void explainPairs(List<OpenCell> cells) {
    List<OpenCell> largest =
        cells.stream()
            .sorted(Comparator.comparing((OpenCell cell) -> cell.rest().abs()).reversed())
            .toList();
    List<BigDecimal> sizes = largest.stream().map(cell -> cell.rest().abs()).toList();
    BigDecimal widest =
        largest.stream().map(cell -> cell.allowance).reduce(BigDecimal.ZERO, BigDecimal::max);
    BigDecimal furthest = exactly ? BigDecimal.ZERO : widest.add(widest);
    for (int i = 0; i < largest.size(); i++) {
      for (int j = i + 1;
          j < largest.size() && sizes.get(i).subtract(sizes.get(j)).compareTo(furthest) <= 0;
          j++) {
        OpenCell one = largest.get(i);
        OpenCell other = largest.get(j);
        if (one.isOpen(exactly) && other.isOpen(exactly) && cancelOut(one, other)) {
          explainPair(one, other);
        }
      }
    }
  }

  private void explainPair(OpenCell one, OpenCell other) {
    OpenCell more = one.rest().signum() > 0 ? one : other;
    OpenCell less = more == one ? other : one;
    String told =
        "ours has %s under %s that the peer has under %s"
            .formatted(Money.plain(more.rest()), element(more), element(less));
    Cause cause = hasNone(List.of(one, other)) ? Cause.UNALLOCATED : Cause.RULE;
    one.explain(cause, one.rest(), told);
    other.explain(cause, other.rest(), told);
  }

  private boolean cancelOut(OpenCell one, OpenCell other) {
    BigDecimal allowance = exactly ? BigDecimal.ZERO : one.allowance.add(other.allowance);
    return one.rest().signum() == -other.rest().signum()
        && one.rest().add(other.rest()).abs().compareTo(allowance) <= 0;
  }

  private void explainWhole(List<OpenCell> cells) {
    BigDecimal moved =
        cells.stream()
            .map(OpenCell::rest)
            .filter(rest -> rest.signum() > 0)
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    OpenCell none =
        cells.stream()
            .filter(cell -> cell.cell.values().get(name) == null)
            .findFirst()
            .orElse(null);
    if (none != null && isAgainstAllOthers(none, cells)) {
      String told =
          "%s is under no %s with %s and under %d elements with the other"
              .formatted(
                  Money.plain(none.rest().abs()),
                  id,
                  none.rest().signum() > 0 ? "us" : "the peer",
                  cells.size() - 1);
      cells.forEach(cell -> cell.explain(Cause.UNALLOCATED, cell.rest(), told));
    } else {
      String told =
          "%s is under other elements of %s, %d of them; their sum is the same"
              .formatted(Money.plain(moved), id, cells.size());
      cells.forEach(cell -> cell.explain(Cause.RULE, cell.rest(), told));
    }
  }

  private static boolean isAgainstAllOthers(OpenCell none, List<OpenCell> cells) {
    return cells.stream()
        .allMatch(cell -> cell == none || cell.rest().signum() == -none.rest().signum());
  }

  private boolean hasNone(List<OpenCell> cells) {
    return cells.stream().anyMatch(cell -> cell.cell.values().get(name) == null);
  }

  private String element(OpenCell row) {
    String element = row.cell.values().get(name);
    return element == null ? "no " + id : "'" + element + "'";
  }
}
