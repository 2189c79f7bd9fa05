package io.tributary.sinks.rows;

/**
 * A change of a named count that travels with the rows it belongs to. The ledger snapshot that
 * makes the rows visible carries the new total as the property {@code tributary.tally.NAME}; a
 * total of 0 is left out.
 *
 * @param name free of whitespace: {@code in}, {@code rejected}, {@code unsettled.acme}
 * @param change added to the total; may be negative
 */
public record Tally(String name, long change) implements WarehouseElement {}
