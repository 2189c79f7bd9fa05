/** Whether a configuration and its surroundings are fit for the stream. */
@NullMarked
package io.tributary.jobs.doctor;

import org.jspecify.annotations.NullMarked;
