package io.tributary.dimensions.definitions;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the parsers of one definition share: where to tell problems, the numbered sources, and which
 * of them this definition reads.
 */
final class Scope {

  private final Problems problems;
  private final SourceTable table;
  private final Map<Source, Position> reads = new LinkedHashMap<>();

  Scope(Problems problems, SourceTable table) {
    this.problems = problems;
    this.table = table;
  }

  Problems problems() {
    return problems;
  }

  SourceTable table() {
    return table;
  }

  /** The sources read so far and where each was first read. */
  Map<Source, Position> reads() {
    return Collections.unmodifiableMap(reads);
  }

  /** A source the definition reads by itself, whatever its author writes. */
  Source read(String canonicalId, Position at) {
    Source source = table.source(canonicalId);
    reads.putIfAbsent(source, at);
    return source;
  }

  /** A reference to a source; null, and a problem told, where it is none. */
  @Nullable Source read(Yaml node, String where) {
    String id = id(node, where);
    return id == null ? null : read(id, node.at());
  }

  /** The canonical identifier of a reference that is not read for its value. */
  @Nullable String id(Yaml node, String where) {
    if (!(node instanceof Yaml.Scalar scalar) || scalar.isNull()) {
      problems.error(
          node.at(), "a source of " + where + " is " + node.shape(), "name a source, like Service");
      return null;
    }
    String id = scalar.text();
    if (isWellFormed(id)) {
      return SourceIds.canonical(id);
    }
    problems.error(node.at(), "unknown source " + Problems.quote(id) + " in " + where, remedy(id));
    return null;
  }

  private static boolean isWellFormed(String id) {
    for (String prefix :
        new String[] {SourceIds.TAG, SourceIds.K8S_LABEL, SourceIds.VENDOR, SourceIds.USER}) {
      if (id.startsWith(prefix)) {
        return id.length() > prefix.length();
      }
    }
    if (id.startsWith(SourceIds.ENTITY)) {
      String[] parts = id.split(":", 3);
      return parts.length == 3 && !parts[1].isEmpty() && !parts[2].isEmpty();
    }
    return SourceIds.KUBERNETES.contains(id) || SourceIds.isColumn(id);
  }

  private String remedy(String id) {
    if (table.dimensionIds().contains(id)) {
      return "write " + SourceIds.USER + id + " for the dimension";
    }
    if (id.startsWith(SourceIds.ENTITY)) {
      return "write Entity:<kind>:<attribute>";
    }
    return Suggestion.closest(id, SourceIds.columns())
        .map(close -> "did you mean " + close + "?")
        .orElse(
            "use a core identifier, a FOCUS column, Tag:<key>, K8s:..., CZ:Defined:<id>,"
                + " User:Defined:<id> or Entity:<kind>:<attribute>");
  }
}
