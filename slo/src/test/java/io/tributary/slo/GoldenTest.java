package io.tributary.slo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * What is generated is kept, so that a change of an objective shows its effect. Written anew by
 * {@code mvn test -pl slo -Dgolden.write=true}.
 */
class GoldenTest {

  private static final boolean WRITE = Boolean.getBoolean("golden.write");
  static final String RUNBOOKS = "docs/operations/runbooks/";

  @Test
  void rules() throws IOException {
    hold(Path.of("src/test/golden/rules.yaml"), rulesText());
  }

  @Test
  void dashboard() throws IOException {
    hold(Path.of("src/test/golden/dashboard.json"), GrafanaDashboard.json(Objectives.own()));
  }

  @Test
  void chartHasTheSame() throws IOException {
    Path files = root().resolve("helm/tributary/files");
    for (String name : new String[] {"rules.yaml", "dashboard.json"}) {
      Path file = files.resolve(name);
      if (Files.exists(file)) {
        hold(file, Files.readString(Path.of("src/test/golden").resolve(name)));
      }
    }
  }

  @Test
  void page() throws IOException {
    Path page = root().resolve("docs/operations/objectives.md");
    String text = Files.readString(page);
    String made = between(text, "objectives", ObjectivesPage.objectives(Objectives.own()));
    hold(page, between(made, "metrics", ObjectivesPage.metrics()));
  }

  @Test
  void everyAlertHasARunbook() {
    for (Objective objective : Objectives.own().objectives()) {
      Path runbook = root().resolve(RUNBOOKS + objective.name() + ".md");
      assertThat(runbook).exists();
      assertThat(runbook)
          .content()
          .startsWith("# " + objective.alertName() + "\n")
          .contains("## Meaning", "## First look", "## Likely causes", "## Fix", "## Verify");
    }
  }

  static String rulesText() {
    return PrometheusRules.yaml(Objectives.own(), RUNBOOKS);
  }

  private static String between(String page, String part, String content) {
    String begin = "<!-- generated: " + part + " -->\n";
    String end = "<!-- end of " + part + " -->";
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(end);
    assertThat(from).as(begin).isGreaterThanOrEqualTo(begin.length());
    assertThat(to).as(end).isGreaterThanOrEqualTo(from);
    return page.substring(0, from) + content + page.substring(to);
  }

  private static void hold(Path file, String content) throws IOException {
    if (WRITE) {
      Files.writeString(file, content);
    }
    assertThat(file).content().isEqualTo(content);
  }

  /** The repository, seen from the module. */
  static Path root() {
    return Path.of("..").toAbsolutePath().normalize();
  }
}
