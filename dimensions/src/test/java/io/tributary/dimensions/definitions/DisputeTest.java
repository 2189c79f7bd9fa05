package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Each point on which the sources of the language disagree, and how it is read here. */
class DisputeTest {

  @Test
  void ownSourceDropsOuterTransforms() {
    String yaml =
        Try.dimension(
            """
            Source: Tag:env
            Transforms: [{Type: Lower}]
            Rules:
            - {Type: Group, Name: lower, Conditions: [{Equals: prod, Source: Tag:env}]}
            - {Type: Group, Name: raw, Conditions: [{Equals: PROD, Source: Tag:env}]}
            """);
    assertThat(Try.element(yaml, "D", "Tag:env", "PROD")).isEqualTo("raw");
  }

  @Test
  void ownSourceDropsOuterCoalescing() {
    String yaml =
        Try.dimension(
            """
            Sources: [Tag:A, Tag:B]
            CoalesceSources: true
            Rules:
            - {Type: GroupBy, Sources: [Tag:A, Tag:B]}
            """);
    assertThat(Try.element(yaml, "D", "Tag:A", "a", "Tag:B", "b")).isEqualTo("a b");
  }

  @Test
  void transformsWithoutSourceAreIgnoredWithAWarning() {
    String yaml =
        Try.dimension(
            """
            Source: Tag:env
            Rules:
            - Type: Group
              Name: lower
              Transforms: [{Type: Lower}]
              Conditions:
              - Equals: prod
                Transforms: [{Type: Lower}]
            - Type: GroupBy
              CoalesceSources: true
            """);
    assertThat(Try.element(yaml, "D", "Tag:env", "PROD")).isEqualTo("PROD");
    assertThat(Try.warnings(yaml))
        .filteredOn(warning -> warning.contains("has no effect, since no Source stands beside it"))
        .extracting(warning -> warning.substring(0, 12))
        .containsExactly("test.yaml:7:", "test.yaml:10", "test.yaml:12");
  }

  @Test
  void ruleTransformsReplaceDimensionTransforms() {
    String yaml =
        Try.dimension(
            """
            Source: Tag:env
            Transforms: [{Type: Split, Delimiter: '-', Index: 1}]
            Rules:
            - {Type: Group, Name: stacked, Source: Tag:env, Transforms: [{Type: Lower}], Conditions: [Equals: prod]}
            - {Type: Group, Name: replaced, Source: Tag:env, Transforms: [{Type: Lower}], Conditions: [Equals: prod-eu]}
            """);
    assertThat(Try.element(yaml, "D", "Tag:env", "PROD-EU")).isEqualTo("replaced");
  }

  @Test
  void edgeSpacesBecomeDashesInCleanAndNormalize() {
    assertThat(Try.transformed("{Type: Clean}", " a ")).isEqualTo("-a-");
    assertThat(Try.transformed("{Type: Normalize}", " A ")).isEqualTo("-a-");
  }

  @Test
  void aFailedLookupIsNoValue() {
    assertThat(Try.transformed("{Type: Lookup, Key: k}", "{}")).isNull();
  }

  @Test
  void gatingListsAreAlternatives() {
    String yaml =
        Try.dimension(
            """
            GroupBy:
              Source: Tag:A
              Conditions: [{Equals: x, Source: Service}, {Equals: y, Source: Service}]
            """);
    assertThat(Try.element(yaml, "D", "Tag:A", "a", "Service", "y")).isEqualTo("a");
  }

  @Test
  void gatesSeeRuleTransforms() {
    String yaml =
        Try.dimension(
            """
            GroupBy: {Source: Tag:A, Transforms: [{Type: Lower}], Conditions: [Equals: web]}
            """);
    assertThat(Try.element(yaml, "D", "Tag:A", "WEB")).isEqualTo("web");
  }

  @Test
  void ruleSourcesAreAllTriedBySourcelessConditions() {
    String yaml =
        Try.dimension(
            """
            Rules:
            - {Type: Group, Name: hit, Sources: [Tag:A, Tag:B], Conditions: [Equals: v]}
            """);
    assertThat(Try.element(yaml, "D", "Tag:A", "x", "Tag:B", "v")).isEqualTo("hit");
  }

  @Test
  void aNamelessGroupIsRefused() {
    assertThat(
            Try.problems(
                Try.dimension(
                    "Rules:\n- {Type: Group, Source: Tag:A, Conditions: [HasValue: true]}\n")))
        .containsExactly(
            "test.yaml:4: Group rule has no Name, name the element that matching lines get");
  }

  @Test
  void aBareGroupByReadsTheDimensionsBlock() {
    String yaml =
        Try.dimension(
            """
            Source: Tag:A
            Transforms: [{Type: Lower}]
            Rules: [{Type: GroupBy}]
            """);
    assertThat(Try.element(yaml, "D", "Tag:A", "WEB")).isEqualTo("web");
  }

  @Test
  void aListOfPatternsMatchesAnyOfThem() {
    assertThat(Try.holds("{Source: Tag:A, Matches: [a+, b+]}", "Tag:A", "bb")).isTrue();
    assertThat(Try.holds("{Source: Tag:A, Matches: [a+, b+]}", "Tag:A", "ab")).isFalse();
  }

  @Test
  void notOverSeveralConditionsMeansNoneOfThem() {
    String not = "{Not: [{Source: Tag:A, Equals: x}, {Source: Tag:A, Equals: y}]}";
    assertThat(Try.holds(not, "Tag:A", "y")).isFalse();
    assertThat(Try.holds(not, "Tag:A", "z")).isTrue();
  }
}
