package io.tributary.dimensions.definitions;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Entities as valid at one instant, which whoever makes the lookup has fixed. */
@FunctionalInterface
public interface EntityLookup {

  /** No entities at all. */
  EntityLookup NONE = (kind, entityId) -> null;

  /** The attributes of an entity; null where there is no such entity at that instant. */
  @Nullable Map<String, String> attributes(String kind, String entityId);

  /**
   * The version behind {@link #attributes}, for explanations; null where there is no such entity or
   * the versions are not known.
   */
  default @Nullable EntityVersion version(String kind, String entityId) {
    return null;
  }
}
