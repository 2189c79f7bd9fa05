package io.tributary.dimensions.definitions;

import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import java.time.Instant;

/**
 * A line as allocations see it.
 *
 * @param row its columns, tags, labels and entity attributes
 * @param currency of its costs
 * @param basis whether it is billed or estimated
 * @param billingMonth that its billing period counts in
 * @param start of the charge period, inclusive
 * @param end of the charge period, exclusive; not before {@code start}
 */
public record AllocationLine(
    SourceRow row,
    String currency,
    Basis basis,
    BillingMonth billingMonth,
    Instant start,
    Instant end) {

  static AllocationLine of(TracedLine line) {
    return new AllocationLine(
        line.row(),
        line.entry().getBillingCurrency(),
        line.entry().getBasis(),
        BillingMonth.of(line.entry().getBillingPeriodStart()),
        line.entry().getChargePeriodStart(),
        line.entry().getChargePeriodEnd());
  }
}
