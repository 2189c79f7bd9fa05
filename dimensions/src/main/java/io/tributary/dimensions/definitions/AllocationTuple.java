package io.tributary.dimensions.definitions;

import io.tributary.events.Basis;
import io.tributary.events.BillingMonth;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What lines must have in common to be split as one.
 *
 * @param currency of the costs
 * @param basis whether they are billed or estimated
 * @param billingMonth that the lines' billing periods count in
 * @param start of the first granule the lines lie in, inclusive
 * @param end of the last granule the lines lie in, exclusive
 * @param columns values by canonical source: columns, tags, entity attributes, dimensions and, of
 *     transfers, the elements of allocations; what has no value is absent
 */
public record AllocationTuple(
    String currency,
    Basis basis,
    BillingMonth billingMonth,
    Instant start,
    Instant end,
    SortedMap<String, String> columns) {

  /** Takes a copy of {@code columns}. */
  public AllocationTuple {
    columns = Collections.unmodifiableSortedMap(new TreeMap<>(columns));
  }

  /** With no other columns than {@code kept}, over whole granules. */
  AllocationTuple project(Set<String> kept, Granule granule) {
    SortedMap<String, String> rest = new TreeMap<>(columns);
    rest.keySet().retainAll(kept);
    boolean whole = granule == Granule.BILLING_PERIOD;
    return new AllocationTuple(
        currency,
        basis,
        billingMonth,
        whole ? billingMonth.start() : granule.start(start),
        whole ? billingMonth.end() : granule.endOfLast(start, end),
        rest);
  }

  /** With one more column. */
  AllocationTuple with(String column, String value) {
    SortedMap<String, String> more = new TreeMap<>(columns);
    more.put(column, value);
    return new AllocationTuple(currency, basis, billingMonth, start, end, more);
  }
}
