/** Sums of the ledger by day, and by what tenants ask for most, that follow its commits. */
@NullMarked
package io.tributary.sinks.rollup;

import org.jspecify.annotations.NullMarked;
