package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the index gives is what trying one rule after another gives. */
class RuleIndexTest {

  @ParameterizedTest(name = "seeds from {0}")
  @ValueSource(longs = {0, 1_000, 2_000, 3_000})
  void givesWhatTryingRuleAfterRuleGives(long firstSeed) {
    int matched = 0;
    int lines = 0;
    for (long seed = firstSeed; seed < firstSeed + 100; seed++) {
      RandomRules random = new RandomRules(seed);
      String yaml = random.yaml();
      Definitions definitions = Try.load(yaml);
      for (String dimension : definitions.groupDimensions()) {
        List<Rule> rules = definitions.grouping(dimension).rules();
        RuleIndex index = new RuleIndex(RuleParts.of(rules));
        Grouping plain = new Grouping(rules, null);
        for (int i = 0; i < 50; i++) {
          SourceRow row = random.row();
          String expected = plain.walk(definitions.evaluate(row));
          assertThat(index.element(definitions.evaluate(row)))
              .as("seed %s, %s of %s in%n%s", seed, dimension, row, yaml)
              .isEqualTo(expected);
          matched += expected == null ? 0 : 1;
          lines++;
        }
      }
    }
    assertThat(matched).as("lines that match a rule").isBetween(lines / 4, lines * 99 / 100);
  }

  /** The element on a dimension long enough for an index: rules, then fillers that never match. */
  private static String element(String rules, String... row) {
    String fillers =
        IntStream.range(0, 20)
            .mapToObj("- {Type: Group, Name: filler, Conditions: [{Equals: filler%d}]}"::formatted)
            .collect(Collectors.joining("\n"));
    String yaml =
        Try.dimension("Source: Tag:x\nDefaultValue: none\nRules:\n" + rules + "\n" + fillers);
    assertThat(Try.load(yaml).grouping("D").isIndexed()).isTrue();
    return String.valueOf(Try.element(yaml, "D", row));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "BeginsWith, web, hit",
    "BeginsWith, we, hit",
    "BeginsWith, webs, none",
    "BeginsWith, '', hit",
    "EndsWith, web, hit",
    "EndsWith, eb, hit",
    "EndsWith, aweb, none",
    "EndsWith, '', hit",
    "Contains, web, hit",
    "Contains, e, hit",
    "Contains, wb, none",
    "Contains, '', hit",
    "Equals, web, hit",
    "Equals, '', none"
  })
  void operandsOfAnyLengthAreFound(String operator, String operand, String element) {
    String rule =
        "- {Type: Group, Name: hit, Conditions: [{%s: '%s'}]}".formatted(operator, operand);
    assertThat(element(rule, "Tag:x", "web")).isEqualTo(element);
    assertThat(element(rule)).as("no value").isEqualTo("none");
  }

  @Test
  void theEarlierRuleWinsWhicheverOperandIsLonger() {
    String rules =
        """
        - {Type: Group, Name: short, Conditions: [{BeginsWith: we}]}
        - {Type: Group, Name: long, Conditions: [{BeginsWith: web}]}
        """;
    assertThat(element(rules, "Tag:x", "web")).isEqualTo("short");
  }

  @Test
  void aCandidateThatFailsGivesWayToTheNext() {
    String rules =
        """
        - {Type: Group, Name: eu, Conditions: [{And: [{Equals: web}, {Equals: eu, Source: Region}]}]}
        - {Type: GroupBy, Sources: [Tag:x, Tag:y]}
        - {Type: Group, Name: other, Conditions: [{Not: [{Equals: db}]}]}
        """;
    assertThat(element(rules, "Tag:x", "web", "Region", "eu")).isEqualTo("eu");
    assertThat(element(rules, "Tag:x", "web", "Tag:y", "y")).isEqualTo("web y");
    assertThat(element(rules, "Tag:x", "web")).isEqualTo("other");
    assertThat(element(rules, "Tag:x", "db")).isEqualTo("none");
    assertThat(element(rules)).isEqualTo("other");
  }

  @Test
  void ofManyTermsTheFirstInTheFileWinsOnWhicheverSource() {
    String rules =
        """
        - Type: Metadata
          Sources: [Tag:x, Tag:y]
          Values: [{Search: [finder, lookup]}, checkout, {Web: [www]}]
        """;
    assertThat(element(rules, "Tag:x", "My WWW checkout", "Tag:y", "Look_Up/LOOKUP"))
        .isEqualTo("Search");
    assertThat(element(rules, "Tag:x", "My WWW checkout")).isEqualTo("checkout");
    assertThat(element(rules, "Tag:y", "www")).isEqualTo("Web");
  }
}
