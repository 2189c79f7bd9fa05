package io.tributary.events.bills;

import io.tributary.events.Charge;
import io.tributary.events.Money;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The four costs of a line as its bill gives them; null where the bill has no value. */
record Costs(
    @Nullable Amount billed,
    @Nullable Amount effective,
    @Nullable Amount list,
    @Nullable Amount contracted) {

  /** All four the same. */
  static Costs all(@Nullable Amount amount) {
    return new Costs(amount, amount, amount, amount);
  }

  /** Writes them into {@code charge}; null counts as 0. */
  void writeTo(Charge charge) {
    charge.setBilledCost(kept(billed));
    charge.setEffectiveCost(kept(effective));
    charge.setListCost(kept(list));
    charge.setContractedCost(kept(contracted));
  }

  private static BigDecimal kept(@Nullable Amount amount) {
    return amount == null ? Money.ZERO : amount.kept();
  }
}
