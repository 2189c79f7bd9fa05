package io.tributary.jobs.cli;

import io.tributary.sinks.catalog.ValueReferences;
import io.tributary.sinks.catalog.WarehouseException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The values of a configuration file by dotted path, and what is wrong with them: problems are
 * collected, so that all are reported together. {@link ValueReferences} within a value stand for
 * environment variables and files. A list of plain values is read as their texts, joined by commas.
 */
final class ConfigurationValues {

  private final String file;
  private final Map<String, String> values = new TreeMap<>();
  private final Map<String, String> texts = new TreeMap<>();
  private final List<String> problems = new ArrayList<>();

  private ConfigurationValues(String file) {
    this.file = file;
  }

  /**
   * Reads a file's text.
   *
   * @param environment for references
   * @throws CommandException where it is not YAML
   */
  static ConfigurationValues read(String file, String yaml, Map<String, String> environment) {
    ConfigurationValues values = new ConfigurationValues(file);
    values.flatten("", load(file, yaml), environment);
    return values;
  }

  /**
   * Reads one section of a file's text, as if nothing else were there.
   *
   * @throws CommandException where it is not YAML
   */
  static ConfigurationValues readSection(
      String file, String yaml, String section, Map<String, String> environment) {
    ConfigurationValues values = new ConfigurationValues(file);
    if (load(file, yaml) instanceof Map<?, ?> root) {
      values.flatten(section, root.get(section), environment);
    } else {
      values.problem("it is not a mapping");
    }
    return values;
  }

  private static @Nullable Object load(String file, String yaml) {
    try {
      return new Load(LoadSettings.builder().setMaxAliasesForCollections(0).build())
          .loadFromString(yaml);
    } catch (MarkedYamlEngineException e) {
      // Without the lines around it, which may hold secrets.
      String line =
          e.getProblemMark().map(mark -> "line " + (mark.getLine() + 1) + ": ").orElse("");
      throw CommandException.badInput(file + " is not YAML: " + line + e.getProblem());
    } catch (YamlEngineException e) {
      throw CommandException.badInput(file + " is not YAML: " + e.getMessage());
    }
  }

  private void flatten(String path, @Nullable Object node, Map<String, String> environment) {
    if (node instanceof Map<?, ?> map) {
      map.forEach(
          (key, value) ->
              flatten(path.isEmpty() ? "" + key : path + "." + key, value, environment));
    } else if (path.isEmpty()) {
      problem("it is not a mapping");
    } else if (node instanceof List<?> list) {
      put(path, String.join(",", list.stream().map(String::valueOf).toList()), environment);
    } else if (node != null) {
      put(path, node.toString(), environment);
    }
  }

  private void put(String path, String text, Map<String, String> environment) {
    texts.put(path, text);
    values.put(path, "");
    try {
      values.put(path, ValueReferences.resolve(text, environment));
    } catch (WarehouseException e) {
      problem(path + " " + e.getMessage());
    }
  }

  /** Reports every setting that is neither in {@code keys} nor in one of {@code openSections}. */
  void refuseUnknown(List<String> keys, List<String> openSections) {
    for (String path : values.keySet()) {
      if (!keys.contains(path) && openSections.stream().noneMatch(path::startsWith)) {
        problem("unknown setting '" + path + "'; known are " + String.join(", ", keys));
      }
    }
  }

  @Nullable String optional(String path) {
    return values.get(path);
  }

  String text(String path, String otherwise) {
    return values.getOrDefault(path, otherwise);
  }

  String required(String path) {
    String value = values.get(path);
    if (value == null || value.isBlank()) {
      problem(path + " is missing");
      return "";
    }
    return value;
  }

  /** A value that must not stand in the file itself: null where it is not set. */
  @Nullable String secret(String path) {
    String text = texts.get(path);
    if (text != null && !ValueReferences.isReference(text)) {
      problem(
          path + " is a secret: write ${env:NAME} or ${file:PATH}, so that it is not in the file");
    }
    return values.get(path);
  }

  /** A value as it is written, with its references: for who must not hold what they stand for. */
  @Nullable String reference(String path) {
    return texts.get(path);
  }

  /** A section as it is written. */
  Map<String, String> references(String prefix) {
    return section(prefix, texts);
  }

  /** Texts separated by commas, without blanks around them; empty where it is not set. */
  List<String> list(String path) {
    return Arrays.stream(values.getOrDefault(path, "").split(","))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  Map<String, String> section(String prefix) {
    return section(prefix, values);
  }

  private static Map<String, String> section(String prefix, Map<String, String> all) {
    Map<String, String> section = new TreeMap<>();
    all.forEach(
        (path, value) -> {
          if (path.startsWith(prefix)) {
            section.put(path.substring(prefix.length()), value);
          }
        });
    return section;
  }

  /** What stands between {@code prefix} and the last dot of each path below it, in order. */
  Set<String> names(String prefix) {
    Set<String> names = new TreeSet<>();
    for (String path : section(prefix).keySet()) {
      int dot = path.lastIndexOf('.');
      if (dot < 0) {
        problem(prefix + path + " is not a mapping");
      } else {
        names.add(path.substring(0, dot));
      }
    }
    return names;
  }

  int number(String path, int otherwise) {
    String value = values.get(path);
    try {
      int number = value == null ? otherwise : Integer.parseInt(value);
      if (number < 0) {
        problem(path + " is negative");
      }
      return number;
    } catch (NumberFormatException e) {
      problem(path + " is not a whole number: '" + value + "'");
      return otherwise;
    }
  }

  BigDecimal amount(String path, BigDecimal otherwise) {
    String value = values.get(path);
    try {
      return value == null ? otherwise : new BigDecimal(value);
    } catch (NumberFormatException e) {
      problem(path + " is not a number: '" + value + "'");
      return otherwise;
    }
  }

  boolean flag(String path) {
    String value = values.getOrDefault(path, "false");
    if (!value.equals("true") && !value.equals("false")) {
      problem(path + " is true or false, not '" + value + "'");
    }
    return value.equals("true");
  }

  Duration duration(String path, Duration otherwise) {
    String value = values.get(path);
    if (value == null) {
      return otherwise;
    }
    try {
      return Durations.parse(value);
    } catch (IllegalArgumentException e) {
      problem(path + " is " + e.getMessage());
      return otherwise;
    }
  }

  void problem(String what) {
    problems.add(what);
  }

  /**
   * Ends here where anything is wrong.
   *
   * @throws CommandException naming every problem
   */
  void refuseProblems() {
    if (!problems.isEmpty()) {
      throw CommandException.badInput(file + ": " + String.join("; ", problems));
    }
  }
}
