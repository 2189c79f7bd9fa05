package io.tributary.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z0-9.]+)` \\|");

  @ParameterizedTest
  @CsvSource({
    "kafka.bootstrapServers, kafka, bootstrapServers",
    "kafka.partitions, 0, partitions",
    "kafka.brokers, x, brokers",
    "warehouse.location, hdfs://x, location",
    "warehouse.rest.auth, basic, auth",
    "warehouse.jdbc.url, postgres://x, url",
    "image.flink.tag, latest, tag",
    "flinkState.location, relative, flinkState",
    "stream.parallelism, 0, parallelism",
    "stream.checkpointInterval, soon, checkpointInterval",
    "maintenance.frozenAfterMonths, 3, frozenAfterMonths",
    "maintenance.retention.months, 3, retention",
    "maintenance.retention.tenants.acme, soon, retention",
    "stream.upgradeMode, stateless, upgradeMode",
    "stream.limits.recordsPerSecond, 0, recordsPerSecond",
    "stream.limits.tenants.giant, much, giant",
    "stream.taskManager.memory, 4, memory",
    "backfill.name, Giant_1, name",
    "backfill.periods[0], 2026-13, periods",
    "privacy.labelKey, plain, labelKey",
    "query.port, 80, port",
    "query.replicas, -1, replicas",
    "query.service.type, Ingress, type",
    "query.autoscaling.targetCPU, 0, targetCPU",
    "fullnameOverride, a-name-of-more-than-thirty-characters, fullnameOverride",
    "streams.id, main, streams",
  })
  void aBadValueIsRefusedByItsName(String path, String value, String name) {
    assertThatThrownBy(() -> Chart.render("minimal", Map.of(path, value)))
        .hasMessageContaining("values don't meet the specifications of the schema")
        .hasMessageContaining(name);
  }

  @ParameterizedTest
  @CsvSource({
    "warehouse.rest.uri, https://catalog/, warehouse needs one of",
    "warehouse.location, '', warehouse.location is needed",
    "flinkState.location, file:///state, flinkState.existingClaim is needed",
    "credentials.writer.existingSecret, '', credentials.writer.existingSecret is needed",
    "credentials.reader.existingSecret, '', credentials.reader.existingSecret is needed",
    "credentials.reader.existingSecret, tributary-writer, must not be able to write",
    "privacy.existingSecret, '', privacy.existingSecret is needed",
    "query.accessKeys.existingSecret, '', query.accessKeys.existingSecret is needed",
    "query.ingress.enabled, true, query.ingress.host is needed",
    "backfill.enabled, true, backfill.tenant is needed",
    "query.autoscaling.minReplicas, 7, query.autoscaling.maxReplicas is less",
  })
  void whatDoesNotGoTogetherIsRefused(String path, String value, String message) {
    assertThatThrownBy(() -> Chart.render("minimal", Map.of(path, value)))
        .hasMessageContaining(message);
  }

  @Test
  void theReadmeTellsEveryValueAndNoOther() throws IOException {
    String readme = Files.readString(Chart.DIRECTORY.resolve("README.md"));
    Set<String> told =
        ROW.matcher(readme).results().map(row -> row.group(1)).collect(Collectors.toSet());
    Set<String> paths = new TreeSet<>();
    collect("", Chart.yaml(Chart.DIRECTORY.resolve("values.yaml")), paths);

    assertThat(told).isEqualTo(paths);
  }

  @Test
  void theReadmeTellsTheDefaults() throws IOException {
    String readme = Files.readString(Chart.DIRECTORY.resolve("README.md"));
    JsonNode values = Chart.yaml(Chart.DIRECTORY.resolve("values.yaml"));
    Set<String> paths = new TreeSet<>();
    collect("", values, paths);
    for (String path : paths) {
      JsonNode value = values.at("/" + path.replace('.', '/'));
      String text = value.isValueNode() ? value.asText() : "";
      if (!text.isEmpty()) {
        assertThat(readme).contains("| `" + path + "` | `" + text + "` |");
      }
    }
  }

  /**
   * Paths of what is not a section; an empty one, or one that holds names of others, is a value.
   */
  private static void collect(String path, JsonNode node, Set<String> paths) {
    boolean isValue =
        !node.isObject()
            || node.isEmpty()
            || path.equals("query.resources")
            || path.equals("monitoring.dashboardLabels");
    if (isValue) {
      paths.add(path);
      return;
    }
    node.properties()
        .forEach(
            entry ->
                collect(
                    path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                    entry.getValue(),
                    paths));
  }
}
