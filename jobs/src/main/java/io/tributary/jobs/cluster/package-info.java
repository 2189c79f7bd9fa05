/** Jobs on a Flink cluster that is there already. */
@NullMarked
package io.tributary.jobs.cluster;

import org.jspecify.annotations.NullMarked;
