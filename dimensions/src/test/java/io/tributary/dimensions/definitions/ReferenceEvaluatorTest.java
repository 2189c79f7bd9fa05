package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** The engine gives every line the elements that the slow, obvious reading gives it. */
class ReferenceEvaluatorTest {

  private static final int DEFINITIONS = 10_000;
  private static final int LINES = 10;

  @Test
  void engineAgreesOnRandomDefinitionsAndLines() {
    long hits = 0;
    for (long seed = 0; seed < DEFINITIONS; seed++) {
      RandomDefinitions random = new RandomDefinitions(seed);
      Definitions definitions = load(seed, random);
      for (int i = 0; i < LINES; i++) {
        RandomDefinitions.Line line = random.line();
        hits += agreeing(seed, random, definitions, line).size();
      }
    }
    System.out.printf("%d elements on %d pairs%n", hits, DEFINITIONS * LINES);
    assertThat(hits).as("elements on %s pairs", DEFINITIONS * LINES).isGreaterThan(100_000);
  }

  private static Definitions load(long seed, RandomDefinitions random) {
    try {
      return Definitions.load("random.yaml", random.yaml());
    } catch (InvalidDefinitionsException e) {
      return fail("seed " + seed + " is refused: " + e.getMessage() + "\n" + random.yaml(), e);
    }
  }

  private static Map<String, String> agreeing(
      long seed, RandomDefinitions random, Definitions definitions, RandomDefinitions.Line line) {
    Map<String, String> expected = new ReferenceEvaluator(random.tree(), line).elements();
    Map<String, String> elements = definitions.elements(line);
    if (!elements.equals(expected)) {
      fail("seed " + seed + "\n" + Disagreement.smallest(random.tree(), line));
    }
    for (String dimension : definitions.groupDimensions()) {
      assertThat(definitions.element(dimension, line))
          .as("dimension %s alone, seed %s", dimension, seed)
          .isEqualTo(expected.get(dimension));
    }
    return elements;
  }

  @TestFactory
  Stream<DynamicTest> referenceAgreesWithPublishedCases() throws IOException {
    JsonNode file = new JsonMapper().readTree(SharedData.file("costformation/cases.json").toFile());
    return StreamSupport.stream(file.get("cases").spliterator(), false)
        .map(c -> dynamicTest(c.get("id").asText(), () -> checkPublished(c)));
  }

  @SuppressWarnings("unchecked")
  private static void checkPublished(JsonNode c) throws Exception {
    String yaml = c.get("definitions").asText();
    LoadSettings texts = LoadSettings.builder().setSchema(new FailsafeSchema()).build();
    Map<String, Object> tree = (Map<String, Object>) new Load(texts).loadFromString(yaml);
    EvalRow row = EvalRow.parse(Definitions.load("case.yaml", yaml), c.get("input").toString());
    String source = "User:Defined:" + c.get("dimension").asText();
    assertThat(new ReferenceEvaluator(tree, row).value(source))
        .isEqualTo(c.get("expected").textValue());
  }
}
