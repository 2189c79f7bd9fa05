package io.tributary.dimensions.definitions;

import io.tributary.events.ResourceIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which values of one block earlier rules take, and where the first of those rules stands. */
final class TakenValues {

  /** Patterns and orderings are tried one by one; what those beyond take is left open. */
  private static final int MOST_TESTS = 16;

  /** What longer operands contain is left open. */
  private static final int LONGEST = 256;

  private record Test(TextTest test, Position at) {}

  private final Map<String, Position> wholes = new HashMap<>();
  // By length, so that only as many pieces of an operand are looked up as there are lengths.
  private final SortedMap<Integer, Map<String, Position>> prefixes = new TreeMap<>();
  private final SortedMap<Integer, Map<String, Position>> suffixes = new TreeMap<>();
  private final SortedMap<Integer, Map<String, Position>> parts = new TreeMap<>();
  private final List<Test> tests = new ArrayList<>();

  void add(TextTest test, Position at) {
    if (test instanceof TextTest.OneOf oneOf) {
      oneOf.values().forEach(value -> wholes.putIfAbsent(value, at));
    } else if (test instanceof TextTest.StartingWith startingWith) {
      add(prefixes, startingWith.prefixes(), at);
    } else if (test instanceof TextTest.EndingWith endingWith) {
      add(suffixes, endingWith.suffixes(), at);
    } else if (test instanceof TextTest.Containing containing) {
      add(parts, containing.parts(), at);
    } else if (tests.size() < MOST_TESTS) {
      tests.add(new Test(test, at));
    }
  }

  private static void add(
      SortedMap<Integer, Map<String, Position>> taken, List<String> operands, Position at) {
    for (String operand : operands) {
      taken.computeIfAbsent(operand.length(), length -> new HashMap<>()).putIfAbsent(operand, at);
    }
  }

  /** The rule that takes every value in which {@code test} finds {@code operand}. */
  @Nullable Position taker(TextTest test, String operand) {
    if (test instanceof TextTest.OneOf) {
      Position whole = wholes.get(operand);
      return whole == null ? takerOfWhole(operand) : whole;
    }
    Position byPart = part(operand);
    if (byPart != null || test instanceof TextTest.Containing) {
      return byPart;
    }
    return test instanceof TextTest.StartingWith ? prefix(operand) : suffix(operand);
  }

  private @Nullable Position takerOfWhole(String value) {
    for (Test test : tests) {
      // An order is of the value, whose letters may be others.
      boolean ordered = test.test() instanceof TextTest.Ordered;
      if (test.test().test(value) && !(ordered && ResourceIdentity.isResourceManagerId(value))) {
        return test.at();
      }
    }
    Position prefix = prefix(value);
    Position suffix = prefix == null ? suffix(value) : prefix;
    return suffix == null ? part(value) : suffix;
  }

  private @Nullable Position prefix(String text) {
    for (Map.Entry<Integer, Map<String, Position>> taken : upTo(text, prefixes).entrySet()) {
      Position taker = taken.getValue().get(text.substring(0, taken.getKey()));
      if (taker != null) {
        return taker;
      }
    }
    return null;
  }

  private @Nullable Position suffix(String text) {
    for (Map.Entry<Integer, Map<String, Position>> taken : upTo(text, suffixes).entrySet()) {
      Position taker = taken.getValue().get(text.substring(text.length() - taken.getKey()));
      if (taker != null) {
        return taker;
      }
    }
    return null;
  }

  private @Nullable Position part(String text) {
    if (text.length() > LONGEST) {
      return null;
    }
    for (Map.Entry<Integer, Map<String, Position>> taken : upTo(text, parts).entrySet()) {
      int length = taken.getKey();
      for (int start = 0; start + length <= text.length(); start++) {
        Position taker = taken.getValue().get(text.substring(start, start + length));
        if (taker != null) {
          return taker;
        }
      }
    }
    return null;
  }

  /** Operands no longer than {@code text}. */
  private static SortedMap<Integer, Map<String, Position>> upTo(
      String text, SortedMap<Integer, Map<String, Position>> taken) {
    return taken.headMap(text.length() + 1);
  }
}
