package io.tributary.attribution;

import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.InvalidDefinitionsException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Definitions compiled once per text and shared by the buckets of a process. Thread-safe. */
public final class CompiledDefinitions {

  private static final int KEPT = 256;

  private final Map<String, Definitions> byText =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Definitions> eldest) {
          return size() > KEPT;
        }
      };

  /**
   * The compiled form of {@code yaml}.
   *
   * @throws InvalidDefinitionsException where it does not load
   */
  public synchronized Definitions load(String yaml) throws InvalidDefinitionsException {
    Definitions known = byText.get(yaml);
    if (known == null) {
      known = Definitions.load("definitions", yaml);
      byText.put(yaml, known);
    }
    return known;
  }

  /** The compiled form of a text that was accepted before. */
  Definitions of(String yaml) {
    try {
      return load(yaml);
    } catch (InvalidDefinitionsException e) {
      throw new IllegalStateException("accepted definitions no longer load", e);
    }
  }
}
