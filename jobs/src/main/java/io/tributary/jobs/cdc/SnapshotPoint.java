package io.tributary.jobs.cdc;

import java.time.Instant;

/**
 * Where a snapshot stands among the changes. Both are taken from the server before the slot is
 * created, so that every change the slot delivers is behind them, and every change that an earlier
 * slot delivered is before them.
 *
 * @param position in the log, in bytes: the version of what the snapshot finds
 * @param time from when it holds
 * @param first whether no snapshot of this capture was completed before
 */
record SnapshotPoint(long position, Instant time, boolean first) {}
