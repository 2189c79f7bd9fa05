package io.tributary.events;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * What estimates and bills of some usage cells come to: a value that can be added, negated and
 * tested for zero. All costs at scale 18; the currency is the row's. A sum may have more digits
 * than a row holds.
 *
 * @param cells covered cells that have an estimate
 * @param estimated what these cells cost by their prices
 * @param billed effective cost of the parts of charges that fall to these cells
 * @param unestimated effective cost of the parts of charges that fall to other cells
 */
public record EstimateAmounts(
    long cells, BigDecimal estimated, BigDecimal billed, BigDecimal unestimated) {

  /** Nothing. */
  public static final EstimateAmounts ZERO =
      new EstimateAmounts(0, Money.ZERO, Money.ZERO, Money.ZERO);

  /** The amounts of a row. */
  public static EstimateAmounts of(EstimateError row) {
    return new EstimateAmounts(
        row.getCells(), row.getEstimatedCost(), row.getBilledCost(), row.getUnestimatedCost());
  }

  /**
   * Writes these amounts into {@code row}.
   *
   * @throws ArithmeticException where one does not fit DECIMAL(38,18)
   */
  public void writeTo(EstimateError row) {
    row.setCells(cells);
    row.setEstimatedCost(Money.exact(estimated));
    row.setBilledCost(Money.exact(billed));
    row.setUnestimatedCost(Money.exact(unestimated));
  }

  /** Sum, amount by amount. */
  public EstimateAmounts plus(EstimateAmounts other) {
    return new EstimateAmounts(
        cells + other.cells,
        estimated.add(other.estimated),
        billed.add(other.billed),
        unestimated.add(other.unestimated));
  }

  /** Each amount with the other sign. */
  public EstimateAmounts negate() {
    return new EstimateAmounts(-cells, estimated.negate(), billed.negate(), unestimated.negate());
  }

  /** Whether every amount is 0. */
  public boolean isZero() {
    return cells == 0
        && estimated.signum() == 0
        && billed.signum() == 0
        && unestimated.signum() == 0;
  }

  /**
   * Amounts that each fit a row and sum to these: nearly always one, and none of 0. The first has
   * the cells.
   */
  public List<EstimateAmounts> rows() {
    List<EstimateAmounts> rows = new ArrayList<>();
    if (!isZero()) {
      for (List<BigDecimal> row : RowAmounts.rows(costs())) {
        rows.add(of(rows.isEmpty() ? cells : 0, row));
      }
    }
    return rows;
  }

  /** What is estimated, billed and not estimated, in this order. */
  public List<BigDecimal> costs() {
    return List.of(estimated, billed, unestimated);
  }

  /** The amounts with these {@link #costs}. */
  public static EstimateAmounts of(long cells, List<BigDecimal> costs) {
    return new EstimateAmounts(cells, costs.get(0), costs.get(1), costs.get(2));
  }
}
