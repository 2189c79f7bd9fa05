package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one member of {@code Dimensions}. */
final class DimensionParser {

  private static final List<String> COMMON =
      List.of("Name", "Type", "Hide", "Disable", "Child", "DefaultValue");
  private static final Set<String> TYPES = Set.of("Grouping", "Allocation");

  private final Problems problems;
  private final SourceTable table;

  DimensionParser(Problems problems, SourceTable table) {
    this.problems = problems;
    this.table = table;
  }

  /** Null where it is no dimension at all, which has then been told. */
  @Nullable ParsedDimension parse(Yaml.Entry entry) {
    String id = entry.key().text();
    String where = "dimension " + Problems.quote(id);
    if (id.isEmpty()) {
      problems.error(entry.key().at(), "a dimension has an empty id", "give it an id");
    }
    if (!(entry.value() instanceof Yaml.Mapping body)) {
      problems.error(
          entry.key().at(), where + " is " + entry.value().shape(), "write a mapping below it");
      return null;
    }
    // What is wrong with it as a whole is told at its id.
    Yaml.Mapping mapping = new Yaml.Mapping(entry.key().at(), body.entries(), body.size());
    boolean allocation = isAllocation(mapping, where);
    Members node = new Members(mapping, where, keys(allocation), problems);
    Scope scope = new Scope(problems, table);
    Grouping grouping = allocation ? null : grouping(node, scope);
    Allocation split = allocation ? new AllocationParser(scope).parse(id, node) : null;
    if (allocation && node.has("DefaultValue")) {
      problems.warn(
          node.at("DefaultValue"),
          "DefaultValue of "
              + where
              + " has no effect: spend that cannot be split stays where it is",
          "give a DefaultValue to a dimension that reads this one");
    }
    Dimension facts =
        new Dimension(
            id,
            node.has("Name") ? orElse(node.text("Name"), id) : id,
            allocation ? Dimension.Kind.ALLOCATION : Dimension.Kind.GROUPING,
            Boolean.TRUE.equals(node.flag("Hide")),
            child(node));
    return new ParsedDimension(
        entry.key().at(),
        facts,
        Boolean.TRUE.equals(node.flag("Disable")),
        override(node),
        grouping,
        split,
        scope.reads());
  }

  private static String orElse(@Nullable String text, String other) {
    return text == null ? other : text;
  }

  private boolean isAllocation(Yaml.Mapping mapping, String where) {
    for (Yaml.Entry member : mapping.entries()) {
      if (member.key().text().equals("Type")) {
        return "Allocation".equals(Members.typeOf(mapping, where, TYPES, problems));
      }
    }
    for (Yaml.Entry member : mapping.entries()) {
      if (AllocationParser.KEYS.contains(member.key().text())) {
        problems.error(
            member.key().at(),
            where + " has " + member.key().text() + " but is no allocation",
            "add 'Type: Allocation'");
        return true;
      }
    }
    return false;
  }

  private static List<String> keys(boolean allocation) {
    List<String> keys = new ArrayList<>(COMMON);
    if (allocation) {
      keys.addAll(AllocationParser.KEYS);
    } else {
      keys.add("Override");
      keys.addAll(BlockParser.KEYS);
      keys.addAll(RuleParser.BODIES);
    }
    return keys;
  }

  private Grouping grouping(Members node, Scope scope) {
    Block block = new BlockParser(scope).parse(node, null);
    List<Rule> rules = new RuleParser(scope).body(node, block);
    return new Grouping(rules, node.isNull("DefaultValue") ? null : node.text("DefaultValue"));
  }

  private @Nullable String child(Members node) {
    Yaml child = node.value("Child");
    // A scope of its own: what comes next when drilling down is not read for a line's element.
    return child == null ? null : new Scope(problems, table).id(child, "Child");
  }

  private @Nullable String override(Members node) {
    String target = node.text("Override");
    if (target == null
        || (target.startsWith(SourceIds.VENDOR) && target.length() > SourceIds.VENDOR.length())) {
      return target;
    }
    problems.error(
        node.at("Override"),
        node.where() + " overrides " + Problems.quote(target),
        "override a vendor-defined dimension, CZ:Defined:<id>");
    return null;
  }
}
