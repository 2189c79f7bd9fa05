package io.tributary.dimensions.imports;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes allocations out of the split charge rules of one AWS cost category, and the dimension that
 * shows its values after them.
 */
final class SplitTranslation {

  private static final Pattern PERCENTAGE = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,16})?");
  private static final BigDecimal HUNDRED = new BigDecimal(100);
  private static final List<String> MEMBERS = List.of("Source", "Targets", "Method", "Parameters");
  private static final String PROPORTIONAL = "Proportional";
  private static final String EVEN = "Even";
  private static final String FIXED = "Fixed";
  private static final Map<String, String> METHODS =
      Map.of("PROPORTIONAL", PROPORTIONAL, "EVEN", EVEN, "FIXED", FIXED);

  private final String category;
  private final String reference;
  private final Set<String> values;
  private final boolean inherits;

  /**
   * @param category its name
   * @param values that its rules and its default name
   * @param inherits whether it has further values, which lines bring along
   */
  SplitTranslation(String category, Set<String> values, boolean inherits) {
    this.category = category;
    this.reference = AwsCostCategories.reference(category);
    this.values = values;
    this.inherits = inherits;
  }

  /** The dimensions by id, in order: one for each rule, then the view after all of them. */
  Map<String, Object> dimensions(List<JsonPlace> rules) {
    checkRoles(rules);
    Map<String, Object> dimensions = new LinkedHashMap<>();
    List<String> sources = new ArrayList<>();
    for (JsonPlace rule : rules) {
      Map<String, Object> byRules = rule.isObjectOf(MEMBERS) ? byRules(rule) : null;
      if (byRules != null) {
        String source = rule.node().get("Source").textValue();
        String id = category + (source.isEmpty() ? " (split)" : " (split " + source + ")");
        Map<String, Object> allocation = new LinkedHashMap<>();
        allocation.put("Type", "Allocation");
        allocation.put("AllocateByRules", byRules);
        dimensions.put(id, allocation);
        sources.add(AwsCostCategories.reference(id));
      }
    }
    sources.add(reference);
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("Sources", sources);
    view.put("CoalesceSources", true);
    dimensions.put(category + " (after splits)", Map.of("GroupBy", view));
    return dimensions;
  }

  /** A source is no source or target of another rule, and no target of its own. */
  private static void checkRoles(List<JsonPlace> rules) {
    Map<String, JsonPlace> sources = new HashMap<>();
    for (JsonPlace rule : rules) {
      String source = rule.node().path("Source").asText();
      JsonPlace other = sources.putIfAbsent(source, rule);
      if (other != null) {
        rule.member("Source")
            .refuse(
                ImportProblem.quote(source) + " is the source of " + other.path() + " too",
                "split each value once");
      }
    }
    for (JsonPlace rule : rules) {
      for (JsonPlace target : rule.member("Targets").items()) {
        JsonPlace source = sources.get(target.node().asText());
        if (source != null) {
          target.refuse(
              ImportProblem.quote(target.node().asText()) + " is the source of " + source.path(),
              "let no value be both source and target");
        }
      }
    }
  }

  private @Nullable Map<String, Object> byRules(JsonPlace rule) {
    String source = rule.text("Source");
    if (source == null) {
      rule.refuse("no Source", "name the value to split, '' for uncategorized costs");
    }
    Set<String> targets = new LinkedHashSet<>();
    for (JsonPlace item : rule.list("Targets")) {
      String target = item.text();
      if (target != null && target.isEmpty()) {
        item.refuse("uncategorized costs cannot be a target", "name a value");
      } else if (target != null && !targets.add(target)) {
        item.refuse(ImportProblem.quote(target) + " is a target twice", "name each once");
      }
    }
    Object method = method(rule, List.copyOf(targets));
    if (source == null || targets.isEmpty() || method == null) {
      return null;
    }
    Map<String, Object> byRules = new LinkedHashMap<>();
    byRules.put("AllocationMethod", method);
    byRules.put("SpendToAllocate", conditional(selection(source)));
    if (method.equals(PROPORTIONAL)) {
      Map<String, Object> elements = conditional(Map.of("Equals", List.copyOf(targets)));
      byRules.put("AcrossElements", Map.of("GroupBy", elements));
    }
    return byRules;
  }

  private static Map<String, Object> selection(String source) {
    return source.isEmpty() ? Map.of("HasValue", false) : Map.of("Equals", source);
  }

  private Map<String, Object> conditional(Map<String, Object> condition) {
    Map<String, Object> block = new LinkedHashMap<>();
    block.put("Source", reference);
    block.put("Conditions", List.of(condition));
    return block;
  }

  /** The method's name, or a mapping that names the targets: they need no lines then. */
  private @Nullable Object method(JsonPlace rule, List<String> targets) {
    String given = rule.name("Method");
    String method = given == null ? null : METHODS.get(given);
    if (given != null && method == null) {
      rule.member("Method")
          .refuse("unknown Method " + ImportProblem.quote(given), "use PROPORTIONAL, EVEN, FIXED");
    }
    if (method == null) {
      return null;
    }
    if (!method.equals(FIXED) && !rule.listOrNone("Parameters").isEmpty()) {
      rule.member("Parameters").refuse(given + " takes no Parameters", "remove them");
    }
    return switch (method) {
      case EVEN -> even(rule, targets);
      case FIXED -> fixed(rule, targets);
      default -> method;
    };
  }

  /**
   * An inherited value exists in the months in which a line brings it along. Whether it takes a
   * share in others is not said, so it is none of those that are named.
   */
  private Map<String, Object> even(JsonPlace rule, List<String> targets) {
    for (JsonPlace target : rule.member("Targets").items()) {
      String value = target.node().asText();
      if (inherits && !values.contains(value) && !value.isEmpty()) {
        target.refuse(
            ImportProblem.quote(value)
                + " is no value of a REGULAR rule, so an inherited one, which EVEN cannot name",
            "add a REGULAR rule for it, or use FIXED or PROPORTIONAL");
      }
    }
    Map<String, Object> even = new LinkedHashMap<>();
    even.put("Method", EVEN);
    even.put("Elements", targets);
    return even;
  }

  private static @Nullable Map<String, Object> fixed(JsonPlace rule, List<String> targets) {
    Map<String, Object> percentages = percentages(rule, targets);
    if (percentages == null) {
      return null;
    }
    Map<String, Object> fixed = new LinkedHashMap<>();
    fixed.put("Method", FIXED);
    fixed.put("Percentages", percentages);
    return fixed;
  }

  /** Percentages stand in the order of the targets; here they are bound to their names. */
  private static @Nullable Map<String, Object> percentages(JsonPlace rule, List<String> targets) {
    List<JsonPlace> parameters = rule.list("Parameters");
    if (parameters.size() != 1
        || !parameters.get(0).isObjectOf(List.of("Type", "Values"))
        || !"ALLOCATION_PERCENTAGES".equals(parameters.get(0).text("Type"))) {
      rule.member("Parameters")
          .refuse("FIXED without its percentages", "give one of Type ALLOCATION_PERCENTAGES");
      return null;
    }
    JsonPlace values = parameters.get(0).member("Values");
    Map<String, Object> percentages = new LinkedHashMap<>();
    BigDecimal sum = BigDecimal.ZERO;
    List<JsonPlace> items = parameters.get(0).list("Values");
    for (int i = 0; i < Math.min(items.size(), targets.size()); i++) {
      String text = items.get(i).text();
      if (text == null || !PERCENTAGE.matcher(text).matches()) {
        items.get(i).refuse("no percentage: " + items.get(i).shape(), "write it like \"12.5\"");
        return null;
      }
      percentages.put(targets.get(i), text);
      sum = sum.add(new BigDecimal(text));
    }
    if (items.size() != targets.size()) {
      values.refuse(
          items.size() + " percentages for " + targets.size() + " targets", "give each target one");
    } else if (sum.compareTo(HUNDRED) != 0) {
      values.refuse("percentages sum to " + sum.toPlainString(), "let them sum to 100");
    }
    return percentages;
  }
}
