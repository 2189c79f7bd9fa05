package io.tributary.dimensions.definitions;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entities as valid at any instant. */
@FunctionalInterface
public interface EntitiesAt {

  /** No entities at all. */
  EntitiesAt NONE = (kind, entityId, instant) -> null;

  /** The attributes of an entity; null where there is no such entity at that instant. */
  @Nullable Map<String, String> attributes(String kind, String entityId, Instant instant);
}
