package io.tributary.attribution;

import org.jspecify.annotations.Nullable;

/** Where the value of a source comes from. */
sealed interface Resolution {

  @Nullable String value(Evaluation line);

  /** The line itself. Also a dimension nobody defines, which therefore is null unless given. */
  record Column(String id) implements Resolution {
    @Override
    public @Nullable String value(Evaluation line) {
      return line.row().value(id);
    }
  }

  /** A group dimension. */
  record Dimension(String id, Grouping grouping) implements Resolution {
    @Override
    public @Nullable String value(Evaluation line) {
      String given = line.row().value(id);
      return given != null ? given : grouping.element(line);
    }
  }

  /** A vendor-defined dimension that one of ours replaces. */
  record Redirect(Source target) implements Resolution {
    @Override
    public @Nullable String value(Evaluation line) {
      return line.value(target);
    }
  }

  /** An attribute of the entity that {@code key} names. */
  record EntityAttribute(String id, String kind, Source key, String attribute)
      implements Resolution {
    @Override
    public @Nullable String value(Evaluation line) {
      String given = line.row().value(id);
      if (given != null) {
        return given;
      }
      String entity = line.value(key);
      return entity == null ? null : line.row().entityAttribute(kind, entity, attribute);
    }
  }
}
