package io.tributary.dimensions.definitions;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads source blocks and their transforms. */
final class BlockParser {

  /** The keys a source block may have. */
  static final List<String> KEYS = List.of("Source", "Sources", "CoalesceSources", "Transforms");

  private static final Map<String, TextTransform> PLAIN =
      Map.of(
          "Lower", TextTransform.LOWER,
          "Upper", TextTransform.UPPER,
          "Title", TextTransform.TITLE,
          "Trim", TextTransform.TRIM,
          "Clean", TextTransform.CLEAN,
          "Normalize", TextTransform.NORMALIZE);

  private static final Set<String> KINDS =
      Set.of("Lower", "Upper", "Title", "Trim", "Clean", "Normalize", "Split", "Lookup");

  private static final Set<String> SPLIT_PARTS =
      Set.of("SpendToAllocate", "AcrossElements", "ForEachElementOf");

  private final Scope scope;
  private final Problems problems;

  BlockParser(Scope scope) {
    this.scope = scope;
    this.problems = scope.problems();
  }

  /**
   * The block in effect at a node: its own where it names sources, else {@code outer} whole.
   *
   * @return null where there is neither
   */
  @Nullable Block parse(Members node, @Nullable Block outer) {
    List<Transform> transforms = transforms(node);
    boolean coalesce = Boolean.TRUE.equals(node.flag("CoalesceSources"));
    if (node.has("Source") && node.has("Sources")) {
      problems.error(
          node.at("Sources"),
          node.where() + " has both Source and Sources",
          "keep one; either takes a list");
    }
    String key = node.has("Source") ? "Source" : "Sources";
    if (!node.has(key)) {
      warnWithoutSource(node, "Transforms");
      warnWithoutSource(node, "CoalesceSources");
      return outer;
    }
    List<Source> sources = sources(node, key);
    if (coalesce && sources.size() > 1) {
      warnOfCoalescing(node);
    }
    if (outer != null
        && !outer.transforms().isEmpty()
        && !Collections.disjoint(outer.sources(), sources)) {
      warnOfOuterTransforms(node);
    }
    return scope.table().block(sources, coalesce, transforms);
  }

  /**
   * The reference library honours it in GroupBy alone; the parts of a split it does not evaluate.
   */
  private void warnOfCoalescing(Members node) {
    if (!node.where().startsWith("GroupBy") && !SPLIT_PARTS.contains(node.where())) {
      problems.warn(
          node.at("CoalesceSources"),
          "CoalesceSources of "
              + node.where()
              + " is honoured here, but not by every reader of CostFormation",
          "let a dimension of its own take the first value, by GroupBy, and read that");
    }
  }

  private void warnOfOuterTransforms(Members node) {
    problems.warn(
        node.at(),
        node.where() + " names its Source again and so reads it without the outer Transforms",
        "repeat those that are meant; some readers of CostFormation apply them anyway");
  }

  private void warnWithoutSource(Members node, String key) {
    if (node.has(key)) {
      problems.warn(
          node.at(key),
          key + " of " + node.where() + " has no effect, since no Source stands beside it",
          "repeat the Source here, or move " + key + " to where the Source is");
    }
  }

  private List<Source> sources(Members node, String key) {
    Yaml value = node.value(key);
    List<Source> sources = new ArrayList<>();
    if (value instanceof Yaml.Sequence) {
      List<Yaml> items = node.list(key);
      for (Yaml item : items == null ? List.<Yaml>of() : items) {
        addIfKnown(sources, item, node.where());
      }
    } else if (value != null) {
      addIfKnown(sources, value, node.where());
    }
    return sources;
  }

  private void addIfKnown(List<Source> sources, Yaml item, String where) {
    Source source = scope.read(item, where);
    if (source != null) {
      sources.add(source);
    }
  }

  private List<Transform> transforms(Members node) {
    List<Transform> transforms = new ArrayList<>();
    boolean none = node.value("Transforms") instanceof Yaml.Sequence list && list.items().isEmpty();
    List<Yaml> items = none ? null : node.list("Transforms");
    for (Yaml item : items == null ? List.<Yaml>of() : items) {
      Transform transform = transform(item);
      if (transform != null) {
        transforms.add(transform);
      }
    }
    return transforms;
  }

  private @Nullable Transform transform(Yaml item) {
    String type = Members.typeOf(item, "a transform", KINDS, problems);
    if (type == null) {
      return null;
    }
    List<String> keys =
        switch (type) {
          case "Split" -> List.of("Type", "Delimiter", "Index", "Maxsplit");
          case "Lookup" -> List.of("Type", "Key");
          default -> List.of("Type");
        };
    Members transform = Members.of(item, "transform " + type, keys, problems);
    if (transform == null) {
      return null;
    }
    return switch (type) {
      case "Split" -> split(transform);
      case "Lookup" -> lookup(transform);
      default -> PLAIN.get(type);
    };
  }

  private @Nullable Transform split(Members split) {
    split.require("Delimiter", "give the text to cut at");
    split.require("Index", "give the part to keep, counted from 1, or from the end with -1");
    String delimiter = split.text("Delimiter");
    Integer index = split.integer("Index");
    Integer maxSplits = split.has("Maxsplit") ? split.integer("Maxsplit") : Integer.valueOf(-1);
    if (delimiter != null && delimiter.isEmpty()) {
      problems.error(
          split.at("Delimiter"), "the Delimiter is empty", "give one or more characters");
      return null;
    }
    if (maxSplits != null && maxSplits < -1) {
      problems.error(split.at("Maxsplit"), "Maxsplit is below 0", "give a number of cuts");
    }
    return delimiter == null || index == null || maxSplits == null
        ? null
        : new SplitTransform(delimiter, index, maxSplits);
  }

  private @Nullable Transform lookup(Members lookup) {
    lookup.require("Key", "name the member of the JSON object to take");
    String key = lookup.text("Key");
    problems.warn(
        lookup.at(),
        "a Lookup that finds nothing gives no value here, in some readers the empty text",
        "test for it with HasValue, not with Equals ''");
    return key == null ? null : new LookupTransform(key);
  }
}
