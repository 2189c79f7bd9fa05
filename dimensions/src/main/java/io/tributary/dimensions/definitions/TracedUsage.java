package io.tributary.dimensions.definitions;

import org.jspecify.annotations.Nullable;

/**
 * A usage cell.
 *
 * @param row what definitions see of it
 * @param inForce the definitions of its hour; null where there are none
 */
public record TracedUsage(
    TracedLine.Usage usage, SourceRow row, TracedLine.@Nullable InForce inForce) {}
