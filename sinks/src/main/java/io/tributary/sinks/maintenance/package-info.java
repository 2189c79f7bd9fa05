/** Keeps tables few in files and small in metadata: netting, hot to cold, expiry. */
@NullMarked
package io.tributary.sinks.maintenance;

import org.jspecify.annotations.NullMarked;
