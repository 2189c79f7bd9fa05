/**
 * The definitions language: which element of each dimension a line belongs to. Pure Java, free of
 * Flink; {@link io.tributary.dimensions.definitions.Definitions} is the way in.
 */
@NullMarked
package io.tributary.dimensions.definitions;

import org.jspecify.annotations.NullMarked;
