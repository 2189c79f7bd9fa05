package io.tributary.dimensions.definitions;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The members of one mapping, read by name with their shape checked. Every reader returns null
 * where the member is absent, and where it is wrong, which has then been told; {@link #has}
 * distinguishes.
 */
final class Members {

  private static final Set<String> YES =
      Set.of("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON");
  private static final Set<String> NO =
      Set.of("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF");
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,9}");
  private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]{1,20}(\\.[0-9]{1,18})?");

  private final String where;
  private final Position at;
  private final Problems problems;
  private final Map<String, Yaml> values = new LinkedHashMap<>();

  /**
   * @param where what the mapping is, for messages: {@code dimension 'Team'}
   * @param known the keys it may have; any other is told
   */
  Members(Yaml.Mapping node, String where, Collection<String> known, Problems problems) {
    this.where = where;
    this.at = node.at();
    this.problems = problems;
    for (Yaml.Entry entry : node.entries()) {
      String key = entry.key().text();
      if (known.contains(key)) {
        values.put(key, entry.value());
      } else {
        problems.error(
            entry.key().at(),
            "unknown key " + Problems.quote(key) + " in " + where,
            remedy(entry.key(), known));
      }
    }
  }

  /** {@code node} as members; null, and a problem told, where it is no mapping. */
  static @Nullable Members of(
      Yaml node, String where, Collection<String> known, Problems problems) {
    if (node instanceof Yaml.Mapping mapping) {
      return new Members(mapping, where, known, problems);
    }
    problems.error(
        node.at(), where + " is " + node.shape(), "write a mapping with " + listed(known));
    return null;
  }

  /** The {@code Type} of a node that must have one of {@code allowed}; null where it has not. */
  static @Nullable String typeOf(
      Yaml node, String where, Collection<String> allowed, Problems problems) {
    if (!(node instanceof Yaml.Mapping mapping)) {
      problems.error(
          node.at(), where + " is " + node.shape(), "write a mapping that begins with Type:");
      return null;
    }
    for (Yaml.Entry entry : mapping.entries()) {
      if (entry.key().text().equals("Type")) {
        if (entry.value() instanceof Yaml.Scalar type && allowed.contains(type.text())) {
          return type.text();
        }
        problems.error(
            entry.value().at(),
            "the Type of " + where + " is " + entry.value().shape(),
            remedy(entry.value(), allowed));
        return null;
      }
    }
    problems.error(node.at(), where + " has no Type", "give one of " + listed(allowed));
    return null;
  }

  private static String remedy(Yaml value, Collection<String> allowed) {
    String given = value instanceof Yaml.Scalar scalar ? scalar.text() : "";
    return Suggestion.closest(given, allowed)
        .map(close -> "did you mean " + close + "?")
        .orElse("use " + (allowed.size() == 1 ? "" : "one of ") + listed(allowed));
  }

  static String listed(Collection<String> words) {
    return words.stream().sorted().collect(Collectors.joining(", "));
  }

  String where() {
    return where;
  }

  Position at() {
    return at;
  }

  /** Whether the key is there, with whatever value. */
  boolean has(String key) {
    return values.containsKey(key);
  }

  /** The number of items of a list; 0 of anything else. */
  int size(String key) {
    return values.get(key) instanceof Yaml.Sequence list ? list.items().size() : 0;
  }

  /** Where the value of {@code key} stands, or the mapping where it has none. */
  Position at(String key) {
    Yaml value = values.get(key);
    return value == null ? at : value.at();
  }

  /** Tells that {@code key} is missing, unless it is there. */
  void require(String key, String remedy) {
    if (!has(key)) {
      problems.error(at, where + " has no " + key, remedy);
    }
  }

  /** The value of {@code key} in any shape but null. */
  @Nullable Yaml value(String key) {
    Yaml value = values.get(key);
    if (value instanceof Yaml.Scalar scalar && scalar.isNull()) {
      problems.error(
          value.at(), key + " of " + where + " has no value", "give it a value or remove the key");
      return null;
    }
    return value;
  }

  /** The mapping at {@code key}, which knows {@code keys}; null where it is none. */
  @Nullable Members child(String key, String... keys) {
    Yaml value = value(key);
    return value == null ? null : of(value, key, List.of(keys), problems);
  }

  /** Whether {@code key} is there and is null. */
  boolean isNull(String key) {
    return values.get(key) instanceof Yaml.Scalar scalar && scalar.isNull();
  }

  /** A single value as its source text. */
  @Nullable String text(String key) {
    Yaml value = value(key);
    if (value instanceof Yaml.Scalar scalar) {
      return scalar.text();
    }
    if (value != null) {
      wrong(key, value, "write a single value");
    }
    return null;
  }

  /** {@code true} or {@code false}, in the spellings of YAML 1.1. */
  @Nullable Boolean flag(String key) {
    Yaml value = value(key);
    if (value instanceof Yaml.Scalar scalar) {
      if (YES.contains(scalar.text())) {
        return true;
      }
      if (NO.contains(scalar.text())) {
        return false;
      }
    }
    if (value != null) {
      wrong(key, value, "write true or false");
    }
    return null;
  }

  /** A whole number of at most nine digits. */
  @Nullable Integer integer(String key) {
    Yaml value = value(key);
    if (value instanceof Yaml.Scalar scalar && INTEGER.matcher(scalar.text()).matches()) {
      return Integer.valueOf(scalar.text());
    }
    if (value != null) {
      wrong(key, value, "write a whole number");
    }
    return null;
  }

  /** A decimal number in plain notation. */
  @Nullable BigDecimal decimal(String key) {
    Yaml value = value(key);
    if (value instanceof Yaml.Scalar scalar && DECIMAL.matcher(scalar.text()).matches()) {
      return new BigDecimal(scalar.text());
    }
    if (value != null) {
      wrong(key, value, "write a decimal number such as 12.5");
    }
    return null;
  }

  /** One of {@code allowed}, as written. */
  @Nullable String word(String key, Collection<String> allowed) {
    Yaml value = values.get(key);
    String text = text(key);
    if (value != null && text != null && !allowed.contains(text)) {
      wrong(key, value, remedy(value, allowed));
      return null;
    }
    return text;
  }

  /** A list with at least one item. */
  @Nullable List<Yaml> list(String key) {
    Yaml value = value(key);
    if (value instanceof Yaml.Sequence sequence && !sequence.items().isEmpty()) {
      return sequence.items();
    }
    if (value instanceof Yaml.Sequence) {
      problems.error(value.at(), key + " of " + where + " is empty", "list one or more");
    } else if (value != null) {
      wrong(key, value, "write a list, each item on a line that begins with '- '");
    }
    return null;
  }

  /** A mapping with at least one member. */
  @Nullable List<Yaml.Entry> entries(String key) {
    Yaml value = value(key);
    if (value instanceof Yaml.Mapping mapping && !mapping.entries().isEmpty()) {
      return mapping.entries();
    }
    if (value instanceof Yaml.Mapping) {
      problems.error(value.at(), key + " of " + where + " is empty", "give one or more members");
    } else if (value != null) {
      wrong(key, value, "write a mapping");
    }
    return null;
  }

  private void wrong(String key, Yaml value, String remedy) {
    problems.error(value.at(), key + " of " + where + " is " + value.shape(), remedy);
  }
}
