package io.tributary.events;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Amounts of any size as rows, whose columns are DECIMAL(38,18). Single amounts fit; what they sum
 * to may not, and then stands in several rows of one identity.
 */
public final class RowAmounts {

  /** The greatest amount that a row holds. */
  public static final BigDecimal MOST =
      BigDecimal.ONE
          .scaleByPowerOfTen(Money.PRECISION - Money.SCALE)
          .setScale(Money.SCALE)
          .subtract(BigDecimal.ONE.movePointLeft(Money.SCALE));

  /**
   * How many rows a product may take. A sum takes no more rows than there are amounts in it; price
   * x quantity, and shares by weights that nearly cancel, can be of any size.
   */
  public static final int MOST_OF_PRODUCT = 1_000;

  private static final BigDecimal LARGEST_PRODUCT =
      MOST.multiply(BigDecimal.valueOf(MOST_OF_PRODUCT));

  private RowAmounts() {}

  /**
   * Rows that sum to {@code amounts}, column by column: one where all fit, else as few as will do.
   *
   * @param amounts at scale 18
   */
  public static List<List<BigDecimal>> rows(List<BigDecimal> amounts) {
    if (amounts.stream().allMatch(Money::fits)) {
      return List.of(amounts);
    }
    List<List<BigDecimal>> rows = new ArrayList<>();
    List<BigDecimal> left = amounts;
    while (left.stream().anyMatch(amount -> amount.signum() != 0)) {
      List<BigDecimal> row = left.stream().map(RowAmounts::atMost).toList();
      List<BigDecimal> rest = new ArrayList<>(row.size());
      for (int i = 0; i < row.size(); i++) {
        rest.add(left.get(i).subtract(row.get(i)));
      }
      rows.add(row);
      left = rest;
    }
    return rows;
  }

  /** Whether a product, at scale 18, can be written: in {@link #MOST_OF_PRODUCT} rows at most. */
  public static boolean canHold(BigDecimal product) {
    return Money.fits(product) || product.abs().compareTo(LARGEST_PRODUCT) <= 0;
  }

  private static BigDecimal atMost(BigDecimal amount) {
    return amount.min(MOST).max(MOST.negate());
  }
}
