package io.tributary.events.bills;

import java.util.List;
import java.util.SortedMap;

/**
 * What became of all rows of a bill set: {@code rows = applied rows + rejected + held}.
 *
 * @param deliveries in the order of their scopes
 * @param rows rows read, without headers
 * @param charges charges they made
 * @param rejected rows refused
 * @param held rows of deliveries that are held back, sound or not
 * @param rowsByFile how many rows each file that was read has
 */
public record BillSummary(
    List<DeliverySummary> deliveries,
    long rows,
    long charges,
    long rejected,
    long held,
    SortedMap<String, Long> rowsByFile) {}
