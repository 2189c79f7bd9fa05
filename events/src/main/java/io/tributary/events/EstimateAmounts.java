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

  /** The greatest amount that a row holds. */
  private static final BigDecimal MOST =
      BigDecimal.ONE
          .scaleByPowerOfTen(Money.PRECISION - Money.SCALE)
          .setScale(Money.SCALE)
          .subtract(BigDecimal.ONE.movePointLeft(Money.SCALE));

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

  /** Amounts that each fit a row and sum to these: nearly always one. */
  public List<EstimateAmounts> rows() {
    List<EstimateAmounts> rows = new ArrayList<>();
    EstimateAmounts left = this;
    while (!left.isZero()) {
      EstimateAmounts row =
          new EstimateAmounts(
              left.cells, atMost(left.estimated), atMost(left.billed), atMost(left.unestimated));
      rows.add(row);
      left = left.plus(row.negate());
    }
    return rows;
  }

  private static BigDecimal atMost(BigDecimal amount) {
    return amount.min(MOST).max(MOST.negate());
  }
}
