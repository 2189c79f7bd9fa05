package io.tributary.jobs.cdc;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of a row. Rows are texts by column; a column that is NULL is not in them.
 *
 * @param table schema and name, joined by a dot
 * @param before the row as it was, null where it was not there or the log does not have it
 * @param after the row as it is, null where it is gone
 * @param position in the log of the source, in bytes
 * @param time at which the change was committed; for a read of the snapshot, some time around it
 */
record RowChange(
    String table,
    Op op,
    @Nullable Map<String, String> before,
    @Nullable Map<String, String> after,
    long position,
    Instant time) {

  /** What happened. */
  enum Op {
    /** The row was found by a snapshot. */
    READ,
    INSERT,
    UPDATE,
    DELETE,
    /** All rows went at once; the log does not name them. */
    TRUNCATE
  }
}
