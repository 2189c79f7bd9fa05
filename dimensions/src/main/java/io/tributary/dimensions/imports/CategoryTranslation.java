package io.tributary.dimensions.imports;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes dimensions out of one AWS cost category. */
final class CategoryTranslation {

  /** What the API takes and tells of a cost category. */
  private static final List<String> MEMBERS =
      List.of(
          "Name",
          "EffectiveStart",
          "EffectiveEnd",
          "RuleVersion",
          "Rules",
          "DefaultValue",
          "SplitChargeRules",
          // These say nothing about cost.
          "ResourceTags",
          "CostCategoryArn",
          "ProcessingStatus");

  private static final String INHERITED_VALUE = "INHERITED_VALUE";
  private static final String VERSION = "CostCategoryExpression.v1";

  /** The element of a tag that is there but empty: values of cost categories are never empty. */
  private static final Map<String, Object> NOT_EMPTY = Map.of("Not", List.of(Map.of("Equals", "")));

  private final JsonPlace category;
  private final ExpressionTranslation expressions;

  CategoryTranslation(JsonPlace category, ExpressionTranslation expressions) {
    this.category = category;
    this.expressions = expressions;
  }

  /** From when it holds; null where it does not say. */
  @Nullable Instant effectiveStart() {
    String text = category.text("EffectiveStart");
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      category
          .member("EffectiveStart")
          .refuse("no instant: " + ImportProblem.quote(text), "write it like 2026-01-01T00:00:00Z");
      return null;
    }
  }

  /** Its dimensions by id, in order. */
  Map<String, Object> dimensions(String name) {
    category.isObjectOf(MEMBERS);
    String version = category.text("RuleVersion");
    if (version != null && !version.equals(VERSION)) {
      category
          .member("RuleVersion")
          .refuse("unknown RuleVersion " + ImportProblem.quote(version), "use " + VERSION);
    }
    if (category.has("EffectiveEnd")) {
      category
          .member("EffectiveEnd")
          .refuse(
              "definitions have no end",
              "remove it, and publish definitions without this dimension from then on");
    }
    Map<String, Object> dimension = new LinkedHashMap<>();
    dimension.put("Rules", rules());
    if (category.has("DefaultValue")) {
      String value = category.name("DefaultValue");
      dimension.put("DefaultValue", value == null ? "" : value);
    }
    Map<String, Object> dimensions = new LinkedHashMap<>();
    dimensions.put(name, dimension);
    List<JsonPlace> splits = category.listOrNone("SplitChargeRules");
    if (!splits.isEmpty()) {
      dimensions.putAll(new SplitTranslation(name, values(), inherits()).dimensions(splits));
    }
    return dimensions;
  }

  /** The values that rules and the default name. */
  private Set<String> values() {
    Set<String> values = new TreeSet<>();
    category
        .member("Rules")
        .items()
        .forEach(rule -> values.add(rule.node().path("Value").asText()));
    values.add(category.node().path("DefaultValue").asText());
    return values;
  }

  private boolean inherits() {
    return category.member("Rules").items().stream()
        .anyMatch(rule -> INHERITED_VALUE.equals(rule.node().path("Type").asText()));
  }

  private List<Object> rules() {
    List<Object> rules = new ArrayList<>();
    for (JsonPlace rule : category.list("Rules")) {
      String type = rule.has("Type") ? rule.text("Type") : "REGULAR";
      if ("REGULAR".equals(type)) {
        rules.add(regular(rule));
      } else if (INHERITED_VALUE.equals(type)) {
        rules.add(inherited(rule));
      } else if (type != null) {
        rule.member("Type")
            .refuse("unknown Type " + ImportProblem.quote(type), "use REGULAR, INHERITED_VALUE");
      }
    }
    return rules;
  }

  private Map<String, Object> regular(JsonPlace rule) {
    Map<String, Object> group = new LinkedHashMap<>();
    if (rule.isObjectOf(List.of("Type", "Value", "Rule"))) {
      String value = rule.name("Value");
      group.put("Type", "Group");
      group.put("Name", value == null ? "" : value);
      group.put("Conditions", expressions.alternatives(rule.member("Rule")));
    }
    return group;
  }

  private static Map<String, Object> inherited(JsonPlace rule) {
    Map<String, Object> groupBy = new LinkedHashMap<>();
    JsonPlace value = rule.member("InheritedValue");
    if (rule.isObjectOf(List.of("Type", "InheritedValue"))
        && value.isObjectOf(List.of("DimensionName", "DimensionKey"))) {
      String source = inheritedSource(value);
      groupBy.put("Type", "GroupBy");
      groupBy.put("Source", source == null ? "" : source);
      groupBy.put("Conditions", List.of(NOT_EMPTY));
    }
    return groupBy;
  }

  private static @Nullable String inheritedSource(JsonPlace value) {
    String name = value.name("DimensionName");
    if ("TAG".equals(name)) {
      String key = value.name("DimensionKey");
      return key == null ? null : "Tag:" + key;
    }
    if ("LINKED_ACCOUNT_NAME".equals(name)) {
      if (value.has("DimensionKey")) {
        value.member("DimensionKey").refuse(name + " takes no DimensionKey", "remove it");
      }
      return ExpressionTranslation.SOURCES.get(name);
    }
    if (name != null) {
      value
          .member("DimensionName")
          .refuse(
              "unknown DimensionName " + ImportProblem.quote(name), "use TAG, LINKED_ACCOUNT_NAME");
    }
    return null;
  }
}
