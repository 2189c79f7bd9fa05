package io.tributary.dimensions.definitions;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Elements by what a dimension read to find them. Bounded in entries and in characters; what was
 * asked for longest ago goes first. For one thread.
 */
final class ElementMemo {

  /** Compared whole, never by the hash alone. */
  static final class Inputs {
    private final int dimension;
    private final @Nullable String[] values;
    private final int hash;

    /**
     * @param dimension the index of its source
     * @param values of all that the dimension reads, always in one order
     */
    Inputs(int dimension, @Nullable String[] values) {
      this.dimension = dimension;
      this.values = values;
      this.hash = 31 * dimension + Arrays.hashCode(values);
    }

    private long characters() {
      long characters = 0;
      for (String value : values) {
        characters += value == null ? 0 : value.length();
      }
      return characters;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Inputs inputs
          && hash == inputs.hash
          && dimension == inputs.dimension
          && Arrays.equals(values, inputs.values);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private final int maxEntries;
  private final long maxCharacters;
  private final Map<Inputs, Optional<String>> elements = new LinkedHashMap<>(16, 0.75f, true);
  private long characters;

  ElementMemo(int maxEntries, long maxCharacters) {
    this.maxEntries = maxEntries;
    this.maxCharacters = maxCharacters;
  }

  /** Null where it is not known; empty where there is known to be no element. */
  @Nullable Optional<String> get(Inputs inputs) {
    return elements.get(inputs);
  }

  /** Remembers what was not known. */
  void put(Inputs inputs, Optional<String> element) {
    elements.put(inputs, element);
    characters += size(inputs, element);
    Iterator<Map.Entry<Inputs, Optional<String>>> eldest = elements.entrySet().iterator();
    while (elements.size() > maxEntries || characters > maxCharacters) {
      Map.Entry<Inputs, Optional<String>> forgotten = eldest.next();
      characters -= size(forgotten.getKey(), forgotten.getValue());
      eldest.remove();
    }
  }

  private static long size(Inputs inputs, Optional<String> element) {
    return inputs.characters() + element.map(String::length).orElse(0);
  }
}
