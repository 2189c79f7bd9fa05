package io.tributary.jobs.bills;

import java.math.BigDecimal;

/**
 * What a delivery changes about some charges. {@code after = before - withdrawn + added +
 * restated}, in BilledCost to the last digit, and in charges, of which those restated are as many
 * as before.
 *
 * @param before charges that were live
 * @param after charges that will be
 * @param withdrawn of those before, the ones that the delivery does not repeat
 * @param added of those after, the ones that were not live
 * @param restated charges that are live before and after at other costs or another quantity, with
 *     the differences of their BilledCost
 */
public record GroupChange(
    ChargeSum before, ChargeSum after, ChargeSum withdrawn, ChargeSum added, ChargeSum restated) {

  /** Of no charge. */
  public static final GroupChange NONE =
      new GroupChange(
          ChargeSum.NONE, ChargeSum.NONE, ChargeSum.NONE, ChargeSum.NONE, ChargeSum.NONE);

  /**
   * @throws IllegalStateException where the parts do not add up
   */
  public GroupChange {
    BigDecimal billed =
        before.billed().subtract(withdrawn.billed()).add(added.billed()).add(restated.billed());
    if (billed.compareTo(after.billed()) != 0
        || before.charges() - withdrawn.charges() + added.charges() != after.charges()) {
      throw new IllegalStateException(
          "a change does not add up: from %s to %s, withdrawn %s, added %s, restated %s"
              .formatted(before, after, withdrawn, added, restated));
    }
  }

  /** The sum of both. */
  GroupChange plus(GroupChange other) {
    return new GroupChange(
        before.plus(other.before),
        after.plus(other.after),
        withdrawn.plus(other.withdrawn),
        added.plus(other.added),
        restated.plus(other.restated));
  }

  /** By how much the BilledCost changes. */
  public BigDecimal difference() {
    return after.billed().subtract(before.billed());
  }
}
