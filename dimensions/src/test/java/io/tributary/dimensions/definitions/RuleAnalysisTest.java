package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is proven to have no effect, kind by kind. Lines of rules count from 4. */
class RuleAnalysisTest {

  private static List<String> idle(String body) {
    return Try.load(Try.dimension(body)).idleRules().stream().map(Problem::toString).toList();
  }

  /** Group rules with one condition each, on Tag:t unless the condition says otherwise. */
  private static List<String> idleRules(String... conditions) {
    String rules =
        IntStream.range(0, conditions.length)
            .mapToObj(i -> "- {Type: Group, Name: g" + i + ", Conditions: [" + conditions[i] + "]}")
            .collect(Collectors.joining("\n"));
    return idle("Source: Tag:t\nRules:\n" + rules);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "{And: [{Equals: a}, {Equals: b}]}",
        "{And: [{Equals: [a, b]}, {And: [{BeginsWith: c}]}]}",
        "{And: [{Equals: [a, b]}, {Not: [{Equals: a}, {Contains: b}]}]}",
        "{And: [{Equals: a}, {HasValue: false}]}",
        "{And: [{HasValue: true}, {Not: [{HasValue: true}]}]}",
        "{And: [{Matches: a+}, {Not: [{Matches: a+}]}]}",
        "{Not: [{Or: [{Equals: a}, {Not: [{Equals: a}]}]}]}",
        "{Before: ''}",
        "{ForDateRange: {From: '2026-02-01', Until: '2026-01-01'}}",
        "{ForDateRange: {From: '', Until: '2026-01-01'}}"
      })
  void contradictionsNeverApply(String condition) {
    assertThat(idleRules(condition))
        .containsExactly(
            "test.yaml:5: this rule never applies: its conditions hold for no line,"
                + " correct them or remove the rule");
  }

  @ParameterizedTest(name = "{0} makes {1} idle")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # earlier | later
          {Equals: [a, b]} | {Equals: b}
          {BeginsWith: a} | {Equals: [ab, ac]}
          {EndsWith: z} | {Equals: az}
          {Contains: b} | {Equals: abc}
          {Matches: a+} | {Equals: [a, aa]}
          {Before: m} | {Equals: l}
          {BeginsWith: a} | {BeginsWith: ab}
          {EndsWith: z} | {EndsWith: yz}
          {Contains: b} | {Contains: abc}
          {Contains: b} | {BeginsWith: ab}
          {Contains: b} | {EndsWith: bc}
          {BeginsWith: ''} | {BeginsWith: a}
          {Matches: a+} | {Matches: a+}
          {Equals: a} | {And: [{Equals: a}, {HasValue: true, Source: Service}]}
          {Or: [{Equals: a}, {Equals: b}]} | {Or: [{And: [{Equals: b}]}, {Equals: a}]}
          {HasValue: true} | {Contains: x}
          {HasValue: true} | {Contains: x, Source: Tag:t, Transforms: [{Type: Lower}]}
          {HasValue: true, Sources: [Tag:t, Tag:u]} | {Equals: x}
          {HasValue: false} | {Not: [{HasValue: true}]}
          {Not: [{Equals: a}]} | {Not: [{Equals: a}]}
          {Not: [{Equals: a}, {Equals: b}]} | {Not: [{Or: [{Equals: a}, {Equals: b}]}]}
          {Not: [{Before: ''}]} | {Equals: a}
          {Or: [{HasValue: true}, {HasValue: false}]} | {Equals: x, Source: Service}
          {And: [{Equals: a}, {Equals: x, Source: Service}]} | {And: [{Equals: a}, {Equals: x, Source: Service}]}
          """)
  void rulesWhoseLinesAreTakenNeverApply(String earlier, String later) {
    assertThat(idleRules(earlier, later))
        .containsExactly(
            "test.yaml:6: this rule never applies: the rule in line 5 takes every line it could,"
                + " move it up or remove it");
  }

  @ParameterizedTest(name = "{0} leaves {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # earlier | later
          {Equals: a} | {Equals: A}
          {BeginsWith: ab} | {BeginsWith: a}
          {BeginsWith: b} | {Contains: b}
          {EndsWith: b} | {BeginsWith: b}
          {Contains: abc} | {Contains: b}
          {Equals: a} | {Equals: a, Source: Service}
          {Equals: a} | {Equals: a, Source: Tag:t, Transforms: [{Type: Lower}]}
          {And: [{Equals: a}, {Equals: x, Source: Service}]} | {Equals: a}
          {HasValue: true} | {Not: [{Equals: a}]}
          {HasValue: false} | {Equals: a}
          {HasValue: true, Sources: [Tag:t, Tag:u], CoalesceSources: true, Transforms: [{Type: Split, Delimiter: '-', Index: 1}]} | {Equals: x}
          {HasValue: true} | {Equals: x, Sources: [Tag:t, Tag:u]}
          {Not: [{Equals: a}, {Equals: b}]} | {Not: [{Equals: a}]}
          {Matches: a+} | {Matches: a}
          """)
  void rulesThatMayApplyAreLeftAlone(String earlier, String later) {
    assertThat(idleRules(earlier, later)).isEmpty();
  }

  @Test
  void severalRulesTogetherTakeWhatALaterOneCould() {
    assertThat(idleRules("{Equals: a}", "{Equals: b}", "{Contains: c}", "{Equals: [b, a, xc]}"))
        .containsExactly(
            "test.yaml:8: this rule never applies: the rules in lines 5, 6, 7 take every line it"
                + " could, move it up or remove it");
    assertThat(idleRules("{Equals: a}", "{Not: [{Equals: a}]}", "{Equals: b, Source: Service}"))
        .containsExactly(
            "test.yaml:7: this rule never applies: the rules in lines 5, 6 take every line it"
                + " could, move it up or remove it");
  }

  @Test
  void aGroupByTakesEveryLineWithAValue() {
    String later =
        """
        - {Type: Group, Name: g, Source: Tag:t, Conditions: [Equals: a]}
        - {Type: Metadata, Source: Tag:t, Values: [b]}
        - {Type: GroupBy, Source: Tag:t, Transforms: [{Type: Lower}]}
        - {Type: Group, Name: none, Source: Tag:t, Conditions: [HasValue: false]}
        - {Type: GroupBy, Source: Service}
        """;
    assertThat(idle("Rules:\n- {Type: GroupBy, Source: Tag:t}\n" + later))
        .extracting(line -> line.substring(0, 37))
        .containsExactly(
            "test.yaml:5: this rule never applies:",
            "test.yaml:6: this rule never applies:",
            "test.yaml:7: this rule never applies:",
            "test.yaml:9: this rule never applies:");
    String gated = "- {Type: GroupBy, Source: Tag:t, Conditions: [{Equals: x, Source: Service}]}\n";
    assertThat(idle("Rules:\n" + gated + later)).isEmpty();
  }

  @Test
  void aGroupByOfSeveralSourcesTakesOnlyItsLike() {
    String body =
        """
        Rules:
        - {Type: GroupBy, Sources: [Tag:t, Tag:u]}
        - {Type: GroupBy, Source: Tag:t}
        - {Type: GroupBy, Sources: [Tag:t, Tag:u], Format: '{0}{1}'}
        """;
    assertThat(idle(body)).singleElement().asString().startsWith("test.yaml:6: this rule never");
  }

  @Test
  void operandsThatEarlierRulesTakeAreNamed() {
    assertThat(idleRules("{Equals: [a, b]}", "{BeginsWith: x}", "{Equals: [a, c, x1]}"))
        .containsExactly(
            "test.yaml:7: Equals 'a', 'x1' of Tag:t has no effect: the rules in lines 5, 6 take"
                + " every such line, remove it in one of the places");
    assertThat(
            idleRules(
                "{Equals: a}",
                "{And: [{Equals: [a, b]}, {HasValue: true, Source: Service}]}",
                "{Not: [{Equals: [a, c]}]}"))
        .containsExactly(
            "test.yaml:6: Equals 'a' of Tag:t has no effect: the rule in line 5 takes every such"
                + " line, remove it in one of the places");
  }

  @Test
  void conditionsThatNeverHoldOrAreTakenAreToldWhereTheRestMayApply() {
    assertThat(idleRules("{HasValue: false}", "{Before: ''}, {Equals: b}, {HasValue: false}"))
        .containsExactly(
            "test.yaml:6: a condition of this rule never holds, correct it or remove it",
            "test.yaml:6: a condition of this rule has no effect: the rule in line 5 takes every"
                + " line it holds for, move the rule up or remove the condition");
  }

  @ParameterizedTest(name = "{0} after {1}")
  @CsvSource(
      textBlock =
          """
          Prod, Lower
          prod, Upper
          a b,  Clean
          a_b,  Normalize
          A-b,  Normalize
          """)
  void operandsThatNoTransformLeavesAreNeverFound(String operand, String transform) {
    String block = "Source: Tag:t\nTransforms: [{Type: " + transform + "}]\n";
    String rule = "Rules:\n- {Type: Group, Name: g, Conditions: [{%s: ['%s', '7']}]}\n";
    for (String operator : List.of("Equals", "Contains", "BeginsWith", "EndsWith")) {
      assertThat(idle(block + rule.formatted(operator, operand)))
          .containsExactly(
              "test.yaml:6: "
                  + operator
                  + " '"
                  + operand
                  + "' of Tag:t is never found after the Transforms there,"
                  + " write it as they leave it, or change them");
    }
  }

  @Test
  void partsOfASplitHoldNoDelimiterUnlessTheTailStaysWhole() {
    String rules =
        """
        Source: Tag:t
        Transforms: [{Type: Split, Delimiter: '/', Index: 2%s}]
        Groups: {g: [Equals: [a/b, c]]}
        """;
    assertThat(idle(rules.formatted(""))).hasSize(1);
    assertThat(idle(rules.formatted(", Maxsplit: 1"))).isEmpty();
  }

  @Test
  void whatTextTransformsChangeTheyLeaveNowhere() {
    List<TextTransform> transforms =
        List.of(
            TextTransform.LOWER, TextTransform.UPPER, TextTransform.CLEAN, TextTransform.NORMALIZE);
    for (TextTransform transform : transforms) {
      Block block = new Block(0, List.of(new Source(0, "Tag:t")), false, List.of(transform));
      for (int c = 0; c <= 0x1FFFF; c++) {
        for (String value : List.of("a" + Character.toString(c) + "A", Character.toString(c))) {
          String left = transform.apply(value);
          assertThat(Outcomes.canContain(block, left)).as("%s of U+%04X", transform, c).isTrue();
        }
      }
    }
  }

  @Test
  void allocationsAreLookedAtToo() {
    String yaml =
        """
        Dimensions:
          D:
            Type: Allocation
            AllocateByRules:
              AllocationMethod: Even
              SpendToAllocate: {Source: Tag:t, Conditions: [Equals: x]}
              AcrossElements:
                Source: Tag:t
                Groups:
                  one: [Equals: a]
                  two: [Equals: a]
        """;
    assertThat(Try.load(yaml).idleRules())
        .singleElement()
        .asString()
        .startsWith("test.yaml:11: this rule never applies: the rule in line 10 takes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Equals", "BeginsWith", "Contains", "EndsWith", "Matches"})
  @Timeout(60)
  void tenThousandRulesTakeSeconds(String operator) {
    StringBuilder rules = new StringBuilder("Source: ResourceId\nGroups:\n");
    for (int i = 0; i < 10_000; i++) {
      String id = "arn:aws:rds:eu-west-1:111111111111:db/" + i + "-x";
      rules.append("  g%d: [{%s: '%s'}, {Equals: '%s'}]\n".formatted(i, operator, id, id + "y"));
    }
    Definitions definitions = Try.load(Try.dimension(rules.toString()));
    long start = System.nanoTime();
    List<Problem> idle = definitions.idleRules();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(idle).hasSizeLessThan(20_001);
  }

  @Test
  void deepConditionsDoNotOverflow() {
    String deep = "{Not: [".repeat(400) + "{Equals: a}" + "]}".repeat(400);
    assertThatCode(() -> idleRules(deep, deep)).doesNotThrowAnyException();
  }
}
