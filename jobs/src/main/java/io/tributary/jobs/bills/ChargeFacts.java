package io.tributary.jobs.bills;

import io.tributary.events.Charge;
import io.tributary.events.Money;
import io.tributary.events.Op;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/**
 * What a delivery's change is told by of one charge.
 *
 * @param measures 64 bits of its costs and quantity, by which it is seen that one was restated
 * @param deleted whether the charge says that it is withdrawn
 */
record ChargeFacts(
    ChargeId id,
    long version,
    ChargeGroup group,
    BigDecimal billed,
    BigDecimal effective,
    long measures,
    boolean deleted) {

  /** Columns of the archive that {@link #of(Record)} reads. */
  static final String[] COLUMNS = {
    "resource_id",
    "charge_key",
    "version",
    "op",
    "sub_account_id",
    "billing_currency",
    "billed_cost",
    "effective_cost",
    "list_cost",
    "contracted_cost",
    "consumed_quantity"
  };

  static ChargeFacts of(Charge charge) {
    return new ChargeFacts(
        ChargeId.of(charge.getResourceId(), charge.getChargeKey()),
        charge.getVersion(),
        new ChargeGroup(charge.getBillingCurrency(), charge.getSubAccountId()),
        charge.getBilledCost(),
        charge.getEffectiveCost(),
        measures(
            charge.getBilledCost(),
            charge.getEffectiveCost(),
            charge.getListCost(),
            charge.getContractedCost(),
            charge.getConsumedQuantity()),
        charge.getOp() == Op.DELETE);
  }

  static ChargeFacts of(Record row) {
    return new ChargeFacts(
        ChargeId.of(text(row, "resource_id"), String.valueOf(text(row, "charge_key"))),
        (Long) row.getField("version"),
        new ChargeGroup(String.valueOf(text(row, "billing_currency")), text(row, "sub_account_id")),
        (BigDecimal) row.getField("billed_cost"),
        (BigDecimal) row.getField("effective_cost"),
        measures(
            (BigDecimal) row.getField("billed_cost"),
            (BigDecimal) row.getField("effective_cost"),
            (BigDecimal) row.getField("list_cost"),
            (BigDecimal) row.getField("contracted_cost"),
            (BigDecimal) row.getField("consumed_quantity")),
        "DELETE".equals(text(row, "op")));
  }

  /** What it adds to a sum. */
  ChargeSum sum() {
    return ChargeSum.of(billed, effective);
  }

  private static @Nullable String text(Record row, String column) {
    Object value = row.getField(column);
    return value == null ? null : value.toString();
  }

  private static long measures(@Nullable BigDecimal... amounts) {
    long mixed = 0;
    for (BigDecimal amount : amounts) {
      BigInteger units = (amount == null ? Money.ZERO : amount).unscaledValue();
      mixed = Mix.of(mixed ^ units.longValue());
      mixed = Mix.of(mixed ^ units.shiftRight(Long.SIZE).longValue());
    }
    return mixed;
  }
}
