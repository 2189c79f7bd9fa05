/** Topics, what is published to them, and how the job reads them. */
@NullMarked
package io.tributary.jobs.kafka;

import org.jspecify.annotations.NullMarked;
