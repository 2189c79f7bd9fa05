package io.tributary.dimensions.definitions;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what decides the shares of an allocation by rules. */
final class AllocationMethodParser {

  private static final BigDecimal HUNDRED = new BigDecimal(100);

  private final Problems problems;

  AllocationMethodParser(Problems problems) {
    this.problems = problems;
  }

  /**
   * Null where it is wrong, which has then been told.
   *
   * @param rules the node that has it
   */
  Allocation.@Nullable Method parse(Members rules) {
    Yaml value = rules.value("AllocationMethod");
    if (value instanceof Yaml.Scalar) {
      String name = rules.word("AllocationMethod", Set.of("Proportional", "Even"));
      if (name == null) {
        return null;
      }
      return name.equals("Even") ? new Allocation.Even() : proportional(null, null);
    }
    Members method =
        rules.child(
            "AllocationMethod", "Method", "Granularity", "CostType", "Percentages", "Elements");
    if (method == null) {
      return null;
    }
    method.require("Method", "write 'Method: Proportional', 'Method: Fixed' or 'Method: Even'");
    String name = method.word("Method", Set.of("Proportional", "Fixed", "Even"));
    if (name == null) {
      return null;
    }
    if (name.equals("Fixed")) {
      return fixed(rules.child("AllocationMethod", "Method", "Percentages"));
    }
    if (name.equals("Even")) {
      return even(rules.child("AllocationMethod", "Method", "Elements"));
    }
    rules.child("AllocationMethod", "Method", "Granularity", "CostType");
    List<String> granularities =
        Arrays.stream(Allocation.Granularity.values()).map(g -> g.word()).toList();
    List<String> costTypes =
        Arrays.stream(Allocation.CostType.values()).map(c -> c.word()).toList();
    return proportional(
        method.word("Granularity", granularities), method.word("CostType", costTypes));
  }

  private static Allocation.Method proportional(
      @Nullable String granularity, @Nullable String costType) {
    return new Allocation.Proportional(
        Arrays.stream(Allocation.Granularity.values())
            .filter(g -> g.word().equals(granularity))
            .findFirst()
            .orElse(Allocation.Granularity.BILLING_PERIOD),
        Arrays.stream(Allocation.CostType.values())
            .filter(c -> c.word().equals(costType))
            .findFirst()
            .orElse(null));
  }

  private Allocation.@Nullable Method fixed(@Nullable Members method) {
    if (method == null) {
      return null;
    }
    method.require("Percentages", "give each element its percentage by name");
    List<Yaml.Entry> entries = method.entries("Percentages");
    if (entries == null) {
      return null;
    }
    Members shares =
        new Members(
            new Yaml.Mapping(method.at("Percentages"), entries, entries.size()),
            "Percentages",
            entries.stream().map(entry -> entry.key().text()).toList(),
            problems);
    Map<String, BigDecimal> percentages = new LinkedHashMap<>();
    BigDecimal sum = BigDecimal.ZERO;
    for (Yaml.Entry entry : entries) {
      String element = entry.key().text();
      BigDecimal percentage = shares.decimal(element);
      if (percentage == null) {
        return null;
      }
      if (percentage.signum() < 0) {
        problems.error(
            shares.at(element),
            "the percentage of " + Problems.quote(element) + " is negative",
            "give 0 or more");
      }
      percentages.put(element, percentage);
      sum = sum.add(percentage);
    }
    if (sum.compareTo(HUNDRED) != 0) {
      problems.error(
          method.at("Percentages"),
          "Percentages sum to " + sum.toPlainString(),
          "let them sum to 100");
    }
    return new Allocation.Named(Collections.unmodifiableMap(percentages));
  }

  /** Over elements that are named, each the same. */
  private Allocation.@Nullable Method even(@Nullable Members method) {
    if (method == null) {
      return null;
    }
    method.require("Elements", "list the elements, or write 'AllocationMethod: Even'");
    List<Yaml> items = method.list("Elements");
    if (items == null) {
      return null;
    }
    Map<String, BigDecimal> weights = new LinkedHashMap<>();
    for (Yaml item : items) {
      if (!(item instanceof Yaml.Scalar name) || name.isNull()) {
        problems.error(item.at(), "an element is " + item.shape(), "write the name of an element");
      } else if (weights.put(name.text(), BigDecimal.ONE) != null) {
        problems.error(
            item.at(), Problems.quote(name.text()) + " is an element twice", "list each once");
      }
    }
    return weights.isEmpty() ? null : new Allocation.Named(Collections.unmodifiableMap(weights));
  }
}
