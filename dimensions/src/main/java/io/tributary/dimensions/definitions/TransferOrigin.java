package io.tributary.dimensions.definitions;

import io.tributary.dimensions.definitions.TracedLine.InForce;
import io.tributary.events.Measures;
import org.jspecify.annotations.Nullable;

/**
 * A part of a transfer: what one split took off its pool or gave to an element.
 *
 * @param inForce the definitions that allocate
 * @param element that it was given to; null where it was taken off the pool
 * @param part what was moved; negative where cost was taken away
 */
public record TransferOrigin(
    InForce inForce, Split split, @Nullable String element, Measures part) {}
