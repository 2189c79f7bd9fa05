/** Recorded inputs: the files that a backfill archives and a replay publishes. */
@NullMarked
package io.tributary.jobs.inputs;

import org.jspecify.annotations.NullMarked;
