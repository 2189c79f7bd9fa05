/**
 * One consistent state of all tables, as the newest ledger snapshot seals it, and what is read from
 * it.
 */
@NullMarked
package io.tributary.sinks.read;

import org.jspecify.annotations.NullMarked;
