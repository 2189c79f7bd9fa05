package io.tributary.dimensions.definitions;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dimension that was read, its references not yet followed.
 *
 * @param at where its id stands
 * @param facts what people are shown of it
 * @param disabled whether it is left out, and cannot be a source
 * @param override the vendor-defined dimension it replaces, {@code CZ:Defined:X}; null for none
 * @param grouping its rules; null for an allocation
 * @param allocation its split; null for a group dimension, and where it is wrong
 * @param reads its sources and where it first reads each
 */
record ParsedDimension(
    Position at,
    Dimension facts,
    boolean disabled,
    @Nullable String override,
    @Nullable Grouping grouping,
    @Nullable Allocation allocation,
    Map<Source, Position> reads) {

  String id() {
    return facts.id();
  }
}
