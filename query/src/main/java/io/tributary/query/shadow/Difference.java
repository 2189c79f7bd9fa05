package io.tributary.query.shadow;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cell in which the two systems differ.
 *
 * @param ours null where we have no cost there
 * @param peer null where the other has no row for it
 * @param amount ours less the other's, never 0
 * @param reasons whose amounts add up to it
 */
public record Difference(
    Cell cell,
    @Nullable BigDecimal ours,
    @Nullable BigDecimal peer,
    BigDecimal amount,
    List<Reason> reasons) {

  /**
   * A part of a difference.
   *
   * @param told from what it was concluded, for people
   */
  public record Reason(Cause cause, BigDecimal amount, String told) {}

  public Difference {
    reasons = List.copyOf(reasons);
  }
}
