package io.tributary.attribution;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;

/** A yes-or-no question about one value, as text, by code point, case-sensitive. */
sealed interface TextTest {

  boolean test(String value);

  /** {@code Equals}. */
  record OneOf(Set<String> values) implements TextTest {
    @Override
    public boolean test(String value) {
      return values.contains(value);
    }
  }

  /** {@code Contains}. */
  record Containing(List<String> parts) implements TextTest {
    @Override
    public boolean test(String value) {
      return parts.stream().anyMatch(value::contains);
    }
  }

  /** {@code BeginsWith}. */
  record StartingWith(List<String> prefixes) implements TextTest {
    @Override
    public boolean test(String value) {
      return prefixes.stream().anyMatch(value::startsWith);
    }
  }

  /** {@code EndsWith}. */
  record EndingWith(List<String> suffixes) implements TextTest {
    @Override
    public boolean test(String value) {
      return suffixes.stream().anyMatch(value::endsWith);
    }
  }

  /** {@code Matches}: the whole value. */
  record Matching(List<Pattern> patterns) implements TextTest {
    @Override
    public boolean test(String value) {
      return patterns.stream().anyMatch(pattern -> pattern.matches(value));
    }
  }

  /** {@code Before}, {@code BeforeOrEquals}, {@code After}, {@code AfterOrEquals}. */
  record Ordered(Order order, String operand) implements TextTest {
    @Override
    public boolean test(String value) {
      int comparison = CodePointOrder.ORDER.compare(value, operand);
      return switch (order) {
        case BEFORE -> comparison < 0;
        case BEFORE_OR_EQUALS -> comparison <= 0;
        case AFTER -> comparison > 0;
        case AFTER_OR_EQUALS -> comparison >= 0;
      };
    }
  }

  /** Which side of the operand a value lies on. */
  enum Order {
    BEFORE,
    BEFORE_OR_EQUALS,
    AFTER,
    AFTER_OR_EQUALS
  }
}
