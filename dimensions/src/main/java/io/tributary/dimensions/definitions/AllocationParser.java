package io.tributary.dimensions.definitions;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the part of a dimension that makes it an allocation. */
final class AllocationParser {

  /** The keys only an allocation has. */
  static final List<String> KEYS =
      List.of("AllocateByStreams", "AllocateByRules", "ElementCutoff", "NegativeWeights", "Retain");

  private static final BigDecimal HUNDRED = new BigDecimal(100);

  private final Scope scope;
  private final Problems problems;
  private final BlockParser blocks;
  private final ConditionParser conditions;
  private final RuleParser rules;

  AllocationParser(Scope scope) {
    this.scope = scope;
    this.problems = scope.problems();
    this.blocks = new BlockParser(scope);
    this.conditions = new ConditionParser(scope);
    this.rules = new RuleParser(scope);
  }

  /** Null where the split is wrong, which has then been told. */
  @Nullable Allocation parse(String id, Members node) {
    boolean byStreams = node.has("AllocateByStreams");
    if (byStreams == node.has("AllocateByRules")) {
      problems.error(
          node.at(),
          node.where()
              + (byStreams
                  ? " has both AllocateByStreams and AllocateByRules"
                  : " says not how to allocate"),
          "give exactly one of AllocateByStreams, AllocateByRules");
    }
    Allocation.Split split = byStreams ? byStreams(node) : byRules(node);
    Allocation.ElementCutoff cutoff = cutoff(node, split);
    Allocation.NegativeWeights negative = negativeWeights(node, split);
    readRetained(node);
    return split == null
        ? null
        : new Allocation(
            id, node.at(), split, cutoff, negative, Set.copyOf(scope.reads().keySet()));
  }

  private Allocation.@Nullable Split byStreams(Members node) {
    Members given = node.child("AllocateByStreams", "Streams", "Rate");
    if (given == null) {
      return null;
    }
    given.require("Streams", "list one or more stream names");
    List<String> streams = new ArrayList<>();
    List<Yaml> items = given.list("Streams");
    for (Yaml item : items == null ? List.<Yaml>of() : items) {
      if (item instanceof Yaml.Scalar name && !name.isNull() && !name.text().isEmpty()) {
        streams.add(name.text());
      } else {
        problems.error(item.at(), "a stream is " + item.shape(), "write the name of a stream");
      }
    }
    Allocation.Rate rate = rate(given);
    boolean rateFailed = given.has("Rate") && rate == null;
    return streams.isEmpty() || rateFailed
        ? null
        : new Allocation.ByStreams(List.copyOf(streams), rate);
  }

  private Allocation.@Nullable Rate rate(Members streams) {
    Members rate = streams.child("Rate", "Type", "Value", "DefaultElement");
    if (rate == null) {
      return null;
    }
    rate.require("Type", "write 'Type: Fixed'");
    rate.require("Value", "give the cost of one unit of the stream");
    rate.require("DefaultElement", "name the element that gets the rest");
    rate.word("Type", Set.of("Fixed"));
    BigDecimal value = rate.decimal("Value");
    String defaultElement = rate.text("DefaultElement");
    if (value != null && value.signum() < 0) {
      problems.error(rate.at("Value"), "Value of Rate is negative", "give a cost of 0 or more");
    }
    return value == null || defaultElement == null
        ? null
        : new Allocation.Rate(value, defaultElement);
  }

  private Allocation.@Nullable Split byRules(Members node) {
    Members given =
        node.child(
            "AllocateByRules",
            "AllocationMethod",
            "SpendToAllocate",
            "AcrossElements",
            "ForEachElementOf");
    if (given == null) {
      return null;
    }
    given.require("AllocationMethod", "write Proportional or Even");
    given.require("SpendToAllocate", "select the spend with Conditions");
    Allocation.Method method = new AllocationMethodParser(problems).parse(given);
    boolean named = method instanceof Allocation.Named;
    if (!named && (method != null || !given.has("AllocationMethod"))) {
      given.require("AcrossElements", "say with Rules, Groups or GroupBy who gets the spend");
    }
    if (named && given.has("AcrossElements")) {
      problems.warn(
          given.at("AcrossElements"),
          "AcrossElements has no effect, since AllocationMethod names the elements",
          "remove it");
    }
    if (given.has("ForEachElementOf")
        && method != null
        && !(method instanceof Allocation.Proportional)) {
      problems.error(
          given.at("ForEachElementOf"),
          "ForEachElementOf stands with a method that is not Proportional",
          "use Proportional or remove ForEachElementOf");
    }
    Condition pool = pool(given);
    Grouping elements = grouping(given, "AcrossElements");
    Grouping partitions = grouping(given, "ForEachElementOf");
    return method == null || pool == null
        ? null
        : new Allocation.ByRules(method, pool, named ? null : elements, partitions);
  }

  /** Without conditions the pool is all spend on which one of its sources has a value. */
  private @Nullable Condition pool(Members rules) {
    Yaml value = rules.value("SpendToAllocate");
    List<String> keys = new ArrayList<>(BlockParser.KEYS);
    keys.add("Conditions");
    Members spend = value == null ? null : Members.of(value, "SpendToAllocate", keys, problems);
    if (spend == null) {
      return null;
    }
    Block block = blocks.parse(spend, null);
    boolean empty =
        spend.value("Conditions") instanceof Yaml.Sequence list && list.items().isEmpty();
    if (spend.has("Conditions") && !empty) {
      return conditions.any(spend, "Conditions", block);
    }
    return block == null ? new Condition.All(List.of()) : new Condition.HasValue(block, true);
  }

  private @Nullable Grouping grouping(Members rulesNode, String key) {
    Yaml value = rulesNode.value(key);
    List<String> keys = new ArrayList<>(BlockParser.KEYS);
    keys.addAll(RuleParser.BODIES);
    Members node = value == null ? null : Members.of(value, key, keys, problems);
    return node == null ? null : new Grouping(rules.body(node, blocks.parse(node, null)), null);
  }

  private Allocation.@Nullable ElementCutoff cutoff(
      Members node, Allocation.@Nullable Split split) {
    Members given = node.child("ElementCutoff", "ThresholdPercent", "Name");
    if (given == null) {
      return null;
    }
    if (split instanceof Allocation.ByStreams streams && streams.rate() != null) {
      refuseCutoff(node, "a Rate");
    }
    if (split instanceof Allocation.ByRules byRules
        && !(byRules.method() instanceof Allocation.Proportional)) {
      refuseCutoff(node, "a method that is not Proportional");
    }
    given.require("ThresholdPercent", "give the percentage that small elements may sum to");
    BigDecimal percent = given.decimal("ThresholdPercent");
    String name = given.has("Name") ? given.text("Name") : null;
    if (percent == null) {
      return null;
    }
    if (percent.signum() < 0 || percent.compareTo(HUNDRED) >= 0) {
      problems.error(
          given.at("ThresholdPercent"),
          "ThresholdPercent is " + percent.toPlainString(),
          "give at least 0 and less than 100");
    }
    return new Allocation.ElementCutoff(percent, name);
  }

  private Allocation.@Nullable NegativeWeights negativeWeights(
      Members node, Allocation.@Nullable Split split) {
    if (!node.has("NegativeWeights")) {
      return null;
    }
    String word =
        node.word(
            "NegativeWeights",
            Arrays.stream(Allocation.NegativeWeights.values()).map(n -> n.word()).toList());
    if (split instanceof Allocation.ByStreams streams && streams.rate() != null) {
      problems.error(
          node.at("NegativeWeights"),
          "NegativeWeights stands with a Rate, whose DefaultElement may get less than nothing",
          "remove one of the two");
    }
    if (split instanceof Allocation.ByRules byRules
        && !(byRules.method() instanceof Allocation.Proportional)) {
      problems.warn(
          node.at("NegativeWeights"),
          "NegativeWeights has no effect, since no weight of this AllocationMethod is below 0",
          "remove it");
    }
    return Arrays.stream(Allocation.NegativeWeights.values())
        .filter(n -> n.word().equals(word))
        .findFirst()
        .orElse(null);
  }

  private void refuseCutoff(Members node, String with) {
    problems.error(
        node.at("ElementCutoff"), "ElementCutoff stands with " + with, "remove one of the two");
  }

  /** What transfers keep beyond what they need is read as what they need is. */
  private void readRetained(Members node) {
    if (!node.has("Retain")) {
      scope.read("ServiceName", node.at());
      return;
    }
    Yaml given = node.value("Retain");
    List<Yaml> items = given instanceof Yaml.Sequence list ? list.items() : List.of();
    if (given != null && !(given instanceof Yaml.Sequence)) {
      problems.error(
          given.at(), "Retain is " + given.shape(), "write a list of columns and dimensions");
    }
    items.forEach(this::readRetained);
  }

  /** As in questions: a column first, then a dimension by its bare id. */
  private void readRetained(Yaml item) {
    if (item instanceof Yaml.Scalar scalar
        && !SourceIds.isColumn(scalar.text())
        && scope.table().dimensionIds().contains(scalar.text())) {
      scope.read(SourceIds.USER + scalar.text(), item.at());
    } else {
      scope.read(item, "Retain");
    }
  }
}
