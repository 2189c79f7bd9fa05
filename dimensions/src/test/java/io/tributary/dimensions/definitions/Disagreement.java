package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Definitions and a line on which engine and reference differ, cut down to what it takes. */
record Disagreement(Map<String, Object> tree, RandomDefinitions.Line line) {

  /** Removes one part after the other for as long as the two still differ. */
  static Disagreement smallest(Map<String, Object> tree, RandomDefinitions.Line line) {
    Disagreement smallest = new Disagreement(tree, line);
    for (Disagreement next = smallest; next != null; next = smallest.smaller()) {
      smallest = next;
    }
    return smallest;
  }

  private @Nullable Disagreement smaller() {
    for (Object less : without(tree)) {
      Disagreement candidate = new Disagreement(mapping(less), line);
      if (candidate.persists()) {
        return candidate;
      }
    }
    for (Object less : without(line.values())) {
      Map<String, String> values = new HashMap<>();
      mapping(less).forEach((source, value) -> values.put(source, (String) value));
      Disagreement candidate =
          new Disagreement(tree, new RandomDefinitions.Line(values, line.seed()));
      if (candidate.persists()) {
        return candidate;
      }
    }
    return null;
  }

  private boolean persists() {
    try {
      return !Definitions.load("cut.yaml", RandomDefinitions.yaml(tree))
          .elements(line)
          .equals(new ReferenceEvaluator(tree, line).elements());
    } catch (InvalidDefinitionsException e) {
      return false; // cut too much
    }
  }

  /** Every copy of {@code node} that lacks one part, large parts first. */
  private static List<Object> without(@Nullable Object node) {
    List<Object> copies = new ArrayList<>();
    if (node instanceof Map<?, ?> whole) {
      for (Object key : whole.keySet()) {
        Map<Object, Object> copy = new LinkedHashMap<>(whole);
        copy.remove(key);
        copies.add(copy);
      }
      whole.forEach(
          (key, part) -> {
            for (Object less : without(part)) {
              Map<Object, Object> copy = new LinkedHashMap<>(whole);
              copy.put(key, less);
              copies.add(copy);
            }
          });
    } else if (node instanceof List<?> whole) {
      for (int i = 0; i < whole.size(); i++) {
        List<Object> copy = new ArrayList<>(whole);
        copy.remove(i);
        copies.add(copy);
        for (Object less : without(whole.get(i))) {
          List<Object> changed = new ArrayList<>(whole);
          changed.set(i, less);
          copies.add(changed);
        }
      }
    }
    return copies;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> mapping(Object node) {
    return (Map<String, Object>) node;
  }

  @Override
  public String toString() {
    try {
      return "%s%s%nengine %s%nreference %s"
          .formatted(
              RandomDefinitions.yaml(tree),
              new TreeMap<>(line.values()),
              Definitions.load("cut.yaml", RandomDefinitions.yaml(tree)).elements(line),
              new TreeMap<>(new ReferenceEvaluator(tree, line).elements()));
    } catch (InvalidDefinitionsException e) {
      throw new IllegalStateException("a disagreement is about valid definitions", e);
    }
  }
}
