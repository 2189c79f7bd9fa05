package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code definitions import aws-cost-categories}. */
class ImportCliIT {

  @TempDir private Path directory;

  private Path category(String name, String rule) throws IOException {
    return Files.writeString(
        directory.resolve(name + ".json"),
        "{\"Name\": \""
            + name
            + "\", \"RuleVersion\": \"CostCategoryExpression.v1\", \"Rules\": ["
            + rule
            + "]}");
  }

  private Path team() throws IOException {
    return category(
        "Team",
        "{\"Value\": \"web\", \"Rule\": {\"Tags\": {\"Key\": \"app\", \"Values\": [\"shop\"]}}}");
  }

  private Path board() throws IOException {
    return category(
        "Board",
        "{\"Value\": \"sales\", \"Rule\": {\"CostCategories\":"
            + " {\"Key\": \"Team\", \"Values\": [\"web\"]}}}");
  }

  @Test
  void writesDefinitionsThatEvaluate() throws IOException {
    Path yaml = directory.resolve("acme.yaml");
    String written = Cli.fine("definitions", "import", "aws-cost-categories", team(), board());
    assertThat(
            Cli.fine("definitions", "import", "aws-cost-categories", team(), board(), "-o", yaml))
        .isEmpty();
    assertThat(yaml).hasContent(written);
    assertThat(Cli.fine("definitions", "check", yaml)).contains("fine, 2 group dimensions");
    Path line = Files.writeString(directory.resolve("line.jsonl"), "{\"Tag:app\": \"shop\"}\n");
    assertThat(Cli.fine("definitions", "eval", yaml, "--dimension", "Board", "--input", line))
        .isEqualTo("{\"element\":\"sales\"}\n");
  }

  @Test
  void refusesWhatItCannotSayWithItsPlaceAndWritesNothing() throws IOException {
    Path yaml = directory.resolve("board.yaml");
    Path file = board();
    Cli.Outcome outcome = Cli.run("definitions", "import", "aws-cost-categories", file, "-o", yaml);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.problem())
        .startsWith(file + ": $.Rules[0].Rule.CostCategories.Key: cost category 'Team' is not");
    assertThat(yaml).doesNotExist();
  }
}
