package io.tributary.dimensions.definitions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's cost-allocation rules, loaded from CostFormation YAML and ready to evaluate. Immutable
 * and safe for use by many threads; whether a text loads depends on the text alone. {@code
 * LANGUAGE.md} beside this module says how the language is read where its sources leave a choice.
 *
 * <pre>
 *   text --YamlReader--> nodes --*Parser--> rules, numbered sources --Linker--> Definitions
 *                                                                                  |
 *                                     SourceRow --Evaluation (memo of one line)--> element
 * </pre>
 */
public final class Definitions {

  private final String fileName;
  private final List<Problem> warnings;
  private final @Nullable Instant effectiveFrom;
  private final Map<String, Dimension> dimensions = new LinkedHashMap<>();
  private final Map<String, Source> sourceOfDimension = new LinkedHashMap<>();
  private final Map<String, Allocation> allocations = new LinkedHashMap<>();
  private final Map<String, UsageStream> streams;
  private final List<Resolution> resolutions;
  private final List<Source> order;
  private final List<Source> steps;
  private final List<Source> allSources;
  private final Map<Source, List<Source>> dependencies = new LinkedHashMap<>();
  private final int blockCount;
  private final SortedSet<String> columns = new TreeSet<>();
  private final SortedMap<String, String> entityKeys = new TreeMap<>();
  private final SortedMap<String, SortedSet<String>> entityAttributes = new TreeMap<>();

  private Definitions(
      String fileName,
      DefinitionsParser.Parsed parsed,
      SourceTable table,
      Linker linker,
      Problems problems) {
    this.fileName = fileName;
    this.effectiveFrom = parsed.effectiveFrom();
    this.streams = Collections.unmodifiableMap(parsed.streams());
    this.order = linker.order();
    this.resolutions = linker.resolutions();
    this.allSources = table.sources();
    this.blockCount = table.blockCount();
    this.warnings = problems.warnings();
    for (ParsedDimension dimension : linker.dimensions()) {
      dimensions.put(dimension.id(), dimension.facts());
      sourceOfDimension.put(dimension.id(), table.dimension(dimension.id()));
      if (dimension.allocation() != null) {
        allocations.put(dimension.id(), dimension.allocation());
      }
    }
    this.steps = order.stream().filter(this::isStep).toList();
    for (Source source : order) {
      dependencies.put(source, linker.dependencies(source));
      describe(source);
    }
  }

  private void describe(Source source) {
    Resolution resolution = resolutions.get(source.index());
    if (resolution instanceof Resolution.EntityAttribute attribute) {
      entityKeys.put(attribute.kind(), attribute.key().id());
      entityAttributes
          .computeIfAbsent(attribute.kind(), kind -> new TreeSet<>())
          .add(attribute.attribute());
    } else if (resolution instanceof Resolution.Column && !source.id().startsWith(SourceIds.USER)) {
      columns.add(source.id());
    }
  }

  /**
   * Reads a definitions file.
   *
   * @param fileName what problems call the file
   * @param yaml its text
   * @throws InvalidDefinitionsException with everything that is wrong with it
   */
  public static Definitions load(String fileName, String yaml) throws InvalidDefinitionsException {
    Problems problems = new Problems(fileName);
    Yaml file = YamlReader.read(yaml, problems);
    DefinitionsParser parser = file == null ? null : DefinitionsParser.of(file, problems);
    if (parser == null) {
      throw new InvalidDefinitionsException(problems.errors());
    }
    DefinitionsParser.Parsed parsed = parser.parse();
    Linker linker = new Linker(parsed, parser.table(), problems);
    Definitions definitions = new Definitions(fileName, parsed, parser.table(), linker, problems);
    if (!problems.errors().isEmpty()) {
      throw new InvalidDefinitionsException(problems.errors());
    }
    return definitions;
  }

  /** What loads but may not mean what its author thinks, in file order. */
  public List<Problem> warnings() {
    return warnings;
  }

  /**
   * What is proven to have no effect on any line, in file order: rules that never apply, conditions
   * that never hold, operands that earlier rules take. Worked out anew at every call.
   */
  public List<Problem> idleRules() {
    Problems problems = new Problems(fileName);
    for (Resolution resolution : resolutions) {
      if (resolution instanceof Resolution.Dimension dimension) {
        RuleAnalysis.warn(dimension.grouping(), problems);
      }
    }
    for (Allocation allocation : allocations.values()) {
      if (allocation.split() instanceof Allocation.ByRules rules) {
        Stream.of(rules.elements(), rules.partitions())
            .filter(Objects::nonNull)
            .forEach(grouping -> RuleAnalysis.warn(grouping, problems));
      }
    }
    return problems.warnings();
  }

  /**
   * Allocations in which an element may weigh less than 0, since credits count for it, and that do
   * not say what that means. Worked out anew at every call.
   */
  public List<Problem> creditsAsWeights() {
    Problems problems = new Problems(fileName);
    CreditAnalysis.warn(this, problems);
    return problems.warnings();
  }

  /** The billing instant from which the file says it holds; null where it does not say. */
  public @Nullable Instant effectiveFrom() {
    return effectiveFrom;
  }

  /** Every dimension that is not disabled, hidden ones included, in file order. */
  public List<Dimension> dimensions() {
    return List.copyOf(dimensions.values());
  }

  /** The ids of the group dimensions that are not disabled, hidden ones included, in file order. */
  public List<String> groupDimensions() {
    return dimensions.values().stream()
        .filter(dimension -> dimension.kind() == Dimension.Kind.GROUPING)
        .map(Dimension::id)
        .toList();
  }

  /**
   * The element a line has in one dimension. Of an allocation, what the line gives under its id.
   *
   * @return null for none
   * @throws IllegalArgumentException where no such dimension is defined, or it is disabled
   */
  public @Nullable String element(String dimension, SourceRow row) {
    Source source = sourceOf(dimension);
    Evaluation line = evaluate(row);
    upstream(source).forEach(line::value);
    return line.value(source);
  }

  /**
   * Why a line has the element it has in one dimension: always that of {@link #element}. Costs far
   * more than evaluation, which pays nothing for it.
   *
   * @throws IllegalArgumentException where no such dimension is defined, or it is disabled
   */
  public Explanation explain(String dimension, SourceRow row) {
    Source source = sourceOf(dimension);
    Evaluation line = evaluate(row);
    upstream(source).forEach(line::value);
    return new DimensionExplainer(line, resolutions, order).explain(source);
  }

  private Source sourceOf(String dimension) {
    Source source = sourceOfDimension.get(dimension);
    if (source == null) {
      throw new IllegalArgumentException("no dimension " + Problems.quote(dimension));
    }
    return source;
  }

  /** Whether no dimension is an allocation. */
  public boolean isWithoutAllocations() {
    return allocations.isEmpty();
  }

  /** The element of each group dimension, by id; a dimension without one is absent. */
  public SortedMap<String, String> elements(SourceRow row) {
    return elements(evaluate(row));
  }

  /** The same of a line that has been begun. */
  SortedMap<String, String> elements(Evaluation line) {
    steps.forEach(line::value);
    SortedMap<String, String> elements = new TreeMap<>();
    sourceOfDimension.forEach(
        (dimension, source) -> {
          String element = allocations.containsKey(dimension) ? null : line.value(source);
          if (element != null) {
            elements.put(dimension, element);
          }
        });
    return elements;
  }

  /**
   * An evaluator of these definitions that remembers results.
   *
   * @param entries how many at most, over all dimensions; above 0
   */
  public Evaluator memoized(int entries) {
    return new Evaluator(this, entries);
  }

  /**
   * The columns, tags and labels that any dimension reads, directly or as the key of an entity:
   * canonical identifiers.
   */
  public SortedSet<String> sources() {
    return Collections.unmodifiableSortedSet(columns);
  }

  /** The kinds of entity that any dimension reads. */
  public SortedSet<String> entityKinds() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(entityKeys.keySet()));
  }

  /**
   * The canonical source that says which entity of {@code kind} a line belongs to; a column or a
   * dimension.
   *
   * @throws IllegalArgumentException where no dimension reads that kind
   */
  public String entityKey(String kind) {
    String key = entityKeys.get(kind);
    if (key == null) {
      throw new IllegalArgumentException("no dimension reads entities of kind " + kind);
    }
    return key;
  }

  /** The attributes of {@code kind} that any dimension reads; empty where none is. */
  public SortedSet<String> entityAttributes(String kind) {
    return Collections.unmodifiableSortedSet(
        entityAttributes.getOrDefault(kind, Collections.emptySortedSet()));
  }

  /** A line, nothing of it evaluated yet. */
  Evaluation evaluate(SourceRow row) {
    return evaluate(row, resolutions);
  }

  /** A line, every dimension evaluated. */
  Evaluation evaluateInOrder(SourceRow row) {
    Evaluation line = evaluate(row);
    steps.forEach(line::value);
    return line;
  }

  /** The same, its values coming from elsewhere: {@code resolutions} by source index. */
  Evaluation evaluate(SourceRow row, List<Resolution> resolutions) {
    return new Evaluation(row, resolutions, blockCount);
  }

  /**
   * The allocations, ready to be evaluated.
   *
   * @param telemetry what is known of the tenant's streams
   */
  public AllocationPlan allocationPlan(StreamFacts telemetry) {
    return new AllocationPlan(this, telemetry);
  }

  /**
   * The dimensions, allocations among them, whose elements may follow from a source: those that
   * read it, and those that read a dimension which does.
   *
   * @param source told canonical identifiers of columns, tags, labels and dimensions
   */
  public SortedSet<String> dimensionsReading(Predicate<String> source) {
    Set<Source> reading = new HashSet<>();
    for (Source each : order) {
      if (source.test(each.id()) || dependencies(each).stream().anyMatch(reading::contains)) {
        reading.add(each);
      }
    }
    SortedSet<String> ids = new TreeSet<>();
    sourceOfDimension.forEach(
        (dimension, of) -> {
          if (reading.contains(of)) {
            ids.add(dimension);
          }
        });
    return ids;
  }

  /** Every source, by index. */
  List<Source> allSources() {
    return allSources;
  }

  /** The dimensions and all they depend on, dependencies first. */
  List<Source> order() {
    return order;
  }

  /** What is worked out in its turn instead of when first asked for, in order. */
  List<Source> steps() {
    return steps;
  }

  Resolution resolution(Source source) {
    return resolutions.get(source.index());
  }

  /** What must be known before {@code source} is. */
  List<Source> dependencies(Source source) {
    return dependencies.getOrDefault(source, List.of());
  }

  /** The allocation whose element {@code source} is, or null. */
  @Nullable Allocation allocationBehind(Source source) {
    return source.id().startsWith(SourceIds.USER)
        ? allocations.get(source.id().substring(SourceIds.USER.length()))
        : null;
  }

  /** Where values come from if {@code memo} remembers the elements that are worth it. */
  List<Resolution> remembering(ElementMemo memo) {
    List<Resolution> remembering = new ArrayList<>(resolutions);
    for (Source source : steps) {
      if (resolutions.get(source.index()) instanceof Resolution.Dimension dimension
          && dimension.grouping().isIndexed()) {
        remembering.set(
            source.index(),
            new Resolution.Remembered(
                source, dimension.grouping(), dependencies.getOrDefault(source, List.of()), memo));
      }
    }
    return List.copyOf(remembering);
  }

  /** The rules of a group dimension that is not disabled. */
  Grouping grouping(String dimension) {
    Source source = sourceOfDimension.get(dimension);
    if (source != null
        && resolutions.get(source.index()) instanceof Resolution.Dimension grouping) {
      return grouping.grouping();
    }
    throw new IllegalArgumentException("no group dimension " + Problems.quote(dimension));
  }

  /** The allocations that are not disabled, by id, in file order. */
  Map<String, Allocation> allocations() {
    return Collections.unmodifiableMap(allocations);
  }

  /** The streams made out of usage events, by name, in file order. */
  Map<String, UsageStream> streams() {
    return streams;
  }

  /** Whether some dimension reads the plain column {@code id}. */
  boolean reads(String id) {
    return columns.contains(SourceIds.canonical(id));
  }

  /** The steps that {@code source} depends on, in order. */
  private List<Source> upstream(Source source) {
    boolean[] needed = new boolean[resolutions.size()];
    needed[source.index()] = true;
    for (int i = order.size() - 1; i >= 0; i--) {
      if (needed[order.get(i).index()]) {
        for (Source dependency : dependencies.getOrDefault(order.get(i), List.of())) {
          needed[dependency.index()] = true;
        }
      }
    }
    return steps.stream().filter(step -> needed[step.index()]).toList();
  }

  /**
   * Whether {@code source} is worked out in its turn instead of when first asked for. If every link
   * of a long chain of references waited for the next, the call stack would overflow.
   */
  private boolean isStep(Source source) {
    Resolution resolution = resolutions.get(source.index());
    return resolution instanceof Resolution.Dimension
        || (resolution instanceof Resolution.EntityAttribute attribute
            && resolutions.get(attribute.key().index()) instanceof Resolution.EntityAttribute);
  }
}
