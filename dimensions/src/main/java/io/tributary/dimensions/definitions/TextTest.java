package io.tributary.dimensions.definitions;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.google.re2j.Pattern;
import io.tributary.events.ResourceIdentity;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A yes-or-no question about one value, as text, by code point, case-sensitive. */
sealed interface TextTest {

  boolean test(String value);

  /**
   * What a value of small letters passes where this asks for any of its spellings; null where case
   * is no matter of spelling, as in an order.
   */
  @Nullable TextTest ofAnyCase();

  /** {@code Equals}. */
  record OneOf(Set<String> values) implements TextTest {
    @Override
    public TextTest ofAnyCase() {
      return new OneOf(values.stream().map(ResourceIdentity::folded).collect(toUnmodifiableSet()));
    }

    @Override
    public boolean test(String value) {
      return values.contains(value);
    }
  }

  /** {@code Contains}. */
  record Containing(List<String> parts) implements TextTest {
    @Override
    public TextTest ofAnyCase() {
      return new Containing(parts.stream().map(ResourceIdentity::folded).toList());
    }

    @Override
    public boolean test(String value) {
      return parts.stream().anyMatch(value::contains);
    }
  }

  /** {@code BeginsWith}. */
  record StartingWith(List<String> prefixes) implements TextTest {
    @Override
    public TextTest ofAnyCase() {
      return new StartingWith(prefixes.stream().map(ResourceIdentity::folded).toList());
    }

    @Override
    public boolean test(String value) {
      return prefixes.stream().anyMatch(value::startsWith);
    }
  }

  /** {@code EndsWith}. */
  record EndingWith(List<String> suffixes) implements TextTest {
    @Override
    public TextTest ofAnyCase() {
      return new EndingWith(suffixes.stream().map(ResourceIdentity::folded).toList());
    }

    @Override
    public boolean test(String value) {
      return suffixes.stream().anyMatch(value::endsWith);
    }
  }

  /**
   * {@code Matches}: the whole value.
   *
   * @param anyCase the same patterns without regard to case; empty where they are not needed
   */
  record Matching(List<Pattern> patterns, List<Pattern> anyCase) implements TextTest {
    @Override
    public @Nullable TextTest ofAnyCase() {
      return anyCase.isEmpty() ? null : new Matching(anyCase, List.of());
    }

    @Override
    public boolean test(String value) {
      return patterns.stream().anyMatch(pattern -> pattern.matches(value));
    }
  }

  /** {@code Before}, {@code BeforeOrEquals}, {@code After}, {@code AfterOrEquals}. */
  record Ordered(Order order, String operand) implements TextTest {
    @Override
    public @Nullable TextTest ofAnyCase() {
      return null;
    }

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
