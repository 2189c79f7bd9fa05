package io.tributary.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is rendered is what the operator and a cluster accept. */
class ManifestTest {

  static Stream<String> profiles() throws IOException {
    return Chart.profiles();
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void flinkDeploymentsFollowTheOperatorsDefinition(String profile) throws IOException {
    List<JsonNode> deployments =
        Chart.objects(Chart.render(profile, Map.of())).stream()
            .filter(object -> object.path("kind").asText().equals("FlinkDeployment"))
            .toList();
    assertThat(deployments).hasSizeGreaterThanOrEqualTo(2);
    assertThat(deployments)
        .allSatisfy(object -> assertThat(FlinkDeploymentSchema.problems(object)).isEmpty());
  }

  @Test
  void aMisspeltSettingOfAFlinkDeploymentIsFound() throws IOException {
    JsonNode deployment = stream();
    ((ObjectNode) deployment.at("/spec/job")).put("paralelism", 2);
    ((ObjectNode) deployment.at("/spec/job")).put("upgradeMode", "none");
    ((ObjectNode) deployment.at("/spec/podTemplate/spec")).put("volume", "x");

    assertThat(FlinkDeploymentSchema.problems(deployment))
        .hasSize(3)
        .anyMatch(problem -> problem.contains("paralelism"))
        .anyMatch(problem -> problem.contains("upgradeMode"))
        .anyMatch(problem -> problem.contains("'volume'"));
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void everyOtherObjectIsOneOfKubernetes(String profile) throws IOException {
    List<JsonNode> others =
        Chart.objects(Chart.render(profile, Map.of())).stream()
            .filter(object -> !object.path("kind").asText().equals("FlinkDeployment"))
            .toList();
    assertThat(others).hasSizeGreaterThan(8);
    for (JsonNode other : others) {
      KubernetesModel.read(other);
    }
  }

  @Test
  void aMisspeltFieldOfAnObjectIsFound() throws IOException {
    JsonNode service = only("Service", "-query");
    ((ObjectNode) service.get("spec")).put("selectors", "x");

    assertThatThrownBy(() -> KubernetesModel.read(service)).hasMessageContaining("selectors");
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void noContainerRunsAsRootOrWritesItsImage(String profile) throws IOException {
    List<JsonNode> pods = new ArrayList<>();
    for (JsonNode object : Chart.objects(Chart.render(profile, Map.of()))) {
      switch (object.path("kind").asText()) {
        case "FlinkDeployment" -> pods.add(object.at("/spec/podTemplate/spec"));
        case "Deployment" -> pods.add(object.at("/spec/template/spec"));
        default -> {}
      }
    }
    assertThat(pods).hasSizeGreaterThanOrEqualTo(3);
    for (JsonNode pod : pods) {
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      for (JsonNode container : pod.get("containers")) {
        JsonNode context = container.get("securityContext");
        assertThat(context.get("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(context.get("allowPrivilegeEscalation").asBoolean()).isFalse();
        assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void theQueryServiceHasOnlyTheReadersSecret(String profile) throws IOException {
    JsonNode deployment =
        Chart.only(Chart.objects(Chart.render(profile, Map.of())), "Deployment", "-query");
    assertThat(deployment.toString())
        .contains("tributary-reader")
        .doesNotContain("tributary-writer", "tributary-kafka");
    assertThat(deployment.at("/spec/template/spec/automountServiceAccountToken").asBoolean(true))
        .isFalse();
  }

  @ParameterizedTest
  @MethodSource("profiles")
  void noSecretIsInAConfiguration(String profile) throws IOException {
    List<JsonNode> objects = Chart.objects(Chart.render(profile, Map.of()));
    assertThat(objects).noneMatch(object -> object.path("kind").asText().equals("Secret"));
    for (JsonNode object : objects) {
      if (object.path("kind").asText().equals("ConfigMap")
          && object.at("/data").has("tributary.yaml")) {
        String text = object.at("/data").get("tributary.yaml").asText();
        assertThat(
                text.lines()
                    .filter(
                        line ->
                            line.matches(
                                "\\s*(password|credential|secretKey|token|user|accessKey|sasl.jaas.config):.*")))
            .allMatch(line -> line.contains("${file:/etc/tributary/"));
      }
    }
  }

  /** The operator makes names of Services of them, and takes no longer ones. */
  @Test
  void theLongestNamesAreNotTooLong() throws IOException {
    Map<String, Object> longest =
        Map.of(
            "fullnameOverride",
            "x".repeat(27),
            "backfill.enabled",
            true,
            "backfill.tenant",
            "acme",
            "backfill.name",
            "y".repeat(14));
    assertThat(Chart.objects(Chart.render("minimal", longest)))
        .filteredOn(object -> object.path("kind").asText().equals("FlinkDeployment"))
        .hasSize(3)
        .allSatisfy(
            object ->
                assertThat(object.at("/metadata/name").asText()).hasSizeLessThanOrEqualTo(45));
  }

  @Test
  void aNewVersionOfTheChartAloneRestartsNoJob() throws IOException {
    assertThat(stream().at("/spec/podTemplate/metadata").toString()).doesNotContain("0.1.0");
  }

  @Test
  void aChangedConfigurationChangesThePods() throws IOException {
    String checksum = "/spec/podTemplate/metadata/annotations/checksum~1configuration";
    JsonNode changed =
        Chart.only(
            Chart.objects(Chart.render("minimal", Map.of("stream.flushInterval", "2s"))),
            "FlinkDeployment",
            "-stream");
    assertThat(changed.at(checksum).asText())
        .hasSize(64)
        .isNotEqualTo(stream().at(checksum).asText());
  }

  @Test
  void checkpointsAreWhereTheOperatorLooksForThem() throws IOException {
    JsonNode configuration =
        Chart.yaml(only("ConfigMap", "tributary").at("/data").get("tributary.yaml").asText());
    assertThat(configuration.get("checkpoints").asText())
        .isEqualTo(stream().at("/spec/flinkConfiguration").get("state.checkpoints.dir").asText());
  }

  private static JsonNode stream() throws IOException {
    return only("FlinkDeployment", "-stream");
  }

  private static JsonNode only(String kind, String nameEnd) throws IOException {
    return Chart.only(Chart.objects(Chart.render("minimal", Map.of())), kind, nameEnd);
  }
}
