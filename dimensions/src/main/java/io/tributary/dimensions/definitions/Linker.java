package io.tributary.dimensions.definitions;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Follows the references of a file: every source gets the place its value comes from, and an order
 * to evaluate them in; a reference that leads nowhere or in a circle is told.
 */
final class Linker {

  /** References to nothing for which a similar name is sought; each search compares with all. */
  private static final int MAX_SUGGESTIONS = 10;

  /** Each is evaluated over all lines. */
  private static final int MAX_ALLOCATIONS = 1_000;

  private final DefinitionsParser.Parsed parsed;
  private final SourceTable table;
  private final Problems problems;
  private final Map<String, ParsedDimension> enabled = new LinkedHashMap<>();
  private final Map<String, ParsedDimension> disabled = new HashMap<>();
  private final Map<String, ParsedDimension> overrides = new HashMap<>();
  private int suggestions;

  Linker(DefinitionsParser.Parsed parsed, SourceTable table, Problems problems) {
    this.parsed = parsed;
    this.table = table;
    this.problems = problems;
    for (ParsedDimension dimension : parsed.dimensions()) {
      (dimension.disabled() ? disabled : enabled).put(dimension.id(), dimension);
      table.dimension(dimension.id());
    }
    checkNames();
    checkNumberOfAllocations();
    collectOverrides();
    enabled.values().forEach(dimension -> dimension.reads().forEach(this::checkReference));
    parsed.entityReads().forEach(this::checkReference);
    parsed.streamReads().values().forEach(reads -> reads.forEach(this::checkReference));
  }

  /** The dimensions that are not disabled, in file order. */
  Collection<ParsedDimension> dimensions() {
    return enabled.values();
  }

  /** Where the value of each source comes from, by source index. */
  List<Resolution> resolutions() {
    return table.sources().stream().map(this::resolution).toList();
  }

  /** Every dimension and what it reads, each after all it depends on. */
  List<Source> order() {
    List<Source> roots = enabled.keySet().stream().map(table::dimension).toList();
    return DependencyOrder.of(roots, this::dependencies, this::tellCycle);
  }

  /** The sources that must be known before {@code source} is. */
  List<Source> dependencies(Source source) {
    Resolution resolution = resolution(source);
    if (resolution instanceof Resolution.Redirect redirect) {
      return List.of(redirect.target());
    }
    if (resolution instanceof Resolution.EntityAttribute attribute) {
      return List.of(attribute.key());
    }
    ParsedDimension dimension = enabledBehind(source);
    if (dimension == null) {
      return List.of();
    }
    Set<Source> reads = new LinkedHashSet<>(dimension.reads().keySet());
    if (dimension.allocation() != null
        && dimension.allocation().split() instanceof Allocation.ByStreams byStreams) {
      byStreams.streams().stream()
          .map(name -> parsed.streamReads().getOrDefault(name, Map.of()))
          .forEach(streamReads -> reads.addAll(streamReads.keySet()));
    }
    return List.copyOf(reads);
  }

  private Resolution resolution(Source source) {
    String id = source.id();
    if (id.startsWith(SourceIds.VENDOR) && overrides.containsKey(id)) {
      return new Resolution.Redirect(table.dimension(overrides.get(id).id()));
    }
    if (id.startsWith(SourceIds.ENTITY)) {
      String[] parts = id.split(":", 3);
      Source key = parsed.entityKeys().get(parts[1]);
      if (key != null) {
        return new Resolution.EntityAttribute(id, parts[1], key, parts[2]);
      }
    }
    ParsedDimension dimension = enabledBehind(source);
    return dimension == null || dimension.grouping() == null
        ? new Resolution.Column(id)
        : new Resolution.Dimension(id, dimension.grouping());
  }

  private @Nullable ParsedDimension enabledBehind(Source source) {
    return source.id().startsWith(SourceIds.USER)
        ? enabled.get(source.id().substring(SourceIds.USER.length()))
        : null;
  }

  private void checkNames() {
    Map<String, ParsedDimension> byName = new HashMap<>();
    for (ParsedDimension dimension : enabled.values()) {
      ParsedDimension other = byName.putIfAbsent(dimension.facts().name(), dimension);
      if (other != null) {
        problems.error(
            dimension.at(),
            "dimension "
                + Problems.quote(dimension.id())
                + " has the same name as "
                + Problems.quote(other.id())
                + ", "
                + Problems.quote(dimension.facts().name()),
            "give each a Name of its own");
      }
    }
  }

  private void checkNumberOfAllocations() {
    enabled.values().stream()
        .filter(dimension -> dimension.facts().kind() == Dimension.Kind.ALLOCATION)
        .skip(MAX_ALLOCATIONS)
        .findFirst()
        .ifPresent(
            dimension ->
                problems.error(
                    dimension.at(),
                    "more than " + MAX_ALLOCATIONS + " allocations",
                    "allocate over more elements instead"));
  }

  private void collectOverrides() {
    for (ParsedDimension dimension : enabled.values()) {
      String target = dimension.override();
      ParsedDimension other = target == null ? null : overrides.putIfAbsent(target, dimension);
      if (other != null) {
        problems.error(
            dimension.at(),
            "dimension "
                + Problems.quote(dimension.id())
                + " overrides "
                + target
                + ", as does "
                + Problems.quote(other.id()),
            "override each vendor-defined dimension once");
      }
    }
  }

  private void checkReference(Source source, Position at) {
    String id = source.id();
    if (id.startsWith(SourceIds.USER)) {
      String dimension = id.substring(SourceIds.USER.length());
      if (disabled.containsKey(dimension)) {
        problems.error(
            at,
            "dimension " + Problems.quote(dimension) + " is disabled and cannot be a source",
            "enable it, or Hide it instead");
      } else if (!enabled.containsKey(dimension)) {
        problems.warn(
            at,
            "no dimension " + Problems.quote(dimension) + " is defined here, so it has no value",
            similar(dimension)
                .map(close -> "did you mean " + SourceIds.USER + close + "?")
                .orElse("define it or remove the reference"));
      }
    } else if (id.startsWith(SourceIds.ENTITY)) {
      String kind = id.split(":", 3)[1];
      if (!parsed.entityKeys().containsKey(kind)) {
        problems.error(
            at,
            "entity kind " + Problems.quote(kind) + " has no key",
            "declare it at the top: 'Entities: {" + kind + ": {Key: <source>}}'");
      }
    }
  }

  private Optional<String> similar(String dimension) {
    return suggestions++ < MAX_SUGGESTIONS
        ? Suggestion.closest(dimension, enabled.keySet())
        : Optional.empty();
  }

  private void tellCycle(List<Source> cycle) {
    problems.error(
        start(cycle),
        "references go in a circle: "
            + cycle.stream().map(Linker::shortName).collect(Collectors.joining(" -> ")),
        "let one of them read something else");
  }

  /** Where the first dimension of the circle refers to the next. */
  private Position start(List<Source> cycle) {
    for (int i = 0; i + 1 < cycle.size(); i++) {
      ParsedDimension dimension = enabledBehind(cycle.get(i));
      if (dimension != null) {
        return dimension.reads().getOrDefault(cycle.get(i + 1), dimension.at());
      }
    }
    return parsed.entityReads().values().stream().findFirst().orElse(Position.START);
  }

  private static String shortName(Source source) {
    return source.id().startsWith(SourceIds.USER)
        ? source.id().substring(SourceIds.USER.length())
        : source.id();
  }
}
