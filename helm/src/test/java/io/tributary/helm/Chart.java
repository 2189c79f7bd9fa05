package io.tributary.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The chart, rendered by Helm's own engine. */
final class Chart {

  static final Path DIRECTORY = Path.of("tributary");

  private static final YAMLMapper YAML = YAMLMapper.builder().build();

  private static final Map<String, String> AS_THEY_ARE = new ConcurrentHashMap<>();

  private Chart() {}

  /** What {@code ci/NAME-values.yaml} are called, as minimal or production. */
  static Stream<String> profiles() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY.resolve("ci"))) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString().replace("-values.yaml", ""))
              .sorted()
              .toList();
      return names.stream();
    }
  }

  static Path values(String profile) {
    return DIRECTORY.resolve("ci").resolve(profile + "-values.yaml");
  }

  /** What a profile renders to, with some values set beside it. */
  static String render(String profile, Map<String, ?> set) {
    return set.isEmpty()
        ? AS_THEY_ARE.computeIfAbsent(profile, name -> engine(name, set))
        : engine(profile, set);
  }

  private static String engine(String profile, Map<String, ?> set) {
    TemplateCommand command =
        new Helm(DIRECTORY)
            .template()
            .withName("tributary")
            .withNamespace("costs")
            .withKubeVersion("1.30.0")
            .withValuesFile(values(profile));
    set.forEach(command::set);
    return command.call();
  }

  /** The objects of a rendered text. */
  static List<JsonNode> objects(String rendered) throws IOException {
    return Arrays.stream(rendered.split("(?m)^---$"))
        .filter(text -> text.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#")))
        .map(Chart::object)
        .toList();
  }

  private static JsonNode object(String text) {
    try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class).readValues(text)) {
      return documents.next();
    } catch (IOException e) {
      throw new IllegalArgumentException("not YAML: " + text, e);
    }
  }

  static JsonNode yaml(Path file) throws IOException {
    return YAML.readTree(file.toFile());
  }

  static JsonNode yaml(String text) throws IOException {
    return YAML.readTree(text);
  }

  /** The only object of a kind whose name ends so. */
  static JsonNode only(List<JsonNode> objects, String kind, String nameEnd) {
    List<JsonNode> found =
        objects.stream()
            .filter(object -> object.path("kind").asText().equals(kind))
            .filter(object -> object.at("/metadata/name").asText().endsWith(nameEnd))
            .toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(found.size() + " of " + kind + " " + nameEnd);
    }
    return found.get(0);
  }
}
