package io.tributary.jobs.cli;

import io.tributary.jobs.StreamJob;
import io.tributary.jobs.kafka.Topics;
import io.tributary.sinks.WarehouseSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * The configuration of {@code run}, read once and checked whole: all problems are reported
 * together. {@code ${env:NAME}} within a value stands for an environment variable, so that secrets
 * stay out of the file.
 *
 * @param warehouseDirectory of a local warehouse, null for any other
 * @param queryPort port of API and dashboard, null for none
 * @param partitions of topics that do not exist yet
 */
record RunConfiguration(
    StreamJob.Settings stream,
    WarehouseSettings warehouse,
    @Nullable Path warehouseDirectory,
    @Nullable Integer queryPort,
    int partitions) {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([A-Za-z_][A-Za-z0-9_]*)}");

  static final List<String> KEYS =
      List.of(
          "stream",
          "kafka.bootstrapServers",
          "kafka.topicPrefix",
          "kafka.partitions",
          "warehouse.directory",
          "checkpoints",
          "checkpointInterval",
          "flushInterval",
          "resplitInterval",
          "parallelism",
          "adopt",
          "query.port");

  static final List<String> OPEN_SECTIONS = List.of("kafka.properties.", "warehouse.catalog.");

  /**
   * Reads a configuration.
   *
   * @param environment for {@code ${env:NAME}}
   * @throws CommandException naming every problem
   */
  static RunConfiguration parse(String file, String yaml, Map<String, String> environment) {
    Values values = new Values(file);
    try {
      Object root =
          new Load(LoadSettings.builder().setMaxAliasesForCollections(0).build())
              .loadFromString(yaml);
      values.flatten("", root, environment);
    } catch (YamlEngineException e) {
      throw CommandException.badInput(file + " is not YAML: " + e.getMessage());
    }
    values.refuseUnknown();
    StreamJob.Settings stream =
        new StreamJob.Settings(
            values.text("stream", "main"),
            values.required("kafka.bootstrapServers"),
            values.text("kafka.topicPrefix", Topics.LIVE),
            values.section("kafka.properties."),
            Path.of(values.required("checkpoints")).toAbsolutePath(),
            values.duration("checkpointInterval", Duration.ofSeconds(1)),
            values.duration("flushInterval", Duration.ofSeconds(1)),
            values.duration("resplitInterval", Duration.ofSeconds(10)),
            values.number("parallelism", Runtime.getRuntime().availableProcessors()),
            values.flag("adopt"));
    Map<String, String> catalog = values.section("warehouse.catalog.");
    String directory = values.values.get("warehouse.directory");
    if ((directory == null) == catalog.isEmpty()) {
      values.problem("warehouse needs either 'directory' or 'catalog'");
    }
    Integer port = values.values.containsKey("query.port") ? values.number("query.port", 0) : null;
    int partitions = values.number("kafka.partitions", 16);
    values.refuseProblems();
    Path local = directory == null ? null : Path.of(directory).toAbsolutePath();
    return new RunConfiguration(
        stream,
        local == null ? WarehouseSettings.catalog(catalog) : WarehouseSettings.local(local),
        local,
        port,
        partitions);
  }

  /** Values by dotted path, and what is wrong with them. */
  private static final class Values {

    private final String file;
    private final Map<String, String> values = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    Values(String file) {
      this.file = file;
    }

    void flatten(String path, @Nullable Object node, Map<String, String> environment) {
      if (node instanceof Map<?, ?> map) {
        map.forEach(
            (key, value) ->
                flatten(path.isEmpty() ? "" + key : path + "." + key, value, environment));
      } else if (path.isEmpty()) {
        problem("it is not a mapping");
      } else if (node != null) {
        values.put(path, withVariables(path, node.toString(), environment));
      }
    }

    private String withVariables(String path, String text, Map<String, String> environment) {
      return VARIABLE
          .matcher(text)
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

    void refuseUnknown() {
      for (String path : values.keySet()) {
        if (!KEYS.contains(path) && OPEN_SECTIONS.stream().noneMatch(path::startsWith)) {
          problem("unknown setting '" + path + "'; known are " + String.join(", ", KEYS));
        }
      }
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
      Matcher matcher = Pattern.compile("(\\d{1,9})(ms|s|m)").matcher(value);
      if (!matcher.matches()) {
        problem(path + " is a duration like 500ms, 1s or 2m, not '" + value + "'");
        return otherwise;
      }
      long number = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        default -> Duration.ofMinutes(number);
      };
    }

    void problem(String what) {
      problems.add(what);
    }

    void refuseProblems() {
      if (!problems.isEmpty()) {
        throw CommandException.badInput(file + ": " + String.join("; ", problems));
      }
    }
  }
}
