package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which sources a node reads, and what several of them mean. */
class SourceBlockTest {

  @Test
  void aConditionReadsItsOwnThenItsRulesThenTheDimensionsSource() {
    String yaml =
        Try.dimension(
            """
            Source: Tag:dimension
            Rules:
            - {Type: Group, Name: own, Source: Tag:rule, Conditions: [{Source: Tag:own, Equals: v}]}
            - {Type: Group, Name: rule, Source: Tag:rule, Conditions: [Equals: v]}
            - {Type: Group, Name: dimension, Conditions: [{Or: [{Not: [{Not: [Equals: v]}]}]}]}
            """);
    assertThat(Try.element(yaml, "D", "Tag:own", "v", "Tag:rule", "v")).isEqualTo("own");
    assertThat(Try.element(yaml, "D", "Tag:rule", "v")).isEqualTo("rule");
    assertThat(Try.element(yaml, "D", "Tag:dimension", "v")).isEqualTo("dimension");
    assertThat(Try.element(yaml, "D", "Tag:other", "v")).isNull();
  }

  /** {@code %s} stands for {@code Sources: [Tag:A, Tag:B]}, with or without coalescing. */
  @ParameterizedTest(name = "{0}, A {1}, B {2}: any {3}, first {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # condition           | A | B | any   | first
          Equals: v             | v | w | true  | true
          Equals: v             | w | v | true  | false
          Equals: v             |   | v | true  | true
          Equals: v             |   |   | false | false
          Equals: v             | ''| v | true  | false
          HasValue: true        |   | v | true  | true
          HasValue: true        |   |   | false | false
          HasValue: false       |   | v | false | false
          HasValue: false       |   |   | true  | true
          Not: [Equals: v]      | v | w | false | false
          Not: [Equals: v]      | w | v | false | true
          Not: [Equals: v]      | w | w | true  | true
          And: [Equals: v, Equals: w] | v | w | true | false
          """)
  void severalSourcesAreAlternativesUnlessCoalesced(
      String condition, @Nullable String a, @Nullable String b, boolean any, boolean first) {
    String plain = "Sources: [Tag:A, Tag:B]";
    String coalesced = plain + "\nCoalesceSources: true";
    String rule = "Rules:\n- {Type: Group, Name: hit, %s Conditions: [{%s}]}\n";
    // On the dimension, and on the rule.
    assertThat(hit(plain + "\n" + rule.formatted("", condition), a, b)).isEqualTo(any);
    assertThat(hit(coalesced + "\n" + rule.formatted("", condition), a, b)).isEqualTo(first);
    assertThat(hit(rule.formatted(plain + ", ", condition), a, b)).isEqualTo(any);
    assertThat(hit(rule.formatted(coalesced.replace("\n", ", ") + ", ", condition), a, b))
        .isEqualTo(first);
    // On the condition itself, where it is a single one.
    if (!condition.startsWith("And") && !condition.startsWith("Not")) {
      assertThat(hit(rule.formatted("", condition + ", " + plain), a, b)).isEqualTo(any);
      assertThat(hit(rule.formatted("", condition + ", " + coalesced.replace("\n", ", ")), a, b))
          .isEqualTo(first);
    }
  }

  private static boolean hit(String body, @Nullable String a, @Nullable String b) {
    Definitions definitions = Try.load(Try.dimension(body));
    Map<String, String> row = new HashMap<>();
    row.computeIfAbsent("Tag:A", key -> a);
    row.computeIfAbsent("Tag:B", key -> b);
    return "hit".equals(definitions.element("D", new EvalRow(definitions, row)));
  }

  @ParameterizedTest(name = "coalesced {3}: {2}")
  @CsvSource(
      textBlock =
          """
          hit-a, hit-b, true,  false
          x,     hit-b, true,  false
          x,     hit-b, false, true
          ,      hit-b, true,  true
          """)
  void metadataSearchesEverySourceUnlessCoalesced(
      @Nullable String a, @Nullable String b, boolean found, boolean coalesce) {
    String body =
        "Rules:\n- {Type: Metadata, Sources: [Tag:A, Tag:B], CoalesceSources: "
            + coalesce
            + ", Values: [hit], Conditions: [HasValue: true]}\n";
    assertThat(hit(body, a, b)).isEqualTo(found);
  }

  @Test
  void coalescingComesBeforeTransforming() {
    String yaml =
        Try.dimension(
            """
            Sources: [Tag:A, Tag:B]
            CoalesceSources: true
            Transforms: [{Type: Split, Delimiter: '-', Index: 2}]
            Rules:
            - {Type: Group, Name: some, Conditions: [HasValue: true]}
            DefaultValue: none
            """);
    assertThat(Try.element(yaml, "D", "Tag:A", "a", "Tag:B", "x-y")).isEqualTo("none");
    assertThat(Try.element(yaml, "D", "Tag:B", "x-y")).isEqualTo("some");
  }

  @Test
  void transformsOfABlockApplyToEachOfItsSources() {
    String yaml =
        Try.dimension(
            """
            Sources: [Tag:A, Tag:B]
            Transforms: [{Type: Lower}]
            Rules:
            - {Type: Group, Name: hit, Conditions: [Equals: web]}
            """);
    assertThat(Try.element(yaml, "D", "Tag:A", "x", "Tag:B", "WEB")).isEqualTo("hit");
  }
}
