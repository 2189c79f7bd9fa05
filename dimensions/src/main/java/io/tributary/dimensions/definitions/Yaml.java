package io.tributary.dimensions.definitions;

import java.util.List;

/** A YAML node as it stands in the file: scalars keep their source text and are never resolved. */
sealed interface Yaml {

  /** Where the node starts. */
  Position at();

  /** Nodes in it, itself included, aliases counted as often as they are used. */
  long size();

  /** Its shape, for messages. */
  String shape();

  /**
   * A single value.
   *
   * @param text as written, quotes and escapes undone
   * @param isNull whether it is a plain empty, {@code ~} or {@code null}
   */
  record Scalar(Position at, String text, boolean isNull) implements Yaml {
    @Override
    public long size() {
      return 1;
    }

    @Override
    public String shape() {
      return isNull ? "no value" : Problems.quote(text);
    }
  }

  /** A list. */
  record Sequence(Position at, List<Yaml> items, long size) implements Yaml {
    @Override
    public String shape() {
      return "a list";
    }
  }

  /** A mapping in file order, keys unique. */
  record Mapping(Position at, List<Entry> entries, long size) implements Yaml {
    @Override
    public String shape() {
      return "a mapping";
    }
  }

  /** A member of a mapping. */
  record Entry(Scalar key, Yaml value) {}
}
