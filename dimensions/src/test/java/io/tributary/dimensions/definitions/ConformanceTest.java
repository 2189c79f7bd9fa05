package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The worked cases of the language that others published. */
class ConformanceTest {

  @TestFactory
  Stream<DynamicTest> evaluatesPublishedCases() throws IOException {
    return cases("cases")
        .map(
            c ->
                dynamicTest(
                    c.get("id").asText(),
                    () -> {
                      Definitions definitions = load(c);
                      EvalRow row = EvalRow.parse(definitions, c.get("input").toString());
                      String dimension = c.get("dimension").asText();
                      String expected = c.get("expected").textValue();
                      assertThat(definitions.element(dimension, row)).isEqualTo(expected);
                      assertThat(definitions.explain(dimension, row))
                          .returns(expected, Explanation::element)
                          .returns(expected, explanation -> explanation.own().element())
                          .returns(dimension, explanation -> explanation.own().dimension());
                    }));
  }

  @TestFactory
  Stream<DynamicTest> acceptsPublishedDefinitions() throws IOException {
    return cases("valid").map(c -> dynamicTest(c.get("id").asText(), () -> load(c)));
  }

  @TestFactory
  Stream<DynamicTest> refusesPublishedMistakes() throws IOException {
    return cases("invalid")
        .map(
            c ->
                dynamicTest(
                    c.get("id").asText(),
                    () ->
                        assertThatThrownBy(() -> load(c))
                            .isInstanceOfSatisfying(
                                InvalidDefinitionsException.class,
                                e -> assertThat(e.problems()).hasSize(1))));
  }

  private static Definitions load(JsonNode c) throws InvalidDefinitionsException {
    return Definitions.load("case.yaml", c.get("definitions").asText());
  }

  private static Stream<JsonNode> cases(String section) throws IOException {
    JsonNode file = new JsonMapper().readTree(SharedData.file("costformation/cases.json").toFile());
    return StreamSupport.stream(file.get(section).spliterator(), false);
  }
}
