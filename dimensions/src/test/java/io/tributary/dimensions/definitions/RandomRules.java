package io.tributary.dimensions.definitions;

import io.tributary.events.ResourceIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Definitions with every kind of rule, condition and transform, and lines for them, by seed. The
 * texts are few and alike, so that operands are equal, nested and overlapping, and lines hit them.
 */
final class RandomRules {

  private static final List<String> TEXTS =
      List.of(
          "''",
          "a",
          "b",
          "ab",
          "ba",
          "aa",
          "aab",
          "abab",
          "A",
          "'-'",
          "a-b",
          "prod",
          "prod-eu",
          "eu",
          "é",
          "😀",
          "a😀b",
          "\"\\uD83D\"",
          "\"\\uDE00\"",
          "2026-01-01",
          "x y",
          "/subscriptions/a",
          "/Subscriptions/A-B",
          "/providers/",
          "A-B");

  private static final List<String> VALUES =
      List.of(
          "",
          "a",
          "b",
          "ab",
          "ba",
          "aab",
          "abab",
          "aaaa",
          "A",
          "-",
          "a-b",
          "prod",
          "prod-eu",
          "stage-eu",
          "e\u0301",
          "é",
          "😀",
          "a😀b",
          "\uD83D",
          "b\uDE00",
          "2026-01-01",
          "x y",
          "{\"k\": \"ab\"}",
          "aaab\nb",
          "a-😀",
          "-a",
          "ab-ab",
          "/subscriptions/a",
          "/SUBSCRIPTIONS/a-b",
          "/Subscriptions/A-B",
          "/subscriptions/\u212A-ab",
          "/Providers/AB");

  private static final List<String> PATTERNS =
      List.of(
          "a.*",
          ".*b",
          ".*ab.*",
          "(a|b)+",
          "[a-b]*",
          "",
          "a|prod.*|.*eu",
          "(prod|stage)-.*",
          "a{2}b?",
          "\\w+",
          "(ab)*",
          ".*😀.*",
          "^a$",
          "a+b",
          "(a|b)(a|b)",
          "\\x61b",
          "a\\-b",
          "(a.*|.*b)a?",
          "(?:ab){0,2}",
          "a\\055b",
          "[^]]*b",
          "prod(-eu)?",
          "((a|b)b)+",
          ".+-.+",
          "/subscriptions/.*B",
          ".*/K-.*",
          "/(subscriptions|PROVIDERS)/(A|ab)");

  private static final List<String> SOURCES =
      List.of("Tag:p", "Tag:q", "Resource", "Service", "User:Defined:Up", "Entity:resource:owner");

  private static final List<String> TRANSFORMS =
      List.of(
          "{Type: Lower}",
          "{Type: Upper}",
          "{Type: Normalize}",
          "{Type: Split, Delimiter: '-', Index: -1}",
          "{Type: Lookup, Key: k}");

  private static final List<String> LIST_OPERATORS =
      List.of("Equals", "Equals", "Contains", "BeginsWith", "EndsWith");

  private static final List<String> ORDER_OPERATORS =
      List.of("Before", "BeforeOrEquals", "After", "AfterOrEquals");

  private final SplittableRandom random;

  RandomRules(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** Dimensions Up and D, of which D reads Up. */
  String yaml() {
    StringBuilder yaml = new StringBuilder("Dimensions:\n");
    dimension(yaml, "Up", SOURCES.subList(0, 4), 1 + random.nextInt(12));
    dimension(yaml, "D", SOURCES, 1 + random.nextInt(60));
    return yaml.toString();
  }

  /** A line, some of its values missing. */
  SourceRow row() {
    Map<String, String> values = new HashMap<>();
    for (String source : List.of("Tag:p", "Tag:q", "RegionId", "Service", "ResourceId")) {
      if (!oneIn(5)) {
        values.put(source, oneOf(VALUES));
      }
    }
    if (!oneIn(5)) {
      values.put("UsageDay", oneOf(List.of("2025-12-31", "2026-01-01", "2026-02-01")));
    }
    String owner = oneIn(3) ? null : oneOf(VALUES);
    return new SourceRow() {
      @Override
      public @Nullable String value(String source) {
        String value = values.get(source);
        return value != null && source.equals("ResourceId") ? ResourceIdentity.of(value) : value;
      }

      @Override
      public @Nullable String entityAttribute(String kind, String key, String attribute) {
        return owner;
      }

      @Override
      public String toString() {
        return values + ", owner " + owner;
      }
    };
  }

  private void dimension(StringBuilder yaml, String id, List<String> sources, int rules) {
    yaml.append("  ").append(id).append(": {").append(block(sources));
    yaml.append(oneIn(2) ? ", DefaultValue: none" : "").append(", Rules: [\n");
    for (int i = 0; i < rules; i++) {
      yaml.append("    {").append(rule(sources, i)).append("},\n");
    }
    yaml.append("    ]}\n");
  }

  private String rule(List<String> sources, int number) {
    String own = oneIn(3) ? block(sources) + ", " : "";
    String gate = oneIn(2) ? ", Conditions: " + conditions(sources, 2) : "";
    return switch (random.nextInt(20)) {
      case 0 -> "Type: GroupBy" + (own.isEmpty() ? "" : ", " + block(sources)) + gate;
      case 1 ->
          "Type: Metadata, Sources: ["
              + oneOf(sources)
              + ", "
              + oneOf(sources)
              + "], Values: [ab, {prod: [stage, b-]}, a]"
              + gate;
      default ->
          "Type: Group, " + own + "Name: g" + number + ", Conditions: " + conditions(sources, 2);
    };
  }

  private String block(List<String> sources) {
    List<String> read = new ArrayList<>(List.of(oneOf(sources)));
    if (oneIn(3)) {
      read.add(oneOf(sources));
    }
    return "Sources: "
        + read
        + (oneIn(3) ? ", CoalesceSources: true" : "")
        + (oneIn(3) ? ", Transforms: [" + oneOf(TRANSFORMS) + "]" : "");
  }

  private String conditions(List<String> sources, int depth) {
    List<String> conditions = new ArrayList<>();
    int count = oneIn(3) ? 3 : 1;
    for (int i = 0; i < count; i++) {
      conditions.add("{" + condition(sources, depth) + "}");
    }
    return conditions.toString();
  }

  private String condition(List<String> sources, int depth) {
    if (depth > 0 && oneIn(3)) {
      return oneOf(List.of("And", "And", "Or", "Not")) + ": " + conditions(sources, depth - 1);
    }
    if (oneIn(12)) {
      return "ForDateRange: {From: 2026-01-01, Until: 2026-01-31}";
    }
    return test() + (oneIn(3) ? ", " + block(sources) : "");
  }

  private String test() {
    return switch (random.nextInt(8)) {
      case 0 -> "HasValue: " + oneIn(2);
      case 1 -> oneOf(ORDER_OPERATORS) + ": " + oneOf(TEXTS);
      case 2 -> "Matches: ['" + oneOf(PATTERNS) + "']";
      case 3 -> "Matches: ['" + oneOf(PATTERNS) + "', '" + oneOf(PATTERNS) + "']";
      default -> {
        List<String> operands = new ArrayList<>(List.of(oneOf(TEXTS)));
        while (oneIn(2)) {
          operands.add(oneOf(TEXTS));
        }
        yield oneOf(LIST_OPERATORS) + ": " + operands;
      }
    };
  }

  private String oneOf(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }
}
