package io.tributary.dimensions.definitions;

import java.util.List;
import java.util.Optional;
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

  /**
   * A group dimension whose results are remembered.
   *
   * @param source its own
   * @param inputs all that it reads
   */
  record Remembered(Source source, Grouping grouping, List<Source> inputs, ElementMemo memo)
      implements Resolution {
    @Override
    public @Nullable String value(Evaluation line) {
      String given = line.row().value(source.id());
      if (given != null) {
        return given;
      }
      @Nullable String[] values = new String[inputs.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = line.value(inputs.get(i));
      }
      ElementMemo.Inputs read = new ElementMemo.Inputs(source.index(), values);
      Optional<String> element = memo.get(read);
      if (element == null) {
        element = Optional.ofNullable(grouping.element(line));
        memo.put(read, element);
      }
      return element.orElse(null);
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
