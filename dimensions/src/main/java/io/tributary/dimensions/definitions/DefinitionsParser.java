package io.tributary.dimensions.definitions;

import io.tributary.events.Granularity;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a file: its dimensions, entities and streams, references not yet followed. */
final class DefinitionsParser {

  /**
   * What a file says.
   *
   * @param effectiveFrom null where it does not say
   * @param entityKeys by kind
   * @param entityReads the sources that are keys, and where
   * @param streams by name
   * @param streamReads by name of a stream, the sources it reads
   */
  record Parsed(
      @Nullable Instant effectiveFrom,
      List<ParsedDimension> dimensions,
      Map<String, Source> entityKeys,
      Map<Source, Position> entityReads,
      Map<String, UsageStream> streams,
      Map<String, Map<Source, Position>> streamReads) {}

  /** Kinds every tenant has; definitions cannot re-key them. */
  private static final Map<String, String> BUILT_IN_KEYS =
      Map.of("resource", "ResourceId", "account", "SubAccountId");

  private static final List<String> ROOT_KEYS =
      List.of("Dimensions", "Entities", "Streams", "EffectiveFrom");

  private final Problems problems;
  private final SourceTable table;
  private final Members root;

  private DefinitionsParser(Yaml.Mapping file, Problems problems) {
    this.problems = problems;
    this.table = new SourceTable(dimensionIds(file));
    this.root = new Members(file, "the file", ROOT_KEYS, problems);
  }

  /** Null where the file is no mapping, which has then been told. */
  static @Nullable DefinitionsParser of(Yaml file, Problems problems) {
    if (file instanceof Yaml.Mapping mapping) {
      return new DefinitionsParser(mapping, problems);
    }
    problems.error(
        file.at(),
        "the file is " + file.shape(),
        "begin with 'Dimensions:' and a mapping below it");
    return null;
  }

  SourceTable table() {
    return table;
  }

  Parsed parse() {
    root.require("Dimensions", "begin with 'Dimensions:' and a mapping below it");
    List<ParsedDimension> dimensions = new ArrayList<>();
    DimensionParser parser = new DimensionParser(problems, table);
    for (Yaml.Entry entry : entries("Dimensions")) {
      ParsedDimension dimension = parser.parse(entry);
      if (dimension != null) {
        dimensions.add(dimension);
      }
    }
    Map<String, UsageStream> streams = new LinkedHashMap<>();
    Map<String, Map<Source, Position>> streamReads = new LinkedHashMap<>();
    for (Yaml.Entry entry : entries("Streams")) {
      Scope scope = new Scope(problems, table);
      UsageStream stream = stream(entry, scope);
      if (stream != null) {
        streams.put(stream.name(), stream);
        streamReads.put(stream.name(), scope.reads());
      }
    }
    Scope entities = new Scope(problems, table);
    return new Parsed(
        effectiveFrom(), dimensions, entityKeys(entities), entities.reads(), streams, streamReads);
  }

  private static Set<String> dimensionIds(Yaml.Mapping file) {
    return file.entries().stream()
        .filter(entry -> entry.key().text().equals("Dimensions"))
        .filter(entry -> entry.value() instanceof Yaml.Mapping)
        .flatMap(entry -> ((Yaml.Mapping) entry.value()).entries().stream())
        .map(entry -> entry.key().text())
        .collect(Collectors.toUnmodifiableSet());
  }

  private List<Yaml.Entry> entries(String key) {
    Yaml value = root.value(key);
    if (value instanceof Yaml.Mapping mapping) {
      return mapping.entries();
    }
    if (value != null) {
      problems.error(value.at(), key + " is " + value.shape(), "write a mapping below it");
    }
    return List.of();
  }

  private @Nullable Instant effectiveFrom() {
    String text = root.text("EffectiveFrom");
    if (text == null) {
      return null;
    }
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      problems.error(
          root.at("EffectiveFrom"),
          "EffectiveFrom is " + Problems.quote(text),
          "write a day like 2026-01-01 or an instant like 2026-01-01T00:00:00Z");
      return null;
    }
  }

  private Map<String, Source> entityKeys(Scope scope) {
    Map<String, Source> keys = new TreeMap<>();
    BUILT_IN_KEYS.forEach((kind, key) -> keys.put(kind, table.source(key)));
    for (Yaml.Entry entry : entries("Entities")) {
      String kind = entry.key().text();
      String where = "entity kind " + Problems.quote(kind);
      if (kind.isEmpty() || kind.contains(":")) {
        problems.error(entry.key().at(), where + " is no name", "use a name without colons");
      }
      Members node = Members.of(entry.value(), where, List.of("Key"), problems);
      if (node != null) {
        node.require("Key", "name the source that tells which entity");
        Yaml value = node.value("Key");
        Source key = value == null ? null : scope.read(value, where);
        checkBuiltIn(kind, key, node);
        if (key != null) {
          keys.put(kind, key);
        }
      }
    }
    return keys;
  }

  private void checkBuiltIn(String kind, @Nullable Source key, Members node) {
    String builtIn = BUILT_IN_KEYS.get(kind);
    if (builtIn != null && key != null && !key.id().equals(builtIn)) {
      problems.error(
          node.at("Key"),
          "entity kind " + Problems.quote(kind) + " is built in with Key " + builtIn,
          "declare a kind of another name");
    }
  }

  private @Nullable UsageStream stream(Yaml.Entry entry, Scope scope) {
    String where = "stream " + Problems.quote(entry.key().text());
    Members node =
        Members.of(
            entry.value(), where, List.of("Meter", "Element", "Granularity", "Filter"), problems);
    if (node == null) {
      return null;
    }
    node.require("Meter", "name the meter whose quantity is summed");
    node.require("Element", "name the source whose values the quantity is split by");
    String meter = node.text("Meter");
    Yaml elementNode = node.value("Element");
    Source element = elementNode == null ? null : scope.read(elementNode, where);
    String granularity =
        node.word(
            "Granularity", Arrays.stream(Granularity.values()).map(UsageStream::word).toList());
    Map<Source, List<String>> filter = filter(node, scope);
    return meter == null || element == null
        ? null
        : new UsageStream(
            entry.key().text(),
            meter,
            element,
            Arrays.stream(Granularity.values())
                .filter(g -> UsageStream.word(g).equals(granularity))
                .findFirst()
                .orElse(Granularity.DAILY),
            filter);
  }

  private Map<Source, List<String>> filter(Members node, Scope scope) {
    Map<Source, List<String>> filter = new LinkedHashMap<>();
    List<Yaml.Entry> entries = node.entries("Filter");
    for (Yaml.Entry entry : entries == null ? List.<Yaml.Entry>of() : entries) {
      Source source = scope.read(entry.key(), "Filter of " + node.where());
      List<String> values = new ArrayList<>();
      List<Yaml> items =
          entry.value() instanceof Yaml.Sequence list ? list.items() : List.of(entry.value());
      for (Yaml item : items) {
        if (item instanceof Yaml.Scalar scalar && !scalar.isNull()) {
          values.add(scalar.text());
        } else {
          problems.error(item.at(), "a filter value is " + item.shape(), "write text");
        }
      }
      if (items.isEmpty()) {
        problems.error(entry.value().at(), "a filter has no values", "list one or more");
      }
      if (source != null) {
        filter.put(source, List.copyOf(values));
      }
    }
    return filter;
  }
}
