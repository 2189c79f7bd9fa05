/** The ledger as files that others read. */
@NullMarked
package io.tributary.jobs.export;

import org.jspecify.annotations.NullMarked;
