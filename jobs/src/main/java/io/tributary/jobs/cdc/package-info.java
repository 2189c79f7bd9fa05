/** Entities from an operational PostgreSQL, by change data capture. */
@NullMarked
package io.tributary.jobs.cdc;

import org.jspecify.annotations.NullMarked;
