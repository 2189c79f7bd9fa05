package io.tributary.query.shadow;

import io.tributary.query.shadow.Difference.Reason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A cell with what is not explained of it yet. */
final class OpenCell {

  final Cell cell;
  final BigDecimal amount;
  final BigDecimal allowance;
  private final List<Reason> reasons = new ArrayList<>();
  private BigDecimal rest;

  /**
   * Nothing is explained.
   *
   * @param amount by which the cell differs
   * @param allowance up to which rounding makes it differ
   */
  OpenCell(Cell cell, BigDecimal amount, BigDecimal allowance) {
    this.cell = cell;
    this.amount = amount;
    this.rest = amount;
    this.allowance = allowance;
  }

  void explain(Cause cause, BigDecimal part, String told) {
    if (part.signum() != 0) {
      reasons.add(new Reason(cause, part, told));
      rest = rest.subtract(part);
    }
  }

  BigDecimal rest() {
    return rest;
  }

  List<Reason> reasons() {
    return reasons;
  }

  /** Whether more is left than rounding makes; anything at all where it must be exact. */
  boolean isOpen(boolean exactly) {
    return exactly ? rest.signum() != 0 : rest.abs().compareTo(allowance) > 0;
  }

  static BigDecimal sum(Collection<OpenCell> cells) {
    return cells.stream().map(OpenCell::rest).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  static BigDecimal allowance(Collection<OpenCell> cells) {
    return cells.stream().map(cell -> cell.allowance).reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
