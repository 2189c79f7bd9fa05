package io.tributary.slo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.programs.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Prometheus itself says of the rules. */
class PromtoolTest {

  @TempDir private Path directory = Path.of("");

  static List<String> objectives() {
    return Objectives.own().objectives().stream().map(Objective::name).toList();
  }

  @Test
  void rulesAreFine() throws IOException, InterruptedException {
    Path rules = Files.writeString(directory.resolve("rules.yaml"), GoldenTest.rulesText());
    assertThat(said(0, "check", "rules", rules.toString())).contains("SUCCESS");
  }

  @Test
  void rulesOfTrialsAreFine() throws IOException, InterruptedException {
    Path rules =
        Files.writeString(
            directory.resolve("fast.yaml"), PrometheusRules.yaml(Objectives.own(), "", 60));
    assertThat(said(0, "check", "rules", rules.toString())).contains("SUCCESS");
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void alertFiresAndClears(String name) throws IOException, InterruptedException {
    Objective objective = ObjectivesTest.objective(name);
    Objectives alone = new Objectives(List.of(objective));
    Files.writeString(
        directory.resolve("rules.yaml"), PrometheusRules.yaml(alone, GoldenTest.RUNBOOKS));
    Path cases =
        Files.writeString(
            directory.resolve("cases.yaml"), AlertCases.yaml(objective, "rules.yaml"));
    assertThat(said(0, "test", "rules", cases.toString())).contains("SUCCESS");
  }

  @Test
  void casesCanFail() throws IOException, InterruptedException {
    Objective objective = ObjectivesTest.objective("usage-freshness");
    String rules =
        PrometheusRules.yaml(new Objectives(List.of(objective)), GoldenTest.RUNBOOKS)
            .replace("> 0.144", "> 2")
            .replace("> 0.06", "> 2");
    Files.writeString(directory.resolve("rules.yaml"), rules);
    Path cases =
        Files.writeString(
            directory.resolve("cases.yaml"), AlertCases.yaml(objective, "rules.yaml"));
    assertThat(said(1, "test", "rules", cases.toString())).contains("FAILED");
  }

  private String said(int exitCode, String... arguments) throws IOException, InterruptedException {
    Path said = directory.resolve("said.txt");
    Process process =
        Program.PROMTOOL
            .command(arguments)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    int code = process.waitFor();
    String text = Files.readString(said);
    assertThat(code).as(text).isEqualTo(exitCode);
    return text;
  }
}
