package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the body of a grouping: {@code Rules}, or one of its short forms. */
final class RuleParser {

  /** The keys of a body, exactly one of which is there. */
  static final List<String> BODIES = List.of("Rules", "Groups", "GroupBy");

  private static final Set<String> TYPES = Set.of("Group", "GroupBy", "Metadata");
  private static final Condition ALWAYS = new Condition.All(List.of());

  private final Scope scope;
  private final Problems problems;
  private final BlockParser blocks;
  private final ConditionParser conditions;

  RuleParser(Scope scope) {
    this.scope = scope;
    this.problems = scope.problems();
    this.blocks = new BlockParser(scope);
    this.conditions = new ConditionParser(scope);
  }

  /**
   * The rules of {@code node}.
   *
   * @param block what a rule without sources of its own reads; null where there is none
   */
  List<Rule> body(Members node, @Nullable Block block) {
    List<String> bodies = BODIES.stream().filter(node::has).toList();
    if (bodies.size() != 1) {
      problems.error(
          node.at(),
          node.where()
              + (bodies.isEmpty() ? " has no rules" : " has both " + String.join(" and ", bodies)),
          "give exactly one of Rules, Groups, GroupBy");
      return List.of();
    }
    return switch (bodies.get(0)) {
      case "Rules" -> rules(node, block);
      case "Groups" -> groups(node, block);
      default -> {
        Yaml rule = node.value("GroupBy");
        yield rule == null ? List.of() : present(groupBy(rule, block, false));
      }
    };
  }

  private static List<Rule> present(@Nullable Rule rule) {
    return rule == null ? List.of() : List.of(rule);
  }

  private List<Rule> rules(Members node, @Nullable Block block) {
    List<Rule> rules = new ArrayList<>();
    List<Yaml> items = node.list("Rules");
    for (Yaml item : items == null ? List.<Yaml>of() : items) {
      String type = Members.typeOf(item, "a rule", TYPES, problems);
      if (type != null) {
        rules.addAll(
            present(
                switch (type) {
                  case "Group" -> group(item, block);
                  case "GroupBy" -> groupBy(item, block, true);
                  default -> metadata(item);
                }));
      }
    }
    return List.copyOf(rules);
  }

  private List<Rule> groups(Members node, @Nullable Block block) {
    List<Rule> rules = new ArrayList<>();
    List<Yaml.Entry> entries = node.entries("Groups");
    for (Yaml.Entry entry : entries == null ? List.<Yaml.Entry>of() : entries) {
      String name = entry.key().text();
      // Each member reads like a rule that has nothing but conditions.
      Members group =
          new Members(
              new Yaml.Mapping(entry.key().at(), List.of(entry), entry.value().size()),
              "group " + Problems.quote(name),
              Set.of(name),
              problems);
      Condition condition = conditions.any(group, name, block);
      if (condition != null) {
        rules.add(new Rule.Group(entry.key().at(), name, condition));
      }
    }
    return List.copyOf(rules);
  }

  private @Nullable Rule group(Yaml item, @Nullable Block outer) {
    Members node = members(item, "Group rule", "Type", "Name", "Conditions");
    if (node == null) {
      return null;
    }
    node.require("Name", "name the element that matching lines get");
    node.require("Conditions", "list one or more conditions");
    Block block = blocks.parse(node, outer);
    if (isOwn(node) && block != null && !block.hasOneValue() && inherits(node)) {
      problems.warn(
          node.at(),
          "each Source of the rule is tried, where some readers of CostFormation try the first",
          "put the Sources on the conditions, or on the dimension");
    }
    String name = node.text("Name");
    Condition condition = conditions.any(node, "Conditions", block);
    return name == null || condition == null ? null : new Rule.Group(node.at(), name, condition);
  }

  private @Nullable Rule groupBy(Yaml item, @Nullable Block outer, boolean typed) {
    Members node =
        typed
            ? members(item, "GroupBy rule", "Type", "Format", "Conditions")
            : members(item, "GroupBy", "Format", "Conditions");
    if (node == null) {
      return null;
    }
    Block block = blocks.parse(node, outer);
    if (block == null) {
      problems.error(
          node.at(), node.where() + " has no source", "give a Source to it or to the dimension");
    } else if (!isOwn(node)) {
      problems.warn(
          node.at(),
          node.where() + " reads the Source of the dimension, which some readers refuse",
          "name the Source here");
    }
    Condition gate = gate(node, block);
    Format format = block == null ? null : groupByFormat(node, block);
    return block == null || gate == null || format == null
        ? null
        : new Rule.GroupBy(node.at(), gate, block, format);
  }

  private @Nullable Format groupByFormat(Members node, Block block) {
    int values = block.coalesce() ? 1 : block.sources().size();
    if (!node.has("Format")) {
      return values == 1 ? Format.IDENTITY : Format.spaced(values);
    }
    Format format = format(node);
    if (format != null && !format.usesExactly(values)) {
      problems.error(
          node.at("Format"),
          "Format does not use each source and no other",
          values == 1
              ? "use {0} alone" + (block.coalesce() ? ": coalesced sources are one value" : "")
              : "use {0} to {" + (values - 1) + "}");
      return null;
    }
    return format;
  }

  private @Nullable Format format(Members node) {
    String text = node.text("Format");
    Format format = text == null ? null : Format.parse(text);
    if (text != null && format == null) {
      problems.error(
          node.at("Format"),
          "Format has a brace that is not part of a numbered place",
          "write places as {0}, {1} and no other braces");
    }
    return format;
  }

  /** The condition that must hold for the rule to apply at all. */
  private @Nullable Condition gate(Members node, @Nullable Block block) {
    if (!node.has("Conditions")) {
      return ALWAYS;
    }
    List<Yaml> items =
        node.value("Conditions") instanceof Yaml.Sequence list ? list.items() : List.of();
    if (items.size() > 1) {
      problems.warn(
          node.at("Conditions"),
          "any one of the Conditions of " + node.where() + " lets it apply",
          "put them under And if all must hold, under Or to say so");
    }
    if (isOwn(node) && node.size("Transforms") > 0 && inherits(node)) {
      problems.warn(
          node.at("Conditions"),
          "the Conditions of " + node.where() + " see values after its Transforms",
          "give them a Source of their own to see what stands before, as some readers do");
    }
    return conditions.any(node, "Conditions", block);
  }

  private static boolean isOwn(Members node) {
    return node.has("Source") || node.has("Sources");
  }

  private static boolean inherits(Members node) {
    return ConditionParser.inherits(node, "Conditions");
  }

  private @Nullable Rule metadata(Yaml item) {
    Members node = members(item, "Metadata rule", "Type", "Values", "Format", "Conditions");
    if (node == null) {
      return null;
    }
    if (node.has("Transforms")) {
      problems.error(
          node.at("Transforms"),
          "a Metadata rule has Transforms",
          "remove them: values are normalized before they are searched");
    }
    if (!node.has("Source") && !node.has("Sources")) {
      problems.error(node.at(), "a Metadata rule has no Source", "name the sources to search");
    }
    node.require("Values", "list the names to search for");
    Block block = blocks.parse(node, null);
    Condition gate = gate(node, block);
    Format format = node.has("Format") ? format(node) : Format.IDENTITY;
    if (format != null && !format.places().equals(List.of(0))) {
      problems.error(
          node.at("Format"), "Format of a Metadata rule does not use {0} once", "use {0} once");
      format = null;
    }
    List<Rule.Candidate> candidates = candidates(node, format == null ? Format.IDENTITY : format);
    return block == null || gate == null
        ? null
        : new Rule.Metadata(node.at(), gate, normalized(block), candidates);
  }

  private Block normalized(Block block) {
    return scope.table().block(block.sources(), block.coalesce(), List.of(TextTransform.NORMALIZE));
  }

  private List<Rule.Candidate> candidates(Members node, Format format) {
    List<Rule.Candidate> candidates = new ArrayList<>();
    List<Yaml> items = node.list("Values");
    for (Yaml item : items == null ? List.<Yaml>of() : items) {
      if (item instanceof Yaml.Mapping names) {
        for (Yaml.Entry entry : names.entries()) {
          addCandidate(candidates, entry.key(), alternatives(entry.value()), format);
        }
      } else {
        addCandidate(candidates, item, List.of(), format);
      }
    }
    return List.copyOf(candidates);
  }

  private static List<Yaml> alternatives(Yaml value) {
    return value instanceof Yaml.Sequence list ? list.items() : List.of(value);
  }

  private void addCandidate(
      List<Rule.Candidate> candidates, Yaml name, List<Yaml> alternatives, Format format) {
    List<String> terms = new ArrayList<>();
    addTerm(terms, name);
    alternatives.forEach(alternative -> addTerm(terms, alternative));
    if (name instanceof Yaml.Scalar scalar && !terms.isEmpty()) {
      String element = scalar.text().replaceAll("^-+|-+$", "");
      candidates.add(new Rule.Candidate(element, format, List.copyOf(terms)));
    }
  }

  private void addTerm(List<String> terms, Yaml node) {
    if (node instanceof Yaml.Scalar scalar
        && !scalar.isNull()
        && scalar.text().codePoints().allMatch(c -> c == '-' || Character.isLetterOrDigit(c))
        && scalar.text().codePoints().anyMatch(Character::isLetterOrDigit)) {
      terms.add(scalar.text().toLowerCase(Locale.ROOT));
    } else {
      problems.error(
          node.at(),
          "a Metadata value is " + node.shape(),
          "use letters, digits and dashes; other characters of the source become dashes");
    }
  }

  private @Nullable Members members(Yaml item, String where, String... keys) {
    List<String> known = new ArrayList<>(List.of(keys));
    known.addAll(BlockParser.KEYS);
    return Members.of(item, where, known, scope.problems());
  }
}
