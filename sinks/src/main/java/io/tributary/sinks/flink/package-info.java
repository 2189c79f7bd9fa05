/** The warehouse as a Flink sink. */
@NullMarked
package io.tributary.sinks.flink;

import org.jspecify.annotations.NullMarked;
