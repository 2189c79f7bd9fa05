package io.tributary.events.bills;

import java.util.List;

/**
 * What became of all rows of a bill set: {@code rows = applied rows + rejected}.
 *
 * @param deliveries in the order of their scopes
 * @param rows rows read, without headers
 * @param charges charges they made
 * @param rejected rows refused
 */
public record BillSummary(
    List<DeliverySummary> deliveries, long rows, long charges, long rejected) {}
