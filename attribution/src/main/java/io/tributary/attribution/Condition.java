package io.tributary.attribution;

import java.util.List;

/** True or false for every line, never unknown: a value that is missing fails a comparison. */
sealed interface Condition {

  boolean test(Evaluation line);

  /** Any of the block's values passes. */
  record Comparison(Block block, TextTest comparison) implements Condition {
    @Override
    public boolean test(Evaluation line) {
      for (String value : line.values(block)) {
        if (value != null && comparison.test(value)) {
          return true;
        }
      }
      return false;
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
