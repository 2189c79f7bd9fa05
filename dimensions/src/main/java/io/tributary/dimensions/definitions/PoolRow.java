package io.tributary.dimensions.definitions;

/** What lines of one tuple sum to, while an allocation decides about it. */
record PoolRow(AllocationTuple tuple, TupleSum sum, Evaluation line) {}
