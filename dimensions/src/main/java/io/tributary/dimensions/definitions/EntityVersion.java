package io.tributary.dimensions.definitions;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which version of an entity holds.
 *
 * @param validFrom inclusive
 * @param validTo exclusive: when the next version begins, deletions included; null while none does
 * @param version as its publisher numbered it
 */
public record EntityVersion(Instant validFrom, @Nullable Instant validTo, long version) {}
