package io.tributary.dimensions.definitions;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads conditions. */
final class ConditionParser {

  private static final Set<String> COMPOUND = Set.of("And", "Or", "Not");
  private static final Set<String> SINGLE =
      Set.of(
          "Equals",
          "Contains",
          "BeginsWith",
          "EndsWith",
          "Matches",
          "Before",
          "BeforeOrEquals",
          "After",
          "AfterOrEquals",
          "HasValue",
          "ForDateRange");
  private static final Set<String> OPERATORS = new TreeSet<>(SINGLE);

  static {
    OPERATORS.addAll(COMPOUND);
  }

  private final Scope scope;
  private final Problems problems;
  private final BlockParser blocks;

  ConditionParser(Scope scope) {
    this.scope = scope;
    this.problems = scope.problems();
    this.blocks = new BlockParser(scope);
  }

  /**
   * The list under {@code key}, any of which suffices.
   *
   * @param inherited the block of conditions that name no source; null where there is none
   * @return null where the list is wrong, which has then been told
   */
  @Nullable Condition any(Members node, String key, @Nullable Block inherited) {
    List<Condition> conditions = list(node, key, inherited);
    return conditions == null ? null : any(conditions);
  }

  private static Condition any(List<Condition> conditions) {
    return conditions.size() == 1 ? conditions.get(0) : new Condition.Any(conditions);
  }

  private @Nullable List<Condition> list(Members node, String key, @Nullable Block inherited) {
    List<Yaml> items = node.list(key);
    if (items == null) {
      return null;
    }
    List<Condition> conditions = new ArrayList<>();
    for (Yaml item : items) {
      Condition condition = condition(item, inherited);
      if (condition != null) {
        conditions.add(condition);
      }
    }
    return List.copyOf(conditions);
  }

  private @Nullable Condition condition(Yaml item, @Nullable Block inherited) {
    if (!(item instanceof Yaml.Mapping mapping)) {
      problems.error(item.at(), "a condition is " + item.shape(), "write it like '- Equals: web'");
      return null;
    }
    List<String> operators =
        mapping.entries().stream()
            .map(entry -> entry.key().text())
            .filter(OPERATORS::contains)
            .toList();
    if (operators.size() > 1) {
      problems.error(
          item.at(),
          "a condition has both " + String.join(" and ", operators),
          "write one operator per condition; combine several with And");
      return null;
    }
    Set<String> known = new LinkedHashSet<>(operators.isEmpty() ? OPERATORS : operators);
    if (operators.isEmpty() || SINGLE.contains(operators.get(0))) {
      known.addAll(BlockParser.KEYS);
    }
    Members node = new Members(mapping, "a condition", known, problems);
    if (operators.isEmpty()) {
      if (mapping.entries().stream().allMatch(entry -> known.contains(entry.key().text()))) {
        problems.error(
            item.at(), "a condition has no operator", "use one of " + Members.listed(OPERATORS));
      }
      return null;
    }
    return COMPOUND.contains(operators.get(0))
        ? compound(node, operators.get(0), inherited)
        : single(node, operators.get(0), inherited);
  }

  private @Nullable Condition compound(Members node, String operator, @Nullable Block inherited) {
    List<Condition> conditions = list(node, operator, inherited);
    if (conditions == null) {
      return null;
    }
    warnOfSpreading(node, operator, inherited);
    return switch (operator) {
      case "And" -> new Condition.All(conditions);
      case "Or" -> any(conditions);
      default -> new Condition.None(conditions);
    };
  }

  private void warnOfSpreading(Members node, String operator, @Nullable Block inherited) {
    boolean differs = operator.equals("Not") || (operator.equals("And") && node.size(operator) > 1);
    if (differs && inherited != null && !inherited.hasOneValue() && inherits(node, operator)) {
      problems.warn(
          node.at(),
          operator.equals("And")
              ? "different sources may satisfy the conditions of And"
              : "Not holds where no source satisfies its conditions, not where one does not",
          "give the conditions a Source each; some readers of CostFormation try source by source");
    }
  }

  /** Whether a condition in the list under {@code key}, however deep, reads an outer source. */
  static boolean inherits(Members node, String key) {
    return node.value(key) instanceof Yaml.Sequence list && inherits(list);
  }

  private static boolean inherits(Yaml.Sequence conditions) {
    for (Yaml item : conditions.items()) {
      if (item instanceof Yaml.Mapping condition && inherits(condition)) {
        return true;
      }
    }
    return false;
  }

  private static boolean inherits(Yaml.Mapping condition) {
    for (Yaml.Entry member : condition.entries()) {
      String key = member.key().text();
      if (COMPOUND.contains(key)) {
        return member.value() instanceof Yaml.Sequence nested && inherits(nested);
      }
      if (key.equals("Source") || key.equals("Sources") || key.equals("ForDateRange")) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Condition single(Members node, String operator, @Nullable Block inherited) {
    Block block = blocks.parse(node, inherited);
    if (operator.equals("ForDateRange")) {
      return dateRange(node);
    }
    if (block == null) {
      problems.error(
          node.at(),
          "condition " + operator + " has no source",
          "give a Source to it, to its rule or to the dimension");
      return null;
    }
    if (operator.equals("HasValue")) {
      Boolean expected = node.flag(operator);
      return expected == null ? null : new Condition.HasValue(block, expected);
    }
    TextTest test = test(node, operator, block);
    return test == null ? null : Condition.Comparison.of(block, test);
  }

  private @Nullable Condition dateRange(Members node) {
    if (node.has("Source") || node.has("Sources")) {
      problems.warn(
          node.at(),
          "the Source of ForDateRange has no effect: it always reads UsageDay",
          "remove the Source");
    }
    Yaml value = node.value("ForDateRange");
    Members range =
        value == null
            ? null
            : Members.of(value, "ForDateRange", List.of("From", "Until"), problems);
    if (range == null) {
      return null;
    }
    range.require("From", "give the first day, like '2026-01-01'");
    range.require("Until", "give the last day, like '2026-12-31'");
    String from = range.text("From");
    String until = range.text("Until");
    Source day = scope.read(SourceIds.USAGE_DAY, node.at());
    return from == null || until == null ? null : new Condition.DateRange(day, from, until);
  }

  private @Nullable TextTest test(Members node, String operator, Block block) {
    return switch (operator) {
      case "Before" -> ordered(node, operator, TextTest.Order.BEFORE);
      case "BeforeOrEquals" -> ordered(node, operator, TextTest.Order.BEFORE_OR_EQUALS);
      case "After" -> ordered(node, operator, TextTest.Order.AFTER);
      case "AfterOrEquals" -> ordered(node, operator, TextTest.Order.AFTER_OR_EQUALS);
      default -> {
        List<Yaml.Scalar> operands = operands(node, operator);
        List<String> texts = operands.stream().map(Yaml.Scalar::text).toList();
        SpelledResources.warn(node.at(), operator, block, texts, problems);
        yield switch (operator) {
          case "Equals" -> new TextTest.OneOf(Set.copyOf(new LinkedHashSet<>(texts)));
          case "Contains" -> new TextTest.Containing(texts);
          case "BeginsWith" -> new TextTest.StartingWith(texts);
          case "EndsWith" -> new TextTest.EndingWith(texts);
          default ->
              new TextTest.Matching(
                  patterns(operands, false),
                  block.mayNameResources() ? patterns(operands, true) : List.of());
        };
      }
    };
  }

  private @Nullable TextTest ordered(Members node, String operator, TextTest.Order order) {
    String operand = node.text(operator);
    return operand == null ? null : new TextTest.Ordered(order, operand);
  }

  private List<Yaml.Scalar> operands(Members node, String operator) {
    Yaml value = node.value(operator);
    List<Yaml> items = value instanceof Yaml.Sequence ? node.list(operator) : null;
    if (items == null) {
      items = value == null || value instanceof Yaml.Sequence ? List.of() : List.of(value);
    }
    List<Yaml.Scalar> operands = new ArrayList<>();
    for (Yaml item : items) {
      if (item instanceof Yaml.Scalar scalar && !scalar.isNull()) {
        operands.add(scalar);
      } else {
        problems.error(
            item.at(),
            "an operand of " + operator + " is " + item.shape(),
            "write text; in quotes where it is empty or null, and use HasValue for 'no value'");
      }
    }
    return operands;
  }

  private List<Pattern> patterns(List<Yaml.Scalar> operands, boolean anyCase) {
    List<Pattern> patterns = new ArrayList<>();
    for (Yaml.Scalar operand : operands) {
      try {
        patterns.add(scope.table().pattern(operand.text(), anyCase));
      } catch (RegexDialect.InvalidRegexException e) {
        problems.error(operand.at(), e.what(), e.remedy());
      }
    }
    return List.copyOf(patterns);
  }
}
