package io.tributary.attribution;

import io.tributary.events.Basis;
import java.time.Instant;

/**
 * A line as allocations see it.
 *
 * @param row its columns, tags, labels and entity attributes
 * @param currency of its costs
 * @param basis whether it is billed or estimated
 * @param billingPeriodStart inclusive
 * @param billingPeriodEnd exclusive
 * @param start of the charge period, inclusive
 * @param end of the charge period, exclusive; not before {@code start}
 */
public record AllocationLine(
    SourceRow row,
    String currency,
    Basis basis,
    Instant billingPeriodStart,
    Instant billingPeriodEnd,
    Instant start,
    Instant end) {

  static AllocationLine of(TracedLine line) {
    return new AllocationLine(
        line.row(),
        line.entry().getBillingCurrency(),
        line.entry().getBasis(),
        line.entry().getBillingPeriodStart(),
        line.charge().getBillingPeriodEnd(),
        line.entry().getChargePeriodStart(),
        line.entry().getChargePeriodEnd());
  }
}
