package io.tributary.dimensions.definitions;

import io.tributary.events.ResourceIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** True or false for every line, never unknown: a value that is missing fails a comparison. */
sealed interface Condition {

  boolean test(Evaluation line);

  /**
   * Any of the block's values passes.
   *
   * @param anyCase what a value passes too that was made of an Azure resource id, with its letters
   *     small; null where the block has no such values
   */
  record Comparison(Block block, TextTest comparison, @Nullable TextTest anyCase)
      implements Condition {

    static Comparison of(Block block, TextTest comparison) {
      return new Comparison(
          block, comparison, block.mayNameResources() ? comparison.ofAnyCase() : null);
    }

    @Override
    public boolean test(Evaluation line) {
      @Nullable String[] values = line.values(block);
      for (int i = 0; i < values.length; i++) {
        String value = values[i];
        if (value != null
            && (comparison.test(value)
                || (anyCase != null
                    && line.isOfAnyCase(block, i)
                    && anyCase.test(ResourceIdentity.folded(value))))) {
          return true;
        }
      }
      return false;
    }

    /** Whether {@code value} may pass in some case, where there are values of any. */
    boolean mayPass(String value) {
      if (anyCase != null) {
        return comparison.test(value) || anyCase.test(ResourceIdentity.folded(value));
      }
      return comparison.test(value)
          || (comparison instanceof TextTest.Ordered && block.mayNameResources());
    }
  }

  /** Any of the block's sources has a value; {@code expected} false: none has. */
  record HasValue(Block block, boolean expected) implements Condition {
    @Override
    public boolean test(Evaluation line) {
      for (String value : line.values(block)) {
        if (value != null) {
          return expected;
        }
      }
      return !expected;
    }
  }

  /** The usage day lies in a range, both ends included, compared as text. */
  record DateRange(Source usageDay, String from, String until) implements Condition {
    @Override
    public boolean test(Evaluation line) {
      String day = line.value(usageDay);
      return day != null
          && !from.isEmpty()
          && !until.isEmpty()
          && CodePointOrder.ORDER.compare(from, day) <= 0
          && CodePointOrder.ORDER.compare(day, until) <= 0;
    }
  }

  /** Every one holds; true of none. */
  record All(List<Condition> conditions) implements Condition {
    @Override
    public boolean test(Evaluation line) {
      for (Condition condition : conditions) {
        if (!condition.test(line)) {
          return false;
        }
      }
      return true;
    }
  }

  /** At least one holds. */
  record Any(List<Condition> conditions) implements Condition {
    @Override
    public boolean test(Evaluation line) {
      for (Condition condition : conditions) {
        if (condition.test(line)) {
          return true;
        }
      }
      return false;
    }
  }

  /** None holds: {@code Not} over a list. */
  record None(List<Condition> conditions) implements Condition {
    @Override
    public boolean test(Evaluation line) {
      for (Condition condition : conditions) {
        if (condition.test(line)) {
          return false;
        }
      }
      return true;
    }
  }
}
