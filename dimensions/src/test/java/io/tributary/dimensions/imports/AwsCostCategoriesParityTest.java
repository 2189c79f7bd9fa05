package io.tributary.dimensions.imports;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.EvalRow;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random cost categories give every random line the value that a plain reading of the AWS
 * documentation gives it.
 */
class AwsCostCategoriesParityTest {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> VALUES = List.of("a", "A", "ab", "Ba", "b", "cAb", "Ä");
  private static final List<String> NAMES = List.of("Team", "Board", "Group");
  private static final Map<String, String> KEYS =
      Map.of(
          "LINKED_ACCOUNT", "Account",
          "LINKED_ACCOUNT_NAME", "SubAccountName",
          "SERVICE_CODE", "Service",
          "RECORD_TYPE", "LineItemType",
          "REGION", "Region",
          "USAGE_TYPE", "UsageType",
          "BILLING_ENTITY", "x_BillingEntity",
          "tag:t", "Tag:t",
          "tag:u", "Tag:u");

  /** What AWS documents, over a line that has values by AWS's own names of dimensions. */
  private record Aws(Map<String, JsonNode> categories, Map<String, String> line) {

    @Nullable String value(String category) {
      JsonNode definition = Objects.requireNonNull(categories.get(category));
      for (JsonNode rule : definition.get("Rules")) {
        String value =
            rule.has("InheritedValue")
                ? inherited(rule.get("InheritedValue"))
                : holds(rule.get("Rule")) ? rule.get("Value").asText() : null;
        if (value != null) {
          return value;
        }
      }
      JsonNode other = definition.get("DefaultValue");
      return other == null ? null : other.asText();
    }

    private @Nullable String inherited(JsonNode value) {
      String name = value.get("DimensionName").asText();
      return line.get(name.equals("TAG") ? "tag:" + value.get("DimensionKey").asText() : name);
    }

    private boolean holds(JsonNode e) {
      if (e.has("And")) {
        return all(e.get("And"), true);
      }
      if (e.has("Or")) {
        return !all(e.get("Or"), false);
      }
      if (e.has("Not")) {
        return !holds(e.get("Not"));
      }
      JsonNode leaf = e.elements().next();
      String key = leaf.get("Key").asText();
      return matches(
          leaf,
          e.has("Dimensions")
              ? line.get(key)
              : e.has("Tags") ? line.get("tag:" + key) : value(key));
    }

    private boolean all(JsonNode expressions, boolean expected) {
      for (JsonNode expression : expressions) {
        if (holds(expression) != expected) {
          return false;
        }
      }
      return true;
    }

    private static boolean matches(JsonNode leaf, @Nullable String value) {
      String options = String.valueOf(leaf.get("MatchOptions"));
      if (options.contains("ABSENT") || !leaf.has("Values")) {
        return value == null;
      }
      for (JsonNode operand : leaf.get("Values")) {
        boolean ignoreCase = options.contains("CASE_INSENSITIVE");
        if (value != null
            && matches(options, fold(operand.asText(), ignoreCase), fold(value, ignoreCase))) {
          return true;
        }
      }
      return false;
    }

    private static boolean matches(String options, String operand, String value) {
      return options.contains("STARTS_WITH")
          ? value.startsWith(operand)
          : options.contains("ENDS_WITH")
              ? value.endsWith(operand)
              : options.contains("CONTAINS") ? value.contains(operand) : value.equals(operand);
    }

    private static String fold(String text, boolean ignoreCase) {
      return ignoreCase ? text.toLowerCase(Locale.ROOT) : text;
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void importedDefinitionsGiveTheSameValues(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    int values = 0;
    for (int run = 0; run < 60; run++) {
      Map<String, JsonNode> categories = new LinkedHashMap<>();
      Map<String, String> files = new LinkedHashMap<>();
      for (int i = 0; i < NAMES.size(); i++) {
        JsonNode category = category(random, i);
        categories.put(NAMES.get(i), category);
        files.put(i + ".json", new JsonMapper().writeValueAsString(category));
      }
      String yaml = AwsCostCategories.definitions(files);
      Definitions definitions = Definitions.load("imported.yaml", yaml);
      for (int i = 0; i < 40; i++) {
        Map<String, String> line = line(random);
        Map<String, String> row = new HashMap<>();
        line.forEach((key, value) -> row.put(KEYS.get(key), value));
        for (String name : NAMES) {
          String expected = new Aws(categories, line).value(name);
          values += expected == null ? 0 : 1;
          assertThat(definitions.element(name, new EvalRow(definitions, row)))
              .as("%s of %s under%n%s", name, line, yaml)
              .isEqualTo(expected);
        }
      }
    }
    assertThat(values).as("lines that have a value").isGreaterThan(1_000);
  }

  private static Map<String, String> line(SplittableRandom random) {
    Map<String, String> line = new HashMap<>();
    KEYS.keySet().stream()
        .sorted()
        .filter(key -> random.nextInt(4) > 0)
        .forEach(key -> line.put(key, pick(random, VALUES)));
    return line;
  }

  private static ObjectNode category(SplittableRandom random, int index) {
    ObjectNode category = JSON.objectNode().put("Name", NAMES.get(index));
    category.put("RuleVersion", "CostCategoryExpression.v1");
    ArrayNode rules = category.putArray("Rules");
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      rules.add(random.nextInt(5) == 0 ? inherited(random) : regular(random, index));
    }
    if (random.nextBoolean()) {
      category.put("DefaultValue", "other");
    }
    return category;
  }

  private static ObjectNode regular(SplittableRandom random, int index) {
    ObjectNode rule = JSON.objectNode().put("Value", pick(random, VALUES));
    rule.set("Rule", expression(random, 3, index));
    return random.nextBoolean() ? rule.put("Type", "REGULAR") : rule;
  }

  private static ObjectNode inherited(SplittableRandom random) {
    ObjectNode rule = JSON.objectNode().put("Type", "INHERITED_VALUE");
    ObjectNode value = rule.putObject("InheritedValue");
    return random.nextBoolean()
        ? with(rule, value.put("DimensionName", "LINKED_ACCOUNT_NAME"))
        : with(rule, value.put("DimensionName", "TAG").put("DimensionKey", "t"));
  }

  private static ObjectNode with(ObjectNode rule, ObjectNode value) {
    return rule.set("InheritedValue", value);
  }

  private static ObjectNode expression(SplittableRandom random, int depth, int index) {
    ObjectNode expression = JSON.objectNode();
    switch (depth == 0 ? 3 + random.nextInt(5) : random.nextInt(8)) {
      case 0, 1 -> {
        ArrayNode list = expression.putArray(random.nextBoolean() ? "And" : "Or");
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
          list.add(expression(random, depth - 1, index));
        }
      }
      case 2 -> expression.set("Not", expression(random, depth - 1, index));
      case 3, 4 -> leaf(random, expression.putObject("Tags"), random.nextBoolean() ? "t" : "u");
      case 5 -> {
        if (index == 0) {
          leaf(random, expression.putObject("Tags"), "t");
        } else {
          leaf(random, expression.putObject("CostCategories"), NAMES.get(random.nextInt(index)));
        }
      }
      default -> {
        List<String> keys = KEYS.keySet().stream().filter(k -> !k.contains(":")).sorted().toList();
        leaf(random, expression.putObject("Dimensions"), pick(random, keys));
      }
    }
    return expression;
  }

  private static void leaf(SplittableRandom random, ObjectNode leaf, String key) {
    leaf.put("Key", key);
    if (random.nextInt(6) == 0) {
      leaf.putArray("MatchOptions").add("ABSENT");
      return;
    }
    ArrayNode values = leaf.putArray("Values");
    int count = 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      values.add(pick(random, VALUES));
    }
    if (random.nextInt(4) > 0) {
      ArrayNode options = leaf.putArray("MatchOptions");
      options.add(pick(random, List.of("EQUALS", "STARTS_WITH", "ENDS_WITH", "CONTAINS")));
      if (random.nextBoolean()) {
        options.add(pick(random, List.of("CASE_SENSITIVE", "CASE_INSENSITIVE")));
      }
    }
  }

  private static String pick(SplittableRandom random, List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
