package io.tributary.events.bills;

import io.tributary.events.Delivery;
import java.util.List;
import java.util.SortedMap;

/**
 * One delivery, after its charges.
 *
 * @param delivery to be published after them; {@code data_through} is the latest end among its
 *     Usage charges of at most a day, else among all
 * @param sources the files that had rows of it, sorted
 * @param sourceRows rows of it, applied or rejected; rows whose scope cannot be read are in none
 *     unless it is the only delivery
 * @param charges charges of it; a GCP row with credits makes several
 * @param rejected rows of it that were refused
 * @param padded charges of it with an account that lacked digits in the bill
 * @param sums by currency
 */
public record DeliverySummary(
    Delivery delivery,
    DeliveryScope scope,
    List<String> sources,
    long sourceRows,
    long charges,
    long rejected,
    long padded,
    SortedMap<String, CurrencySums> sums) {}
