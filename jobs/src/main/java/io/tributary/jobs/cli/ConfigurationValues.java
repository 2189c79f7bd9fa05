package io.tributary.jobs.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The values of a configuration file by dotted path, and what is wrong with them: problems are
 * collected, so that all are reported together. {@code ${env:NAME}} within a value stands for an
 * environment variable. A list of plain values is read as their texts, joined by commas.
 */
final class ConfigurationValues {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");

  private final String file;
  private final Map<String, String> values = new TreeMap<>();
  private final Set<String> fromEnvironment = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  private ConfigurationValues(String file) {
    this.file = file;
  }

  /**
   * Reads a file's text.
   *
   * @param environment for {@code ${env:NAME}}
   * @throws CommandException where it is not YAML
   */
  static ConfigurationValues read(String file, String yaml, Map<String, String> environment) {
    ConfigurationValues values = new ConfigurationValues(file);
    try {
      Object root =
          new Load(LoadSettings.builder().setMaxAliasesForCollections(0).build())
              .loadFromString(yaml);
      values.flatten("", root, environment);
      return values;
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
      List<String> texts = list.stream().map(String::valueOf).toList();
      values.put(path, withVariables(path, String.join(",", texts), environment));
    } else if (node != null) {
      values.put(path, withVariables(path, node.toString(), environment));
    }
  }

  private String withVariables(String path, String text, Map<String, String> environment) {
    Matcher variable = VARIABLE.matcher(text);
    if (variable.matches()) {
      fromEnvironment.add(path);
    }
    return variable
        .reset()
        .replaceAll(
            match -> {
              String value = environment.get(match.group(1));
              if (value == null) {
                problem(path + " needs the environment variable " + match.group(1));
                return "";
              }
              return Matcher.quoteReplacement(value);
            });
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
    String value = values.get(path);
    if (value != null && !fromEnvironment.contains(path)) {
      problem(path + " is a secret: write ${env:NAME}, so that it is not in the file");
    }
    return value;
  }

  /** Texts separated by commas, without blanks around them; empty where it is not set. */
  List<String> list(String path) {
    return Arrays.stream(values.getOrDefault(path, "").split(","))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  Map<String, String> section(String prefix) {
    Map<String, String> section = new TreeMap<>();
    values.forEach(
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
