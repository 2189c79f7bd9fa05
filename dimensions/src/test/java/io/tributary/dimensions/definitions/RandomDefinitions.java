package io.tributary.dimensions.definitions;

import io.tributary.events.ResourceIdentity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Valid definitions and lines for them, drawn from one seed: few sources and short texts of a small
 * alphabet, so that rules do match, and every construct of group dimensions.
 */
final class RandomDefinitions {

  /** A line; which attributes its entities have depends on its seed alone. */
  record Line(Map<String, String> values, long seed) implements SourceRow {

    @Override
    public @Nullable String value(String source) {
      String value = values.get(source);
      return value != null && source.equals("ResourceId") ? ResourceIdentity.of(value) : value;
    }

    @Override
    public @Nullable String entityAttribute(String kind, String key, String attribute) {
      SplittableRandom random = new SplittableRandom(seed ^ Objects.hash(kind, key, attribute));
      return random.nextInt(4) == 0 ? null : pick(random, WORDS);
    }
  }

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9]+([:-][A-Za-z0-9]+)*");
  private static final List<String> WORDS =
      List.of("", "a", "b", "A", "ab", "a-b", "a/b", "a//b", " a ", "\ta", "a\n", "1", "10", "9");
  private static final List<String> RESOURCES =
      List.of(
          "/subscriptions/a",
          "/SUBSCRIPTIONS/A/b",
          "/subscriptions/A/B",
          "/Providers/é/A-b",
          "/subscriptionsA/b",
          "arn:A");
  private static final List<String> PIECES =
      Arrays.asList(
          "a", "b", "A", "1", "/", "-", "_", " ", "\t", "\n", "\u000B", ".", "'", "é", "ß", "ﬁ",
          "ǆ", "İ", "Σ", "中", "😀", "\uFFFD", "\u2028");
  private static final List<String> JSON =
      List.of(
          "{\"a\": \"b\"}",
          "{\"a\": \"\"}",
          "{\"a\": 1, \"b\": \"A b\"}",
          "{\"a\": {\"a\": \"b\"}}",
          "{\"b\": \"a\", \"a\": \"a/b\"} ",
          "[\"a\"]",
          "\"a\"",
          "{\"a\": \"b\"",
          "{\"a\": \"b\"} x",
          "{\"a\": null}");
  private static final List<String> DAYS =
      List.of("2026-01-01", "2026-01-31", "2026-02-01", "2026-01-31T00:00:00", "");
  private static final List<String> PATTERNS =
      List.of(
          "a",
          "b",
          "A",
          "1",
          ".",
          "\\.",
          "/",
          "-",
          "é",
          "😀",
          "[ab]",
          "[^a]",
          "[a-z1]",
          "[[:alpha:]]",
          "[[:digit:][:upper:]]",
          "[^[:alnum:]_]",
          "[[:punct:]]",
          "[[:space:]]",
          "[[:blank:]]",
          "[[:print:]]",
          "[[:graph:]]",
          "[[:xdigit:]]",
          "[[:cntrl:]]",
          "[[:lower:]]",
          "\\d",
          "\\w",
          "\\s",
          "\\D",
          "\\W",
          "\\S",
          "(a|b)",
          "(?:ab|/)",
          "(a|)",
          "ab|a",
          "(/subscriptions/.*)",
          "(/SUBSCRIPTIONS/[a-zB])",
          "([^é]*[A-B])",
          "^a",
          "b$");
  private static final List<String> COLUMNS =
      List.of(
          "Tag:a",
          "Tag:a",
          "Tag:a",
          "Tag:b",
          "Tag:b",
          "Tag:b:c",
          "Service",
          "Resource",
          "ResourceId",
          "Account",
          "SubAccountId",
          "Region",
          "K8s:Namespace",
          "K8s:Label:x:y",
          "UsageDay",
          "x_y",
          "CZ:Defined:Kept",
          "User:Defined:Missing");
  private static final List<String> IDS =
      List.of("A", "cost-center", "Ωmega", "with space", "a:b", "F");

  private final SplittableRandom random;
  private final List<String> literals = new ArrayList<>();
  private final Map<String, Object> tree = new LinkedHashMap<>();
  private final List<String> sources = new ArrayList<>(COLUMNS);

  RandomDefinitions(long seed) {
    random = new SplittableRandom(seed);
    sources.addAll(List.of("Entity:account:owner", "Entity:resource:o:p"));
    Map<String, Object> dimensions = new LinkedHashMap<>();
    addDimensions(dimensions);
    List<String> order = new ArrayList<>(dimensions.keySet());
    for (int i = order.size() - 1; i > 0; i--) {
      Collections.swap(order, i, random.nextInt(i + 1)); // forward references are allowed
    }
    Map<String, Object> shuffled = new LinkedHashMap<>();
    order.forEach(id -> shuffled.put(id, dimensions.get(id)));
    tree.put("Dimensions", shuffled);
  }

  /** The file as mappings, lists and text. */
  Map<String, Object> tree() {
    return tree;
  }

  /** The file as YAML. */
  String yaml() {
    return yaml(tree);
  }

  /** YAML that reads as {@code tree} again. */
  static String yaml(Map<String, Object> tree) {
    StringBuilder yaml = new StringBuilder();
    tree.forEach(
        (section, entries) -> {
          yaml.append(section).append(":\n");
          ((Map<?, ?>) entries)
              .forEach((id, body) -> yaml.append("  %s: %s%n".formatted(flow(id), flow(body))));
        });
    return yaml.toString();
  }

  private static String flow(@Nullable Object node) {
    if (node instanceof Map<?, ?> mapping) {
      return mapping.entrySet().stream()
          .map(entry -> flow(entry.getKey()) + ": " + flow(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (node instanceof List<?> list) {
      return list.stream().map(RandomDefinitions::flow).collect(Collectors.joining(", ", "[", "]"));
    }
    if (node == null || PLAIN.matcher((String) node).matches()) {
      return String.valueOf(node);
    }
    StringBuilder quoted = new StringBuilder("\"");
    ((String) node)
        .codePoints()
        .forEach(
            c ->
                quoted.append(
                    c < ' ' || c > '~' || c == '"' || c == '\\'
                        ? "\\U%08X".formatted(c)
                        : Character.toString(c)));
    return quoted + "\"";
  }

  /** The next line; some of its values are taken from the definitions. */
  Line line() {
    Map<String, String> values = new HashMap<>();
    for (String source :
        List.of(
            "Tag:a",
            "Tag:b",
            "Tag:b:c",
            "Service",
            "SubAccountId",
            "RegionId",
            "ResourceId",
            "K8s:Namespace",
            "K8s:Label:x:y",
            "x_y",
            "CZ:Defined:Kept",
            "CZ:Defined:Replaced")) {
      if (!oneIn(4)) {
        values.put(source, oneIn(8) ? pick(JSON) : text());
      }
    }
    if (!oneIn(4)) {
      values.put("UsageDay", pick(DAYS));
    }
    for (String given :
        List.of(
            "User:Defined:A", "User:Defined:Missing", "User:Defined:Shared", "Entity:team:unit")) {
      if (oneIn(20)) {
        values.put(given, text());
      }
    }
    return new Line(values, random.nextLong());
  }

  /** Dimensions read only those before them, entities and replacements included. */
  private void addDimensions(Map<String, Object> dimensions) {
    int count = 1 + random.nextInt(IDS.size());
    int replacing = random.nextInt(-2, count);
    if (replacing < 0) {
      sources.add("CZ:Defined:Replaced");
    }
    for (int i = 0; i < count; i++) {
      Map<String, Object> dimension = dimension();
      dimensions.put(IDS.get(i), dimension);
      sources.add("User:Defined:" + IDS.get(i));
      if (i == replacing) {
        dimension.put("Override", "CZ:Defined:Replaced");
        sources.add("CZ:Defined:Replaced");
      }
      if (i == 0 && oneIn(2)) {
        tree.put(
            "Entities",
            Map.of(
                "team", Map.of("Key", pick(sources)), "group", Map.of("Key", "Entity:team:unit")));
        sources.addAll(List.of("Entity:team:unit", "Entity:group:head"));
      }
    }
    if (oneIn(3)) {
      dimensions.put(
          "Off",
          new LinkedHashMap<>(
              Map.of(
                  "Disable",
                  "true",
                  "Override",
                  "CZ:Defined:Kept",
                  "GroupBy",
                  Map.of("Source", "Tag:a"))));
    }
    if (oneIn(3)) {
      dimensions.put(
          "Shared",
          Map.of("Type", "Allocation", "AllocateByStreams", Map.of("Streams", List.of("s"))));
      sources.add("User:Defined:Shared");
    }
  }

  private Map<String, Object> dimension() {
    Map<String, Object> dimension = new LinkedHashMap<>();
    boolean hasBlock = oneIn(2);
    block(dimension, hasBlock, true);
    switch (random.nextInt(4)) {
      case 0 -> {
        Map<String, Object> groups = new LinkedHashMap<>();
        some(3, () -> groups.put("g" + text(), conditions(hasBlock, 2)));
        dimension.put("Groups", groups);
      }
      case 1 -> dimension.put("GroupBy", groupBy(dimension, hasBlock));
      default -> dimension.put("Rules", some(4, () -> rule(dimension, hasBlock)));
    }
    if (oneIn(2)) {
      dimension.put("DefaultValue", oneIn(4) ? null : text());
    }
    if (oneIn(6)) {
      dimension.put("Hide", "true");
    }
    if (oneIn(6)) {
      dimension.put("Child", "User:Defined:A");
    }
    return dimension;
  }

  private Map<String, Object> rule(Map<String, Object> dimension, boolean hasBlock) {
    Map<String, Object> rule;
    switch (random.nextInt(3)) {
      case 0 -> {
        rule = new LinkedHashMap<>(Map.of("Type", "Group", "Name", "n" + text()));
        boolean own = oneIn(3);
        block(rule, own, true);
        rule.put("Conditions", conditions(hasBlock || own, 2));
      }
      case 1 -> {
        rule = groupBy(dimension, hasBlock);
        rule.put("Type", "GroupBy");
      }
      default -> {
        rule = new LinkedHashMap<>(Map.of("Type", "Metadata"));
        block(rule, true, false);
        rule.put("Values", some(3, this::metadataValue));
        if (oneIn(3)) {
          rule.put("Format", "m{0}!");
        }
        gate(rule, true);
      }
    }
    return rule;
  }

  private Map<String, Object> groupBy(Map<String, Object> dimension, boolean hasBlock) {
    Map<String, Object> rule = new LinkedHashMap<>();
    boolean own = !hasBlock || !oneIn(4);
    block(rule, own, true);
    Map<String, Object> block = own ? rule : dimension;
    Object read = block.getOrDefault("Source", block.get("Sources"));
    int places =
        read instanceof List<?> l && !"true".equals(block.get("CoalesceSources")) ? l.size() : 1;
    if (oneIn(3)) {
      StringBuilder format = new StringBuilder(oneIn(2) ? "$1\\ " : "");
      for (int i = places - 1; i >= 0; i--) {
        format.append("{").append(i).append("}").append(oneIn(2) ? "-" : "");
      }
      rule.put("Format", format + (oneIn(4) ? "{0}" : ""));
    }
    gate(rule, true);
    return rule;
  }

  private void gate(Map<String, Object> rule, boolean hasBlock) {
    if (oneIn(3)) {
      rule.put("Conditions", conditions(hasBlock, 1));
    }
  }

  private Object metadataValue() {
    List<String> names = List.of("a", "B", "-a", "-Ab-", "1", "a-b", "é", "A1");
    if (oneIn(2)) {
      return pick(names);
    }
    Map<String, Object> value = new LinkedHashMap<>();
    some(2, () -> value.put(pick(names), oneIn(3) ? pick(names) : some(2, () -> pick(names))));
    return value;
  }

  /** Adds a source block, or now and then the part of one that has no effect. */
  private void block(Map<String, Object> node, boolean present, boolean mayTransform) {
    if (present) {
      String key = oneIn(2) ? "Source" : "Sources";
      node.put(key, oneIn(2) ? pick(sources) : some(3, () -> pick(sources)));
    }
    if (oneIn(present ? 3 : 10)) {
      node.put("CoalesceSources", oneIn(4) ? "false" : "true");
    }
    if (mayTransform && oneIn(present ? 2 : 10)) {
      node.put("Transforms", some(3, this::transform));
    }
  }

  private Map<String, Object> transform() {
    Map<String, Object> transform = new LinkedHashMap<>();
    String type =
        pick(
            List.of(
                "Lower",
                "Upper",
                "Title",
                "Trim",
                "Clean",
                "Normalize",
                "Split",
                "Split",
                "Lookup"));
    transform.put("Type", type);
    if (type.equals("Split")) {
      transform.put("Delimiter", pick(List.of("/", "-", " ", "a", "//", "{")));
      transform.put("Index", Integer.toString(random.nextInt(-3, 4)));
      if (oneIn(3)) {
        transform.put("Maxsplit", Integer.toString(random.nextInt(0, 3)));
      }
    } else if (type.equals("Lookup")) {
      transform.put("Key", pick(List.of("a", "b", "c")));
    }
    return transform;
  }

  private List<Object> conditions(boolean hasBlock, int depth) {
    return some(3, () -> condition(hasBlock, depth));
  }

  private Map<String, Object> condition(boolean hasBlock, int depth) {
    Map<String, Object> condition = new LinkedHashMap<>();
    if (depth > 0 && oneIn(3)) {
      condition.put(pick(List.of("And", "Or", "Not")), conditions(hasBlock, depth - 1));
      return condition;
    }
    if (oneIn(12)) {
      condition.put("ForDateRange", Map.of("From", pick(DAYS), "Until", pick(DAYS)));
      return condition;
    }
    block(condition, !hasBlock || oneIn(2), true);
    switch (random.nextInt(5)) {
      case 0 -> condition.put("HasValue", oneIn(2) ? "true" : "false");
      case 1 -> condition.put("Matches", oneIn(3) ? some(2, this::pattern) : pattern());
      case 2 ->
          condition.put(
              pick(List.of("Before", "BeforeOrEquals", "After", "AfterOrEquals")), literal());
      default ->
          condition.put(
              pick(List.of("Equals", "Contains", "BeginsWith", "EndsWith")),
              oneIn(2) ? literal() : some(3, this::literal));
    }
    return condition;
  }

  private String pattern() {
    StringBuilder pattern = new StringBuilder();
    some(
        3,
        () ->
            pattern
                .append(pick(PATTERNS))
                .append(pick(List.of("", "", "", "*", "+", "?", "{1,2}"))));
    return pattern.toString();
  }

  private String literal() {
    String literal = text();
    literals.add(literal);
    return literal;
  }

  private String text() {
    if (!literals.isEmpty() && oneIn(3)) {
      return pick(literals);
    }
    if (oneIn(2)) {
      return pick(oneIn(5) ? RESOURCES : WORDS);
    }
    StringBuilder text = new StringBuilder();
    some(3, () -> text.append(pick(PIECES)));
    return text.toString();
  }

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  private <T> T pick(List<T> from) {
    return pick(random, from);
  }

  private static <T> T pick(SplittableRandom random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** One to {@code most} drawings. */
  private <T> List<T> some(int most, Supplier<? extends T> drawing) {
    List<T> drawn = new ArrayList<>();
    for (int i = random.nextInt(most); i >= 0; i--) {
      drawn.add(drawing.get());
    }
    return drawn;
  }
}
