package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatorTest {

  /** Enough rules for results to be worth remembering. */
  private static String groups(String... groups) {
    return "{"
        + String.join(", ", groups)
        + ", "
        + IntStream.range(0, 20)
            .mapToObj("g%1$d: [Equals: g%1$d]"::formatted)
            .collect(Collectors.joining(", "))
        + "}";
  }

  private static SourceRow row(Map<String, String> values, EntityLookup entities) {
    return new SourceRow() {
      @Override
      public @Nullable String value(String source) {
        return values.get(source);
      }

      @Override
      public @Nullable String entityAttribute(String kind, String key, String attribute) {
        Map<String, String> attributes = entities.attributes(kind, key);
        return attributes == null ? null : attributes.get(attribute);
      }
    };
  }

  @ParameterizedTest(name = "{0} entries")
  @ValueSource(ints = {1, 7, 1_000})
  void givesWhatEvaluationGives(int entries) {
    for (long seed = 0; seed < 60; seed++) {
      RandomRules random = new RandomRules(seed);
      Definitions definitions = Try.load(random.yaml());
      Evaluator evaluator = definitions.memoized(entries);
      for (int i = 0; i < 100; i++) {
        SourceRow row = random.row();
        assertThat(evaluator.elements(row))
            .as("seed %s, %s", seed, row)
            .isEqualTo(definitions.elements(row));
        assertThat(evaluator.elements(row)).isEqualTo(definitions.elements(row));
      }
    }
  }

  @Test
  void theSameLineUnderOtherEntityAttributesIsAnotherLine() {
    Definitions definitions =
        Try.load(
            """
            Entities: {team: {Key: User:Defined:Team}}
            Dimensions:
              Team: {Source: Tag:team, Groups: %s}
              Unit: {Source: Entity:team:unit, Groups: %s, DefaultValue: none}
            """
                .formatted(
                    groups("web: [BeginsWith: w]"),
                    groups("retail: [Equals: R]", "bank: [Equals: B]")));
    Evaluator evaluator = definitions.memoized(100);
    Map<String, String> line = Map.of("Tag:team", "www");
    assertThat(evaluator.elements(row(line, (kind, id) -> Map.of("unit", "R"))))
        .isEqualTo(Map.of("Team", "web", "Unit", "retail"));
    assertThat(evaluator.elements(row(line, (kind, id) -> Map.of("unit", "B"))))
        .isEqualTo(Map.of("Team", "web", "Unit", "bank"));
    assertThat(evaluator.elements(row(line, EntityLookup.NONE)))
        .isEqualTo(Map.of("Team", "web", "Unit", "none"));
    assertThat(evaluator.elements(row(line, (kind, id) -> Map.of("unit", "R"))))
        .isEqualTo(Map.of("Team", "web", "Unit", "retail"));
  }

  @Test
  void aGivenElementIsNeitherRememberedNorForgotten() {
    Definitions definitions =
        Try.load("Dimensions: {D: {Source: Tag:x, Groups: " + groups("hit: [Equals: a]") + "}}");
    Evaluator evaluator = definitions.memoized(100);
    Map<String, String> given = Map.of("Tag:x", "a", "User:Defined:D", "given");
    for (int i = 0; i < 2; i++) {
      assertThat(evaluator.elements(row(given, EntityLookup.NONE))).containsEntry("D", "given");
      assertThat(evaluator.elements(row(Map.of("Tag:x", "a"), EntityLookup.NONE)))
          .containsEntry("D", "hit");
    }
  }

  private static ElementMemo.Inputs inputs(int dimension, @Nullable String... values) {
    return new ElementMemo.Inputs(dimension, values);
  }

  @Test
  void inputsAreComparedWholeNotByHash() {
    assertThat(inputs(0, "Aa").hashCode()).isEqualTo(inputs(0, "BB").hashCode());
    ElementMemo memo = new ElementMemo(10, 100);
    memo.put(inputs(0, "Aa"), Optional.of("x"));
    assertThat(memo.get(inputs(0, "Aa"))).contains("x");
    assertThat(memo.get(inputs(0, "BB"))).isNull();
    assertThat(memo.get(inputs(1, "Aa"))).isNull();
    memo.put(inputs(0, "", null), Optional.empty());
    assertThat(memo.get(inputs(0, "", null))).isEmpty();
    assertThat(memo.get(inputs(0, null, ""))).isNull();
  }

  @Test
  void forgetsWhatWasAskedForLongestAgo() {
    ElementMemo memo = new ElementMemo(2, 1_000);
    memo.put(inputs(0, "a"), Optional.of("x"));
    memo.put(inputs(0, "b"), Optional.of("y"));
    assertThat(memo.get(inputs(0, "a"))).contains("x");
    memo.put(inputs(0, "c"), Optional.of("z"));
    assertThat(memo.get(inputs(0, "b"))).isNull();
    assertThat(memo.get(inputs(0, "a"))).contains("x");
    assertThat(memo.get(inputs(0, "c"))).contains("z");
  }

  @Test
  void longValuesLeaveRoomForFewer() {
    ElementMemo memo = new ElementMemo(100, 20);
    memo.put(inputs(0, "a".repeat(9)), Optional.of("x"));
    memo.put(inputs(0, "b".repeat(9)), Optional.of("y"));
    assertThat(memo.get(inputs(0, "a".repeat(9)))).contains("x");
    memo.put(inputs(0, "c"), Optional.empty());
    assertThat(memo.get(inputs(0, "b".repeat(9)))).isNull();
    assertThat(memo.get(inputs(0, "c"))).isEmpty();
    memo.put(inputs(0, "d".repeat(30)), Optional.of("z"));
    assertThat(memo.get(inputs(0, "d".repeat(30)))).isNull();
    assertThat(memo.get(inputs(0, "c"))).isNull();
    memo.put(inputs(0, "e"), Optional.of("z"));
    assertThat(memo.get(inputs(0, "e"))).contains("z");
  }
}
