package io.tributary.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** {@code definitions check} and {@code definitions eval}, on worked cases of the language. */
class DefinitionsCliIT {

  @TempDir private static Path directory;

  private static Stream<JsonNode> cases(String kind) throws IOException {
    SharedData.require("worked cases of the definitions language are not evaluated");
    return StreamSupport.stream(
        SharedData.json("costformation/cases.json").get(kind).spliterator(), false);
  }

  private static Path definitions(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "definitions-", ".yaml"), text);
  }

  private static Path records(String text) throws IOException {
    return Files.writeString(Files.createTempFile(directory, "records-", ".jsonl"), text);
  }

  @TestFactory
  Stream<DynamicTest> evaluatesAsExpected() throws IOException {
    return cases("cases")
        .map(
            worked ->
                dynamicTest(
                    worked.get("id").textValue(),
                    () -> {
                      String answer =
                          Cli.fine(
                              "definitions",
                              "eval",
                              definitions(worked.get("definitions").textValue()),
                              "--dimension",
                              worked.get("dimension").textValue(),
                              "--input",
                              records(worked.get("input") + "\n"));
                      assertThat(Costs.json(answer).get("element"))
                          .isEqualTo(worked.get("expected"));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> refusesWhatIsInvalidWithItsPlace() throws IOException {
    return cases("invalid")
        .map(
            worked ->
                dynamicTest(
                    worked.get("id").textValue(),
                    () -> {
                      Path file = definitions(worked.get("definitions").textValue());
                      Cli.Outcome outcome = Cli.run("definitions", "check", file);
                      assertThat(outcome.exitCode()).isEqualTo(2);
                      assertThat(outcome.out()).isEmpty();
                      assertThat(outcome.err().lines())
                          .isNotEmpty()
                          .allSatisfy(
                              line -> assertThat(line).matches("\\Q" + file + "\\E:\\d+: .+"));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> acceptsWhatIsValid() throws IOException {
    return cases("valid")
        .map(
            worked ->
                dynamicTest(
                    worked.get("id").textValue(),
                    () ->
                        assertThat(
                                Cli.fine(
                                    "definitions",
                                    "check",
                                    definitions(worked.get("definitions").textValue())))
                            .contains("fine")));
  }

  @Test
  void writesALineForEveryRecord() throws IOException {
    Path input =
        records(
            """
            {"Tag:app": "cart-eu", "Tag:env": "PROD"}
            {"Tag:env": null, "Resource": "pay-7"}

            {"Tag:app": 7}
            {}
            """);
    Path file = Resources.file("definitions/acme-1.yaml");
    assertThat(Cli.fine("definitions", "eval", file, "--dimension", "Product", "--input", input))
        .isEqualTo(
            """
            {"element":"checkout"}
            {"element":"checkout"}
            {"element":"7"}
            {"element":null}
            """);
    assertThat(Cli.fine("definitions", "eval", file, "--dimension", "Critical", "--input", input))
        .startsWith("{\"element\":\"yes\"}\n{\"element\":null}\n");
  }

  @Test
  void namesEveryProblemInItsLine() throws IOException {
    Path file =
        definitions(
            """
            Dimensions:
              A:
                Rules:
                - Type: GroupBy
                  Source: Tag:a
                  Transforms:
                  - Type: Shout
              B:
                Rules:
                - Type: GroupBy
                  Source: Colour
            """);
    Cli.Outcome outcome = Cli.run("definitions", "check", file);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines()).hasSize(2);
    assertThat(outcome.err()).contains(file + ":7: ", "Shout", file + ":11: ", "Colour");
  }
}
