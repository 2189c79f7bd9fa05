package io.tributary.events.bills;

import io.tributary.events.Money;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One measure of one currency over a delivery. {@code sum + roundingDifference} is the sum in the
 * source, to its last digit.
 *
 * @param sum of the charges, exact, scale 18
 * @param roundingDifference source minus kept, unlimited scale, 0 where no cell had more than 18
 *     decimals
 * @param nulls charges whose bill has no value; they count as 0
 */
public record MeasureSum(BigDecimal sum, BigDecimal roundingDifference, long nulls) {

  /** Of no charge. */
  public static final MeasureSum NONE = new MeasureSum(Money.ZERO, BigDecimal.ZERO, 0);

  MeasureSum plus(@Nullable Amount amount) {
    if (amount == null) {
      return new MeasureSum(sum, roundingDifference, nulls + 1);
    }
    return new MeasureSum(sum.add(amount.kept()), differences(amount), nulls);
  }

  private BigDecimal differences(Amount amount) {
    if (amount.source().scale() <= Money.SCALE) {
      return roundingDifference;
    }
    BigDecimal difference = amount.source().subtract(amount.kept());
    return difference.signum() == 0
        ? roundingDifference
        : roundingDifference.add(difference).stripTrailingZeros();
  }
}
