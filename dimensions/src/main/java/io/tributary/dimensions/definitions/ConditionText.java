package io.tributary.dimensions.definitions;

import com.google.re2j.Pattern;
import java.util.List;

/** Conditions in the words of the language. */
final class ConditionText {

  private ConditionText() {}

  /** The operator as it is written. */
  static String operator(Condition condition) {
    if (condition instanceof Condition.Comparison comparison) {
      return operator(comparison.comparison());
    } else if (condition instanceof Condition.HasValue) {
      return "HasValue";
    } else if (condition instanceof Condition.DateRange) {
      return "ForDateRange";
    } else if (condition instanceof Condition.All) {
      return "And";
    } else if (condition instanceof Condition.Any) {
      return "Or";
    } else if (condition instanceof Condition.None) {
      return "Not";
    }
    throw new IllegalStateException("no operator of " + condition.getClass());
  }

  private static String operator(TextTest test) {
    if (test instanceof TextTest.OneOf) {
      return "Equals";
    } else if (test instanceof TextTest.Containing) {
      return "Contains";
    } else if (test instanceof TextTest.StartingWith) {
      return "BeginsWith";
    } else if (test instanceof TextTest.EndingWith) {
      return "EndsWith";
    } else if (test instanceof TextTest.Matching) {
      return "Matches";
    } else if (test instanceof TextTest.Ordered ordered) {
      return switch (ordered.order()) {
        case BEFORE -> "Before";
        case BEFORE_OR_EQUALS -> "BeforeOrEquals";
        case AFTER -> "After";
        case AFTER_OR_EQUALS -> "AfterOrEquals";
      };
    }
    throw new IllegalStateException("no operator of " + test.getClass());
  }

  /** The operands; empty for And, Or and Not. */
  static List<String> operands(Condition condition) {
    if (condition instanceof Condition.Comparison comparison) {
      return operands(comparison.comparison());
    } else if (condition instanceof Condition.HasValue hasValue) {
      return List.of(Boolean.toString(hasValue.expected()));
    } else if (condition instanceof Condition.DateRange range) {
      return List.of(range.from(), range.until());
    }
    return List.of();
  }

  private static List<String> operands(TextTest test) {
    if (test instanceof TextTest.OneOf oneOf) {
      return oneOf.values().stream().sorted(CodePointOrder.ORDER).toList();
    } else if (test instanceof TextTest.Containing containing) {
      return containing.parts();
    } else if (test instanceof TextTest.StartingWith starting) {
      return starting.prefixes();
    } else if (test instanceof TextTest.EndingWith ending) {
      return ending.suffixes();
    } else if (test instanceof TextTest.Matching matching) {
      return matching.patterns().stream().map(Pattern::pattern).toList();
    } else if (test instanceof TextTest.Ordered ordered) {
      return List.of(ordered.operand());
    }
    throw new IllegalStateException("no operands of " + test.getClass());
  }

  /** The conditions within And, Or and Not; empty for any other. */
  static List<Condition> parts(Condition condition) {
    if (condition instanceof Condition.All all) {
      return all.conditions();
    } else if (condition instanceof Condition.Any any) {
      return any.conditions();
    } else if (condition instanceof Condition.None none) {
      return none.conditions();
    }
    return List.of();
  }
}
