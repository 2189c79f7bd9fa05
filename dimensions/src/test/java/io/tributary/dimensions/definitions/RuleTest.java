package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTest {

  private static final String FIRST_MATCH =
      Try.dimension(
          """
          Source: Service
          Rules:
          - Type: Group
            Name: compute
            Conditions: [Equals: [EC2, Lambda]]
          - Type: GroupBy
            Source: Tag:team
          - Type: Group
            Name: Other Amazon
            Conditions: [BeginsWith: Amazon]
          DefaultValue: rest
          """);

  @ParameterizedTest(name = "{0}, team {1}: {2}")
  @CsvSource(
      textBlock =
          """
          EC2,     web, compute
          Lambda,     , compute
          AmazonX, web, web
          AmazonX,    , Other Amazon
          AmazonX, '', ''
          x,          , rest
          ,           , rest
          """)
  void theFirstRuleWithAnElementWins(
      @Nullable String service, @Nullable String team, String element) {
    Definitions definitions = Try.load(FIRST_MATCH);
    Map<String, String> row = new HashMap<>();
    row.computeIfAbsent("Service", key -> service);
    row.computeIfAbsent("Tag:team", key -> team);
    assertThat(definitions.element("D", new EvalRow(definitions, row))).isEqualTo(element);
  }

  @Test
  void withoutMatchAndDefaultThereIsNoElement() {
    String yaml = Try.dimension("Groups: {a: [{Equals: b, Source: Service}]}");
    assertThat(Try.element(yaml, "D", "Service", "c")).isNull();
    assertThat(Try.load(yaml).elements(Try.row(Try.load(yaml)))).isEmpty();
  }

  @ParameterizedTest(name = "default {0} is {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "none",
      textBlock =
          """
          ''     | ``
          null   | none
          ~      | none
          'null' | null
          007    | 007
          false  | false
          """)
  void aDefaultIsTakenAsWritten(String written, @Nullable String element) {
    String yaml =
        Try.dimension(
            "Groups: {a: [{Equals: b, Source: Service}]}\nDefaultValue: " + written + "\n");
    assertThat(Try.element(yaml, "D")).isEqualTo(element);
  }

  @Test
  void shortFormsAreRulesInFileOrder() {
    String groups =
        Try.dimension(
            """
            Source: Service
            Groups:
              second: [BeginsWith: b]
              first: [BeginsWith: a, Contains: z]
              third: [HasValue: true]
            """);
    assertThat(Try.element(groups, "D", "Service", "az")).isEqualTo("first");
    assertThat(Try.element(groups, "D", "Service", "bz")).isEqualTo("second");
    assertThat(Try.element(groups, "D", "Service", "c")).isEqualTo("third");

    String groupBy =
        Try.dimension(
            """
            GroupBy:
              Source: Service
              Transforms: [{Type: Lower}]
              Format: 'svc {0}'
              Conditions: [HasValue: true]
            """);
    assertThat(Try.element(groupBy, "D", "Service", "EC2")).isEqualTo("svc ec2");
    assertThat(Try.element(groupBy, "D")).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          # GroupBy                                                   | A    | B    | element
          Source: Tag:A                                               | a    | b    | a
          Source: [Tag:A]                                             | a    | b    | a
          Sources: Tag:A                                              | a    | b    | a
          Sources: [Tag:A, Tag:B]                                     | a    | b    | a b
          Source: [Tag:A, Tag:B]                                      | a    |      | none
          Sources: [Tag:A, Tag:B], Format: '{1}/{0}'                  | a    | b    | b/a
          Sources: [Tag:A, Tag:B], Format: '{0}{1}-{0}'               | a    | b    | ab-a
          Sources: [Tag:A, Tag:B], Transforms: [{Type: Upper}]        | a    | b    | A B
          Sources: [Tag:A, Tag:B], CoalesceSources: true              |      | b    | b
          Source: [Tag:A, Tag:B], CoalesceSources: true               |      | b    | b
          Sources: [Tag:A, Tag:B], CoalesceSources: true              | a    | b    | a
          Sources: [Tag:A, Tag:B], CoalesceSources: true              | ''   | b    | ''
          Sources: [Tag:A, Tag:B], CoalesceSources: false             | a    | b    | a b
          Sources: [Tag:A, Tag:B], CoalesceSources: true, Format: '<{0}>' |  | b    | <b>
          Sources: [Tag:A, Tag:B], CoalesceSources: true, Transforms: [{Type: Split, Delimiter: '-', Index: 2}] | a | x-y | none
          """)
  void groupByMakesElementsOfValues(
      String rule, @Nullable String a, @Nullable String b, @Nullable String element) {
    String yaml = Try.dimension("Rules:\n- {Type: GroupBy, " + rule + "}\n");
    Definitions definitions = Try.load(yaml);
    Map<String, String> row = new HashMap<>();
    row.computeIfAbsent("Tag:A", key -> a);
    row.computeIfAbsent("Tag:B", key -> b);
    assertThat(definitions.element("D", new EvalRow(definitions, row))).isEqualTo(element);
  }

  @ParameterizedTest(name = "{0} in {1}: {2}")
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          # values                      | source                  | element
          [EC2]                         | AmazonEC2               | EC2
          [x]                           | AmazonEC2               | none
          [web]                         | Prod/WEB#1              | web
          [-Web-]                       | prod_web_1              | Web
          [-Web-]                       | prodweb1                | none
          [-app]                        | prod_app                | app
          [-app]                        | app                     | none
          [-app]                        | reapp                   | none
          [Order-Staging]               | order staging           | Order-Staging
          [compute: [EC2, Lambda]]      | awslambda               | compute
          [compute: [EC2, Lambda]]      | compute-1               | compute
          [compute: EC2]                | ec2                     | compute
          [{b: [x], a: [y]}]            | a-b                     | b
          [a, {b: [x]}]                 | x-a                     | a
          """)
  void metadataFindsNamesInsideValues(String values, String source, @Nullable String element) {
    String yaml =
        Try.dimension("Rules:\n- {Type: Metadata, Source: Tag:x, Values: " + values + "}\n");
    assertThat(Try.element(yaml, "D", "Tag:x", source)).isEqualTo(element);
  }

  @Test
  void metadataTriesValuesBeforeSources() {
    String yaml =
        Try.dimension(
            """
            Rules:
            - Type: Metadata
              Sources: [Tag:A, Tag:B]
              Format: 'found {0}'
              Values: [p1, p2]
            """);
    assertThat(Try.element(yaml, "D", "Tag:A", "p2", "Tag:B", "p1")).isEqualTo("found p1");
    assertThat(Try.element(yaml, "D", "Tag:A", "p2")).isEqualTo("found p2");
    assertThat(Try.element(yaml, "D")).isNull();
  }

  @Test
  void gatesOpenWhereAnyConditionHolds() {
    for (String rule :
        new String[] {
          "Type: GroupBy, Source: Tag:A", "Type: Metadata, Source: Tag:A, Values: [v]"
        }) {
      String yaml =
          Try.dimension(
              "Rules:\n- {"
                  + rule
                  + ", Conditions: [{Equals: x, Source: Service}, {EndsWith: '1'}]}\n");
      assertThat(Try.element(yaml, "D", "Tag:A", "v", "Service", "x")).isEqualTo("v");
      assertThat(Try.element(yaml, "D", "Tag:A", "v1", "Service", "y")).startsWith("v");
      assertThat(Try.element(yaml, "D", "Tag:A", "v", "Service", "y")).isNull();
      assertThat(Try.warnings(yaml))
          .singleElement()
          .asString()
          .startsWith("test.yaml:4: any one of the Conditions of");
    }
  }

  @Test
  void aGateOfOneConditionIsClear() {
    String yaml =
        Try.dimension("Rules:\n- {Type: GroupBy, Source: Tag:A, Conditions: [{EndsWith: '1'}]}\n");
    assertThat(Try.warnings(yaml)).isEmpty();
  }

  @Test
  void anElementOfMoreThan65536CharactersIsNone() {
    String yaml = Try.dimension("GroupBy: {Sources: [Tag:A, Tag:B], Format: '<{0}{1}{0}>'}\n");
    String half = "a".repeat(32_700);
    assertThat(Try.element(yaml, "D", "Tag:A", half, "Tag:B", "b".repeat(134))).hasSize(65_536);
    assertThat(Try.element(yaml, "D", "Tag:A", half, "Tag:B", "b".repeat(135))).isNull();
  }
}
