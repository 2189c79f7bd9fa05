/**
 * How a table changes: appends and replacements that several writers may attempt, and the marks
 * that snapshots carry, by which a run, a checkpoint or a removed month is known again.
 */
@NullMarked
package io.tributary.sinks.commit;

import org.jspecify.annotations.NullMarked;
