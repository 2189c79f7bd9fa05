/** What one machine needs to run everything in one JVM: a broker, a Flink cluster. */
@NullMarked
package io.tributary.jobs.local;

import org.jspecify.annotations.NullMarked;
