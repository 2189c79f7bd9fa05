/** Whether what a warehouse holds adds up: invariants, usage, rollups and files. */
@NullMarked
package io.tributary.sinks.audit;

import org.jspecify.annotations.NullMarked;
