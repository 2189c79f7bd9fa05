package io.tributary.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The images hold what the manifests start, and are made of what the build leaves. */
class DockerfileTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern FROM = Pattern.compile("(?m)^FROM (\\S+):(\\S+) AS (\\S+)$");
  private static final Pattern OF_BUILD =
      Pattern.compile("(?m)^COPY --from=build (/build/\\S+/) (\\S+/)$");
  private static final Pattern OF_CONTEXT = Pattern.compile("(?m)^COPY (?!--)(.*) \\S+$");
  private static final Pattern OUTPUT =
      Pattern.compile("<outputDirectory>\\$\\{project.build.directory}/(\\S+)</outputDirectory>");

  @Test
  void everyImageIsPinned() throws IOException {
    List<MatchResult> stages = FROM.matcher(dockerfile()).results().toList();
    assertThat(stages)
        .extracting(stage -> stage.group(3))
        .containsExactly("build", "flink", "query");
    assertThat(dockerfile().lines().filter(line -> line.startsWith("FROM "))).hasSize(3);
    assertThat(stages)
        .extracting(stage -> stage.group(2))
        .allMatch(tag -> tag.matches("\\d+\\.\\d+.*"));
  }

  @Test
  void flinkIsTheOneThatTheJobsAreBuiltWith() throws IOException {
    String version = property("flink.version");
    assertThat(dockerfile()).contains("FROM flink:" + version + "-scala_2.12-java17 AS flink");
    assertThat("v" + version.replaceAll("(\\d+)\\.(\\d+)\\..*", "$1_$2"))
        .isEqualTo(values().at("/flink/version").asText());
  }

  @Test
  void whatIsCopiedIsBuilt() throws IOException {
    List<String> built =
        OUTPUT
            .matcher(Files.readString(ROOT.resolve("jobs/pom.xml")))
            .results()
            .map(output -> "/build/jobs/target/" + output.group(1) + "/")
            .toList();
    List<String> copied =
        OF_BUILD.matcher(dockerfile()).results().map(copy -> copy.group(1)).toList();

    assertThat(copied).hasSize(5);
    assertThat(built).containsAll(copied);
  }

  @Test
  void whatIsCopiedFromTheRepositoryIsThere() throws IOException {
    List<String> sources =
        OF_CONTEXT
            .matcher(dockerfile())
            .results()
            .flatMap(copy -> Arrays.stream(copy.group(1).split(" ")))
            .toList();
    assertThat(sources).hasSize(3).allSatisfy(source -> assertThat(ROOT.resolve(source)).exists());
  }

  @Test
  void theEntryClassIsInTheJarOfTheManifest() throws IOException {
    JsonNode job = stream().at("/spec/job");
    assertThat(job.get("jarURI").asText()).isEqualTo("local:///opt/flink/usrlib/jobs.jar");
    assertThat(Files.readString(ROOT.resolve("jobs/pom.xml")))
        .contains("<destFileName>jobs.jar</destFileName>");
    assertThat(OF_BUILD.matcher(dockerfile()).results())
        .anyMatch(
            copy ->
                copy.group(1).endsWith("/image/tributary/")
                    && copy.group(2).equals("/opt/flink/usrlib/"));
    assertThat(source(job.get("entryClass").asText())).exists();
  }

  @Test
  void theEntryPointOfTheQueryImageIsACommandLine() throws IOException {
    assertThat(dockerfile()).contains("\"io.tributary.jobs.cli.Tributary\"]");
    assertThat(source("io.tributary.jobs.cli.Tributary")).exists();
    assertThat(Files.readString(Path.of("image", "java.args")).lines())
        .contains(property("test.add-opens").split(" "));
  }

  @Test
  void usersAreThoseOfTheManifests() throws IOException {
    List<String> users =
        dockerfile()
            .lines()
            .filter(line -> line.startsWith("USER "))
            .map(line -> line.substring(5))
            .toList();
    JsonNode query =
        Chart.only(Chart.objects(Chart.render("minimal", Map.of())), "Deployment", "-query");

    assertThat(users)
        .containsExactly(
            user(stream().at("/spec/podTemplate/spec/securityContext")),
            user(query.at("/spec/template/spec/securityContext")));
  }

  private static String user(JsonNode context) {
    return context.get("runAsUser").asText() + ":" + context.get("runAsGroup").asText();
  }

  private static Path source(String type) {
    return ROOT.resolve("jobs/src/main/java").resolve(type.replace('.', '/') + ".java");
  }

  private static JsonNode stream() throws IOException {
    return Chart.only(
        Chart.objects(Chart.render("minimal", Map.of())), "FlinkDeployment", "-stream");
  }

  private static JsonNode values() throws IOException {
    return Chart.yaml(Chart.DIRECTORY.resolve("values.yaml"));
  }

  private static String dockerfile() throws IOException {
    return Files.readString(Path.of("Dockerfile"));
  }

  private static String property(String name) throws IOException {
    return Pattern.compile("<" + name + ">(.*)</" + name + ">")
        .matcher(Files.readString(ROOT.resolve("pom.xml")))
        .results()
        .map(property -> property.group(1))
        .findFirst()
        .orElseThrow();
  }
}
