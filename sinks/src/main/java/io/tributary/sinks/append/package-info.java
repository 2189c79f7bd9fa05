/**
 * What a run or a checkpoint appends to the tables, in an order in which the ledger seals the rest.
 */
@NullMarked
package io.tributary.sinks.append;

import org.jspecify.annotations.NullMarked;
