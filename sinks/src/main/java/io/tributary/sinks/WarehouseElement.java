package io.tributary.sinks;

/** What the warehouse sink takes: a row of a table, or a change of a count. */
public sealed interface WarehouseElement permits WarehouseRow, Tally {}
