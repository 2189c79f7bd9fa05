package io.tributary.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart as Helm renders it, and its volumes as directories of a test. */
final class RenderedChart {

  private static final Path CHART = Path.of("..", "helm", "tributary");
  private static final String MOUNTS = "/etc/tributary";

  private final List<JsonNode> objects;
  private final Map<String, Map<String, String>> secrets;

  private RenderedChart(List<JsonNode> objects, Map<String, Map<String, String>> secrets) {
    this.objects = objects;
    this.secrets = secrets;
  }

  /**
   * Renders the least profile.
   *
   * @param set values beside it
   * @param secrets of the cluster, by name and key
   */
  static RenderedChart of(Map<String, ?> set, Map<String, Map<String, String>> secrets) {
    TemplateCommand command =
        new Helm(CHART)
            .template()
            .withName("tributary")
            .withKubeVersion("1.30.0")
            .withValuesFile(CHART.resolve("ci").resolve("minimal-values.yaml"));
    set.forEach(command::set);
    JsonMapper json = new JsonMapper();
    List<JsonNode> objects = new ArrayList<>();
    new Load(LoadSettings.builder().build())
        .loadAllFromString(command.call())
        .forEach(object -> objects.add(json.valueToTree(object)));
    return new RenderedChart(objects, secrets);
  }

  /** The only object of a kind whose name ends so. */
  JsonNode object(String kind, String nameEnd) {
    return objects.stream()
        .filter(object -> object.path("kind").asText().equals(kind))
        .filter(object -> object.at("/metadata/name").asText().endsWith(nameEnd))
        .findFirst()
        .orElseThrow();
  }

  /** The arguments of a container of {@code pod}, whose volumes are now below {@code directory}. */
  static List<String> arguments(JsonNode arguments, Path directory) {
    List<String> texts = new ArrayList<>();
    arguments.forEach(
        argument -> texts.add(argument.asText().replace(MOUNTS, directory.toString())));
    return texts;
  }

  /** Puts below {@code directory} what the first container of a pod has below /etc/tributary. */
  void mount(JsonNode pod, Path directory) throws IOException {
    for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
      String path = mount.get("mountPath").asText();
      if (path.startsWith(MOUNTS)) {
        Path target = Files.createDirectories(Path.of(path.replace(MOUNTS, directory.toString())));
        for (Map.Entry<String, String> file : content(pod, mount.get("name").asText()).entrySet()) {
          Files.writeString(
              target.resolve(file.getKey()), file.getValue().replace(MOUNTS, directory.toString()));
        }
      }
    }
  }

  private Map<String, String> content(JsonNode pod, String volume) {
    for (JsonNode candidate : pod.get("volumes")) {
      if (candidate.get("name").asText().equals(volume)) {
        return candidate.has("secret")
            ? Objects.requireNonNull(secrets.get(candidate.at("/secret/secretName").asText()))
            : data(object("ConfigMap", candidate.at("/configMap/name").asText()).get("data"));
      }
    }
    throw new IllegalArgumentException("no volume " + volume);
  }

  private static Map<String, String> data(JsonNode data) {
    Map<String, String> files = new TreeMap<>();
    data.properties().forEach(file -> files.put(file.getKey(), file.getValue().asText()));
    return files;
  }
}
