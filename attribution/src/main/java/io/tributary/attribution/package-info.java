/**
 * Keeps attribution true as inputs change: the state of a bucket as a pure machine, free of Flink.
 */
@NullMarked
package io.tributary.attribution;

import org.jspecify.annotations.NullMarked;
