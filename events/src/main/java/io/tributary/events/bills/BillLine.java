package io.tributary.events.bills;

import io.tributary.events.Charge;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A charge of a row before it has key, version, delivery, tags and extras.
 *
 * @param costs with all the digits of the bill
 * @param identifying what tells it from other lines beside the fields of the charge, in a fixed
 *     order
 * @param extras what only this one of the row's charges has
 * @param padded whether an account of it lacked digits in the bill
 */
record BillLine(
    Charge charge,
    DeliveryScope scope,
    Costs costs,
    List<@Nullable String> identifying,
    Map<String, String> extras,
    boolean padded) {}
