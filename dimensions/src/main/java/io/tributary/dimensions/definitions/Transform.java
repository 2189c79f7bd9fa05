package io.tributary.dimensions.definitions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes a value. Immutable; equal transforms are interchangeable. */
interface Transform {

  /** The changed value; null where the transform finds none. */
  @Nullable String apply(String value);

  /** {@code value} through all of {@code transforms}; null stays null and ends the chain. */
  static @Nullable String all(List<Transform> transforms, @Nullable String value) {
    String changed = value;
    for (Transform transform : transforms) {
      if (changed == null) {
        return null;
      }
      changed = transform.apply(changed);
    }
    return changed;
  }
}
