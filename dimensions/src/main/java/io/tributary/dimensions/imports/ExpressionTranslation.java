package io.tributary.dimensions.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes conditions out of the expressions of AWS Cost Categories, as the API reference of AWS Cost
 * Explorer describes them (Expression, DimensionValues, TagValues, CostCategoryValues).
 */
final class ExpressionTranslation {

  /** The dimensions that rules of cost categories may use, to the source that holds each. */
  static final Map<String, String> SOURCES =
      Map.of(
          "LINKED_ACCOUNT", "Account",
          "LINKED_ACCOUNT_NAME", "SubAccountName",
          "SERVICE_CODE", "Service",
          "RECORD_TYPE", "LineItemType",
          "REGION", "Region",
          "USAGE_TYPE", "UsageType",
          "BILLING_ENTITY", "x_BillingEntity");

  private static final List<String> KINDS =
      List.of("And", "Or", "Not", "Dimensions", "Tags", "CostCategories");
  private static final List<String> LEAF = List.of("Key", "Values", "MatchOptions");
  private static final Set<String> CASES = Set.of("CASE_SENSITIVE", "CASE_INSENSITIVE");
  private static final Map<String, String> OPERATORS =
      Map.of(
          "EQUALS", "Equals",
          "STARTS_WITH", "BeginsWith",
          "ENDS_WITH", "EndsWith",
          "CONTAINS", "Contains");

  private final Set<String> categories;

  /**
   * @param categories the names of all that are imported together
   */
  ExpressionTranslation(Set<String> categories) {
    this.categories = categories;
  }

  /** The conditions any one of which suffices: the branches of an {@code Or}, else one. */
  List<Object> alternatives(JsonPlace expression) {
    return conditions(expression.has("Or") ? branches(expression) : List.of(expression));
  }

  private static List<JsonPlace> branches(JsonPlace expression) {
    return "Or".equals(kind(expression)) ? expression.list("Or") : List.of();
  }

  private List<Object> conditions(List<JsonPlace> expressions) {
    List<Object> conditions = new ArrayList<>();
    for (JsonPlace expression : expressions) {
      Map<String, Object> condition = condition(expression);
      if (condition != null) {
        conditions.add(condition);
      }
    }
    return conditions;
  }

  private @Nullable Map<String, Object> condition(JsonPlace expression) {
    String kind = kind(expression);
    if (kind == null) {
      return null;
    }
    JsonPlace operand = expression.member(kind);
    return switch (kind) {
      case "And", "Or" -> Map.of(kind, conditions(expression.list(kind)));
      case "Not" -> Map.of(kind, conditions(List.of(operand)));
      case "Dimensions" -> comparison(operand, dimension(operand));
      case "Tags" -> comparison(operand, tag(operand));
      default -> comparison(operand, category(operand));
    };
  }

  /** The one member that says what the expression is; null, and told, where there is not one. */
  private static @Nullable String kind(JsonPlace expression) {
    if (!expression.isObjectOf(KINDS)) {
      return null;
    }
    List<String> kinds = KINDS.stream().filter(expression::has).toList();
    if (kinds.size() == 1) {
      return kinds.get(0);
    }
    expression.refuse(
        kinds.isEmpty()
            ? "an expression says nothing"
            : "an expression has both " + String.join(" and ", kinds),
        "give exactly one of " + String.join(", ", KINDS) + "; combine several with And");
    return null;
  }

  private static @Nullable String dimension(JsonPlace leaf) {
    String key = leaf.name("Key");
    String source = key == null ? null : SOURCES.get(key);
    if (key != null && source == null) {
      leaf.member("Key")
          .refuse(
              "dimension " + ImportProblem.quote(key) + " is none of cost categories",
              "use one of " + String.join(", ", SOURCES.keySet().stream().sorted().toList()));
    }
    return source;
  }

  /** A tag, or all tags where neither a key nor values are given. */
  private static @Nullable String tag(JsonPlace leaf) {
    if (!leaf.has("Key") && !leaf.has("Values")) {
      return "Tags";
    }
    String key = leaf.name("Key");
    return key == null ? null : "Tag:" + key;
  }

  private @Nullable String category(JsonPlace leaf) {
    String name = leaf.name("Key");
    if (name != null && !categories.contains(name)) {
      leaf.member("Key")
          .refuse(
              "cost category " + ImportProblem.quote(name) + " is not among the imported ones",
              "import its file together with this one");
      return null;
    }
    return name == null ? null : AwsCostCategories.reference(name);
  }

  private static @Nullable Map<String, Object> comparison(JsonPlace leaf, @Nullable String source) {
    if (source == null || !leaf.isObjectOf(LEAF)) {
      return null;
    }
    Set<String> options = options(leaf);
    boolean lower = options.contains("CASE_INSENSITIVE");
    if (lower && options.contains("CASE_SENSITIVE")) {
      leaf.member("MatchOptions").refuse("MatchOptions contradict each other", "keep one case");
    }
    List<String> matches = options.stream().filter(option -> !CASES.contains(option)).toList();
    if (matches.size() > 1) {
      leaf.member("MatchOptions")
          .refuse("several MatchOptions: " + String.join(", ", matches), "write an Or of several");
      return null;
    }
    Map<String, Object> condition = new LinkedHashMap<>();
    condition.put("Source", source);
    boolean unspecified = matches.isEmpty() && !leaf.has("Values");
    if (matches.contains("ABSENT") || (unspecified && isAbsentByDefault(source))) {
      if (!leaf.listOrNone("Values").isEmpty()) {
        leaf.member("Values").refuse("ABSENT compares with no values", "remove them");
      }
      condition.put("HasValue", false);
      return condition;
    }
    if (lower) {
      condition.put("Transforms", List.of(Map.of("Type", "Lower")));
    }
    String match = matches.isEmpty() ? "EQUALS" : matches.get(0);
    List<String> operands = operands(leaf, lower);
    condition.put(OPERATORS.get(match), operands.size() == 1 ? operands.get(0) : operands);
    return operands.isEmpty() ? null : condition;
  }

  /** Tags and cost categories without values mean that there is none; dimensions need values. */
  private static boolean isAbsentByDefault(String source) {
    return !SOURCES.containsValue(source);
  }

  private static Set<String> options(JsonPlace leaf) {
    Set<String> options = new LinkedHashSet<>();
    for (JsonPlace item : leaf.listOrNone("MatchOptions")) {
      String option = item.text();
      if (option == null) {
        continue;
      }
      if (OPERATORS.containsKey(option) || CASES.contains(option) || option.equals("ABSENT")) {
        options.add(option);
      } else {
        item.refuse(
            "MatchOption " + ImportProblem.quote(option) + " is none of cost categories",
            "use EQUALS, ABSENT, STARTS_WITH, ENDS_WITH, CONTAINS, CASE_SENSITIVE or"
                + " CASE_INSENSITIVE");
      }
    }
    return options;
  }

  private static List<String> operands(JsonPlace leaf, boolean lower) {
    Set<String> operands = new LinkedHashSet<>();
    for (JsonPlace item : leaf.list("Values")) {
      String value = item.text();
      if (value != null && value.isEmpty()) {
        item.refuse("an empty value", "use MatchOptions ABSENT for lines that have none");
      } else if (value != null) {
        operands.add(lower ? value.toLowerCase(Locale.ROOT) : value);
      }
    }
    return List.copyOf(operands);
  }
}
