/** Benchmarks of the tables. */
@NullMarked
package io.tributary.sinks.maintenance;

import org.jspecify.annotations.NullMarked;
