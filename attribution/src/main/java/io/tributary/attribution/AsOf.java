package io.tributary.attribution;

import java.time.Instant;

/**
 * From where something is looked at: what was valid at an instant, by what had been recorded when
 * the billing period of the line was closed to further records.
 *
 * @param instant the valid time
 * @param recordedBy the last record time that counts, epoch microseconds
 */
record AsOf(Instant instant, long recordedBy) {}
