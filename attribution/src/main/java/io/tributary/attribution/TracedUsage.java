package io.tributary.attribution;

/**
 * A usage cell.
 *
 * @param row what definitions see of it
 */
public record TracedUsage(TracedLine.Usage usage, SourceRow row) {}
