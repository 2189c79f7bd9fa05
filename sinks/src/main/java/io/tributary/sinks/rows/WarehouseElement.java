package io.tributary.sinks.rows;

/** What the warehouse sink takes: a row of a table, a change of a count, or new dimensions. */
public sealed interface WarehouseElement permits WarehouseRow, Tally, DeclaredDimensions {}
