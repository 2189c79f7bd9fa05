package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Short ways to load definitions and to ask them about a line. */
final class Try {

  private Try() {}

  /** Loads what must be valid. */
  static Definitions load(String yaml) {
    try {
      return Definitions.load("test.yaml", yaml);
    } catch (InvalidDefinitionsException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  /** The problems of what must be refused, as people read them. */
  static List<String> problems(String yaml) {
    InvalidDefinitionsException refused =
        catchThrowableOfType(
            InvalidDefinitionsException.class, () -> Definitions.load("test.yaml", yaml));
    if (refused == null) {
      throw new AssertionError("was accepted:\n" + yaml);
    }
    return refused.problems().stream().map(Problem::toString).toList();
  }

  /** What must not be null. */
  static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new AssertionError("is null");
    }
    return value;
  }

  static List<String> warnings(String yaml) {
    return load(yaml).warnings().stream().map(Problem::toString).toList();
  }

  /** The element of {@code dimension} for a row of source, value, source, value... */
  static @Nullable String element(String yaml, String dimension, String... row) {
    Definitions definitions = load(yaml);
    return definitions.element(dimension, row(definitions, row));
  }

  static EvalRow row(Definitions definitions, String... pairs) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return new EvalRow(definitions, values);
  }

  /** Definitions with one dimension D that has {@code rules}, each line already indented by 2. */
  static String dimension(String body) {
    return "Dimensions:\n  D:\n" + body.indent(4);
  }

  /** Whether one condition, written in flow style, holds for the row. */
  static boolean holds(String condition, String... row) {
    String yaml =
        dimension(
            """
            Rules:
            - {Type: Group, Name: hit, Conditions: [%s]}
            """
                .formatted(condition));
    return "hit".equals(element(yaml, "D", row));
  }

  /** What one transform, written in flow style, makes of a value; null for no value. */
  static @Nullable String transformed(String transform, String value) {
    String yaml =
        dimension(
            """
            Rules:
            - {Type: GroupBy, Source: Tag:x, Transforms: [%s]}
            """
                .formatted(transform));
    return element(yaml, "D", "Tag:x", value);
  }
}
