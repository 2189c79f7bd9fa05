/**
 * The definitions language: which element of each dimension a line belongs to. Pure Java, free of
 * Flink; {@link io.tributary.attribution.Definitions} is the way in.
 */
@NullMarked
package io.tributary.attribution;

import org.jspecify.annotations.NullMarked;
