package io.tributary.jobs.cdc;

import io.tributary.events.RejectedException;

/**
 * What could not be mapped.
 *
 * @param tenant whose, empty where that is not known
 */
record Unmappable(String tenant, RejectedException why) {}
