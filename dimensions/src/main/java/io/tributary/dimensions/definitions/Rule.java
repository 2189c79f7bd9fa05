package io.tributary.dimensions.definitions;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way for a line to get its element. */
sealed interface Rule {

  /** Where the rule stands in the file. */
  Position at();

  /** The element; null where the rule does not match and the next is to be tried. */
  @Nullable String element(Evaluation line);

  /** {@code Group}: a fixed name where the condition holds. */
  record Group(Position at, String name, Condition condition) implements Rule {
    @Override
    public @Nullable String element(Evaluation line) {
      return condition.test(line) ? name : null;
    }
  }

  /** {@code GroupBy}: the values themselves, all of which must be there. */
  record GroupBy(Position at, Condition gate, Block block, Format format) implements Rule {

    /** Characters of an element. Dimensions that repeat each other's would double it each time. */
    static final int LONGEST = 1 << 16;

    @Override
    public @Nullable String element(Evaluation line) {
      @Nullable String[] values = line.values(block);
      String[] present = new String[values.length];
      for (int i = 0; i < values.length; i++) {
        String value = values[i];
        if (value == null) {
          return null;
        }
        present[i] = value;
      }
      return gate.test(line) && format.length(present) <= LONGEST ? format.apply(present) : null;
    }
  }

  /**
   * {@code Metadata}: the first candidate, in the order of the file, that any value contains. An
   * earlier candidate on a later source beats a later one on the first source.
   *
   * @param block its values normalized
   */
  record Metadata(Position at, Condition gate, Block block, List<Candidate> candidates)
      implements Rule {
    @Override
    public @Nullable String element(Evaluation line) {
      if (!gate.test(line)) {
        return null;
      }
      @Nullable String[] values = line.values(block);
      for (Candidate candidate : candidates) {
        for (String value : values) {
          if (value != null && candidate.in(value)) {
            return candidate.element();
          }
        }
      }
      return null;
    }
  }

  /**
   * A name to look for.
   *
   * @param name what the line gets, before it is formatted
   * @param terms the name and its alternatives, lower case
   */
  record Candidate(String name, Format format, List<String> terms) {
    String element() {
      return format.apply(name);
    }

    boolean in(String normalized) {
      for (String term : terms) {
        if (normalized.contains(term)) {
          return true;
        }
      }
      return false;
    }
  }
}
