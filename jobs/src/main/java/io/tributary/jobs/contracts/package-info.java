/** A producer's sample against the contracts, and what its fields are worth to definitions. */
@NullMarked
package io.tributary.jobs.contracts;

import org.jspecify.annotations.NullMarked;
