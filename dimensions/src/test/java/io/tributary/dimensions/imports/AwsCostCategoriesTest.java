package io.tributary.dimensions.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tributary.dimensions.definitions.Definitions;
import io.tributary.dimensions.definitions.EvalRow;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AwsCostCategoriesTest {

  private static final String TEAM =
      """
      {"CostCategory": {
        "CostCategoryArn": "arn:aws:ce::111111111111:costcategory/1",
        "Name": "Team",
        "EffectiveStart": "2026-01-01T01:00:00+01:00",
        "RuleVersion": "CostCategoryExpression.v1",
        "ProcessingStatus": [{"Component": "COST_EXPLORER", "Status": "APPLIED"}],
        "DefaultValue": "nobody",
        "Rules": [
          {"Value": "web", "Type": "REGULAR", "Rule": {"Or": [
            {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["111111111111", "012345678901"]}},
            {"And": [
              {"Tags": {"Key": "app", "Values": ["Shop"],
                "MatchOptions": ["STARTS_WITH", "CASE_INSENSITIVE"]}},
              {"Not": {"Dimensions": {"Key": "REGION", "Values": ["eu-"],
                "MatchOptions": ["STARTS_WITH"]}}}]}]}},
          {"Value": "shared", "Rule": {"Tags": {"Key": "team", "MatchOptions": ["ABSENT"]}}},
          {"Type": "INHERITED_VALUE",
            "InheritedValue": {"DimensionName": "TAG", "DimensionKey": "team"}}],
        "SplitChargeRules": [
          {"Source": "shared", "Targets": ["web", "data"], "Method": "FIXED",
            "Parameters": [{"Type": "ALLOCATION_PERCENTAGES", "Values": ["62.5", "37.5"]}]},
          {"Source": "nobody", "Targets": ["web"], "Method": "PROPORTIONAL"}]}}
      """;

  private static String imported(String... jsons) throws RefusedImportException {
    Map<String, String> files = new LinkedHashMap<>();
    for (String json : jsons) {
      files.put((files.size() + 1) + ".json", json);
    }
    return AwsCostCategories.definitions(files);
  }

  private static List<String> refused(String... jsons) {
    RefusedImportException refused =
        catchThrowableOfType(RefusedImportException.class, () -> imported(jsons));
    assertThat(refused).as("refusal").isNotNull();
    return refused.problems().stream().map(ImportProblem::toString).toList();
  }

  /** A cost category with one rule that has {@code expression}. */
  private static String category(String name, String expression) {
    return """
        {"Name": "%s", "RuleVersion": "CostCategoryExpression.v1",
         "Rules": [{"Value": "hit", "Rule": %s}]}
        """
        .formatted(name, expression);
  }

  private static String tag(String members) {
    return category("C", "{\"Tags\": {" + members + "}}");
  }

  @Test
  void writesDefinitionsThatPeopleCanRead() throws Exception {
    assertThat(imported(TEAM))
        .isEqualTo(
            """
            # From the AWS cost category 'Team' in 1.json, EffectiveStart 2026-01-01T00:00:00Z
            EffectiveFrom: 2026-01-01T00:00:00Z
            Dimensions:
              Team:
                Rules:
                - Type: Group
                  Name: web
                  Conditions:
                  - Source: Account
                    Equals:
                    - '111111111111'
                    - '012345678901'
                  - And:
                    - Source: Tag:app
                      Transforms:
                      - Type: Lower
                      BeginsWith: shop
                    - Not:
                      - Source: Region
                        BeginsWith: eu-
                - Type: Group
                  Name: shared
                  Conditions:
                  - Source: Tag:team
                    HasValue: false
                - Type: GroupBy
                  Source: Tag:team
                  Conditions:
                  - Not:
                    - Equals: ''
                DefaultValue: nobody
              Team (split shared):
                Type: Allocation
                AllocateByRules:
                  AllocationMethod:
                    Method: Fixed
                    Percentages:
                      web: '62.5'
                      data: '37.5'
                  SpendToAllocate:
                    Source: User:Defined:Team
                    Conditions:
                    - Equals: shared
              Team (split nobody):
                Type: Allocation
                AllocateByRules:
                  AllocationMethod: Proportional
                  SpendToAllocate:
                    Source: User:Defined:Team
                    Conditions:
                    - Equals: nobody
                  AcrossElements:
                    GroupBy:
                      Source: User:Defined:Team
                      Conditions:
                      - Equals:
                        - web
              Team (after splits):
                GroupBy:
                  Sources:
                  - User:Defined:Team (split shared)
                  - User:Defined:Team (split nobody)
                  - User:Defined:Team
                  CoalesceSources: true
            """);
    Definitions definitions = Definitions.load("team.yaml", imported(TEAM));
    assertThat(definitions.warnings()).isEmpty();
    assertThat(definitions.effectiveFrom()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
  }

  @Test
  void showsTheCategoryWhereNothingIsSplitAndTheTargetWhereSomethingIs() throws Exception {
    Definitions definitions = Definitions.load("team.yaml", imported(TEAM));
    EvalRow base = new EvalRow(definitions, Map.of("Tag:team", "data"));
    EvalRow transfer = new EvalRow(definitions, Map.of("Team (split shared)", "web"));
    assertThat(definitions.element("Team (after splits)", base)).isEqualTo("data");
    assertThat(definitions.element("Team", transfer)).isEqualTo("shared");
    assertThat(definitions.element("Team (after splits)", transfer)).isEqualTo("web");
  }

  @Test
  void anEmptySourceOfASplitIsWhatHasNoCategory() throws Exception {
    String yaml =
        imported(
            """
            {"Name": "Team", "RuleVersion": "CostCategoryExpression.v1",
             "Rules": [{"Value": "web", "Rule": {"Tags": {"Key": "team", "Values": ["web"]}}}],
             "SplitChargeRules": [{"Source": "", "Targets": ["web"], "Method": "EVEN"}]}
            """);
    assertThat(yaml)
        .contains(
            "  Team (split):\n",
            """
                  AllocationMethod:
                    Method: Even
                    Elements:
                    - web
            """,
            "    - HasValue: false\n")
        .doesNotContain("AcrossElements");
  }

  @Test
  void severalFilesAndListsBecomeOneFile() throws Exception {
    String board =
        category("Board", "{\"CostCategories\": {\"Key\": \"Team\", \"Values\": [\"web\"]}}");
    String yaml = imported("[" + board + "]", TEAM);
    assertThat(yaml)
        .startsWith(
            """
            # From the AWS cost category 'Board' in 1.json, which gives no EffectiveStart
            # From the AWS cost category 'Team' in 2.json, EffectiveStart 2026-01-01T00:00:00Z
            EffectiveFrom: 2026-01-01T00:00:00Z
            """);
    Definitions definitions = Definitions.load("both.yaml", yaml);
    assertThat(definitions.elements(new EvalRow(definitions, Map.of("Account", "111111111111"))))
        .isEqualTo(Map.of("Board", "hit", "Team", "web", "Team (after splits)", "web"));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # members of Tags                                                     | value | matches
          "Key": "t", "Values": ["a", "b"]                                      | b     | true
          "Key": "t", "Values": ["a"]                                           | A     | false
          "Key": "t", "Values": ["a"], "MatchOptions": []                       | a     | true
          "Key": "t", "Values": ["a"], "MatchOptions": ["CASE_SENSITIVE"]       | A     | false
          "Key": "t", "Values": ["Ab"], "MatchOptions": ["CASE_INSENSITIVE"]    | aB    | true
          "Key": "t", "Values": ["a"], "MatchOptions": ["STARTS_WITH"]          | ab    | true
          "Key": "t", "Values": ["b"], "MatchOptions": ["ENDS_WITH"]            | ab    | true
          "Key": "t", "Values": ["B"], "MatchOptions": ["CONTAINS", "CASE_INSENSITIVE"] | abc | true
          "Key": "t", "MatchOptions": ["ABSENT"]                                |       | true
          "Key": "t", "MatchOptions": ["ABSENT"]                                | a     | false
          "Key": "t"                                                            |       | true
          "Key": "t", "Values": []                                              | a     | REFUSED
          """)
  void matchesAsTheOptionsSay(String members, String value, String matches) throws Exception {
    if (matches.equals("REFUSED")) {
      assertThat(refused(tag(members))).hasSize(1);
      return;
    }
    Definitions definitions = Definitions.load("c.yaml", imported(tag(members)));
    Map<String, String> row = value == null ? Map.of() : Map.of("Tag:t", value);
    assertThat(definitions.elements(new EvalRow(definitions, row)).containsKey("C"))
        .isEqualTo(Boolean.parseBoolean(matches));
  }

  @Test
  void tagsWithoutKeyAndValuesMeanLinesWithoutAnyTag() throws Exception {
    Definitions definitions = Definitions.load("c.yaml", imported(tag("")));
    assertThat(definitions.elements(new EvalRow(definitions, Map.of()))).containsKey("C");
    assertThat(definitions.elements(new EvalRow(definitions, Map.of("Tags", "{\"a\":\"b\"}"))))
        .isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # expression | path below the rule | what
          {} | | an expression says nothing
          [] | | expected an object, found a list
          {"Xor": []} | | unknown member 'Xor'
          {"And": [], "Or": []} | | an expression has both And and Or
          {"And": []} | .And | And is empty
          {"Or": {}} | .Or | expected a list, found an object
          {"Not": []} | .Not | expected an object, found a list
          {"Or": [{"Not": {"Tags": {"Key": 7}}}]} | .Or[0].Not.Tags.Key | expected text, found 7
          {"Tags": {"Values": ["a"]}} | .Tags | no Key
          {"Tags": {"Key": "", "Values": ["a"]}} | .Tags.Key | Key is empty
          {"Tags": {"Key": "t", "Values": [""]}} | .Tags.Values[0] | an empty value
          {"Tags": {"Key": "t", "Values": "a"}} | .Tags.Values | expected a list, found 'a'
          {"Tags": {"Key": "t", "Values": ["a"], "MatchOptions": ["GREATER_THAN_OR_EQUAL"]}} | .Tags.MatchOptions[0] | MatchOption 'GREATER_THAN_OR_EQUAL' is none of cost categories
          {"Tags": {"Key": "t", "Values": ["a"], "MatchOptions": "EQUALS"}} | .Tags.MatchOptions | expected a list, found 'EQUALS'
          {"Tags": {"Key": "t", "Values": ["a"], "MatchOptions": ["EQUALS", "CONTAINS"]}} | .Tags.MatchOptions | several MatchOptions: EQUALS, CONTAINS
          {"Tags": {"Key": "t", "Values": ["a"], "MatchOptions": ["CASE_SENSITIVE", "CASE_INSENSITIVE"]}} | .Tags.MatchOptions | MatchOptions contradict each other
          {"Tags": {"Key": "t", "Values": ["a"], "MatchOptions": ["ABSENT"]}} | .Tags.Values | ABSENT compares with no values
          {"Dimensions": {"Key": "INSTANCE_TYPE", "Values": ["a"]}} | .Dimensions.Key | dimension 'INSTANCE_TYPE' is none of cost categories
          {"Dimensions": {"Key": "REGION"}} | .Dimensions.Values | expected a list, found nothing
          {"CostCategories": {"Key": "Other", "Values": ["a"]}} | .CostCategories.Key | cost category 'Other' is not among the imported ones
          """)
  void refusesExpressionsItCannotSay(String expression, String path, String what) {
    assertThat(refused(category("C", expression)))
        .singleElement()
        .asString()
        .startsWith("1.json: $.Rules[0].Rule" + (path == null ? "" : path) + ": " + what + ", ");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # members instead of the rules | problem
          "Rules": [] | $.Rules: Rules is empty
          "Rules": [{"Rule": {"Tags": {"Key": "t"}}}] | $.Rules[0]: no Value
          "Rules": [{"Type": "OTHER"}] | $.Rules[0].Type: unknown Type 'OTHER'
          "Rules": [{"Type": "INHERITED_VALUE"}] | $.Rules[0].InheritedValue: expected an object, found nothing
          "Rules": [{"Type": "INHERITED_VALUE", "InheritedValue": {"DimensionName": "TAG"}}] | $.Rules[0].InheritedValue: no DimensionKey
          "Rules": [{"Type": "INHERITED_VALUE", "InheritedValue": {"DimensionName": "AZ"}}] | $.Rules[0].InheritedValue.DimensionName: unknown DimensionName 'AZ'
          "Rules": [{"Value": "a", "InheritedValue": {}, "Rule": {"Tags": {"Key": "t"}}}] | $.Rules[0]: unknown member 'InheritedValue'
          "Rules": [{"Value": "a", "Rule": {"Tags": {"Key": "t"}}}], "RuleVersion": "v2" | $.RuleVersion: unknown RuleVersion 'v2'
          "Rules": [{"Value": "a", "Rule": {"Tags": {"Key": "t"}}}], "EffectiveEnd": "2026-02-01T00:00:00Z" | $.EffectiveEnd: definitions have no end
          "Rules": [{"Value": "a", "Rule": {"Tags": {"Key": "t"}}}], "EffectiveStart": "January" | $.EffectiveStart: no instant: 'January'
          "Rules": [{"Value": "a", "Rule": {"Tags": {"Key": "t"}}}], "DefaultValue": "" | $.DefaultValue: DefaultValue is empty
          "Rules": [{"Value": "a", "Rule": {"Tags": {"Key": "t"}}}], "Colour": "red" | $: unknown member 'Colour'
          """)
  void refusesCategoriesItCannotSay(String members, String problem) {
    assertThat(refused("{\"Name\": \"C\", " + members + "}"))
        .singleElement()
        .asString()
        .startsWith("1.json: " + problem + ", ");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # split charge rules | problem
          {"Targets": ["b"], "Method": "EVEN"} | [0]: no Source
          {"Source": "a", "Targets": [], "Method": "EVEN"} | [0].Targets: Targets is empty
          {"Source": "a", "Targets": [""], "Method": "EVEN"} | [0].Targets[0]: uncategorized costs cannot be a target
          {"Source": "a", "Targets": ["b", "b"], "Method": "EVEN"} | [0].Targets[1]: 'b' is a target twice
          {"Source": "a", "Targets": ["b", "a"], "Method": "EVEN"} | [0].Targets[1]: 'a' is the source of $.SplitChargeRules[0]
          {"Source": "a", "Targets": ["b"], "Method": "EVEN"}, {"Source": "c", "Targets": ["a"], "Method": "EVEN"} | [1].Targets[0]: 'a' is the source of $.SplitChargeRules[0]
          {"Source": "a", "Targets": ["b"], "Method": "EVEN"}, {"Source": "a", "Targets": ["c"], "Method": "EVEN"} | [1].Source: 'a' is the source of $.SplitChargeRules[0] too
          {"Source": "a", "Targets": ["b"], "Method": "SOMEHOW"} | [0].Method: unknown Method 'SOMEHOW'
          {"Source": "a", "Targets": ["b"], "Method": "EVEN", "Parameters": [{}]} | [0].Parameters: EVEN takes no Parameters
          {"Source": "a", "Targets": ["b"], "Method": "FIXED", "Parameters": [{"Type": "X"}]} | [0].Parameters: FIXED without its percentages
          {"Source": "a", "Targets": ["b", "c"], "Method": "FIXED", "Parameters": [{"Type": "ALLOCATION_PERCENTAGES", "Values": ["100"]}]} | [0].Parameters[0].Values: 1 percentages for 2 targets
          {"Source": "a", "Targets": ["b", "c"], "Method": "FIXED", "Parameters": [{"Type": "ALLOCATION_PERCENTAGES", "Values": ["50", "49.9"]}]} | [0].Parameters[0].Values: percentages sum to 99.9
          {"Source": "a", "Targets": ["b"], "Method": "FIXED", "Parameters": [{"Type": "ALLOCATION_PERCENTAGES", "Values": ["-100"]}]} | [0].Parameters[0].Values[0]: no percentage: '-100'
          """)
  void refusesSplitsThatAwsForbidsOrItCannotSay(String splits, String problem) {
    String json =
        """
        {"Name": "C", "Rules": [{"Value": "a", "Rule": {"Tags": {"Key": "t"}}}],
         "SplitChargeRules": [%s]}
        """
            .formatted(splits);
    assertThat(refused(json))
        .singleElement()
        .asString()
        .startsWith("1.json: $.SplitChargeRules" + problem + ", ");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "fine",
      textBlock =
          """
          EVEN         | [1].Targets[0]: 'a' is no value of a REGULAR rule, so an inherited one
          PROPORTIONAL | fine
          FIXED        | fine
          """)
  void refusesToNameInheritedValuesForEvenSplitsAlone(String method, @Nullable String problem)
      throws Exception {
    String json =
        """
        {"Name": "C", "DefaultValue": "d",
         "Rules": [{"Value": "r", "Rule": {"Tags": {"Key": "t", "Values": ["r"]}}},
           {"Type": "INHERITED_VALUE",
             "InheritedValue": {"DimensionName": "LINKED_ACCOUNT_NAME"}}],
         "SplitChargeRules": [
           {"Source": "", "Targets": ["r", "d"], "Method": "EVEN"},
           {"Source": "s", "Targets": ["a"], "Method": "%s"%s}]}
        """
            .formatted(
                method,
                method.equals("FIXED")
                    ? ", \"Parameters\": [{\"Type\": \"ALLOCATION_PERCENTAGES\", \"Values\": [\"100\"]}]"
                    : "");
    if (problem == null) {
      assertThat(imported(json)).contains("C (split s)");
    } else {
      assertThat(refused(json))
          .singleElement()
          .asString()
          .startsWith("1.json: $.SplitChargeRules" + problem);
    }
  }

  @Test
  void tellsEverythingAtOnceOnOneLineEach() {
    String rules =
        "{\"Value\": \"\", \"Rule\": {\"Tags\": {\"Key\": \"t\"}}},"
            + " {\"Type\": \"a\\nb\"}, {\"Value\": \"v\", \"Rule\": {}}";
    assertThat(refused("{\"Name\": \"C\", \"Rules\": [" + rules + "]}"))
        .containsExactly(
            "1.json: $.Rules[0].Value: Value is empty, give at least one character",
            "1.json: $.Rules[1].Type: unknown Type 'a b', use REGULAR, INHERITED_VALUE",
            "1.json: $.Rules[2].Rule: an expression says nothing, give exactly one of And, Or, Not,"
                + " Dimensions, Tags, CostCategories; combine several with And");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "{}",
        "[{}]",
        "{\"CostCategoryReferences\": []}",
        "{\"Rules\": \"[]\"}",
        "{\"Rules\": [], \"Rules\": []}",
        "{\"Name\": \"C\", \"Rules\": []} {}"
      })
  void refusesWhatIsNoCostCategory(String json) {
    assertThat(refused(json)).hasSize(1);
  }

  @Test
  void saysInWhichLineAFileIsNoJson() {
    assertThat(refused("{\n\"Name\": ]"))
        .singleElement()
        .asString()
        .startsWith("1.json: $: not JSON in line 2: Unexpected character (']'");
  }

  @Test
  void refusesNamesThatYamlKeepsForItself() {
    assertThat(refused(category("<<", "{\"Tags\": {\"Key\": \"t\"}}"))).isNotEmpty();
  }

  @Test
  void refusesTheSameNameTwice() {
    String json = category("C", "{\"Tags\": {\"Key\": \"t\"}}");
    assertThat(refused(json, json))
        .containsExactly(
            "2.json: $.Name: 'C' is the name of 1.json too,"
                + " import one version of each cost category");
  }

  @Test
  void refusesSeveralStarts() {
    String start = "\"EffectiveStart\": \"2026-0%d-01T00:00:00Z\", \"Rules\"";
    String json = category("%s", "{\"Tags\": {\"Key\": \"t\"}}");
    assertThat(
            refused(
                json.formatted("A").replace("\"Rules\"", start.formatted(1)),
                json.formatted("B").replace("\"Rules\"", start.formatted(2))))
        .singleElement()
        .asString()
        .startsWith("2.json: $.EffectiveStart: the cost categories do not hold from the same");
  }

  @Test
  void refusesCirclesWithTheirMembers() {
    String other = "{\"CostCategories\": {\"Key\": \"%s\", \"Values\": [\"hit\"]}}";
    assertThat(refused(category("A", other.formatted("B")), category("B", other.formatted("A"))))
        .singleElement()
        .asString()
        .startsWith("1.json, 2.json: $: references go in a circle: A -> B -> A");
  }

  @Test
  void refusesNamesThatItsOwnDimensionsNeed() {
    String split =
        "\"SplitChargeRules\": [{\"Source\": \"\", \"Targets\": [\"hit\"], \"Method\": \"EVEN\"}],";
    String json = category("%s", "{\"Tags\": {\"Key\": \"t\"}}");
    String first = json.formatted("A").replace("\"Rules\"", split + "\"Rules\"");
    assertThat(refused(first, json.formatted("A (split)")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).contains("'A (split)', which is taken"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "~", "true", "012", "# a: 'b'", "\\n\\u2028x", " a ", "- é"})
  void textThatYamlWouldTakeForSomethingElseStaysText(String text) throws Exception {
    String json =
        """
        {"Name": "%1$s", "DefaultValue": "%1$s",
         "Rules": [{"Value": "hit", "Rule": {"Tags": {"Key": "%1$s", "Values": ["%1$s"]}}}],
         "SplitChargeRules": [{"Source": "hit", "Targets": ["%1$s"], "Method": "FIXED",
           "Parameters": [{"Type": "ALLOCATION_PERCENTAGES", "Values": ["100"]}]}]}
        """
            .formatted(text);
    String yaml = imported(json);
    String plain = text.replace("\\n", "\n").replace("\\u2028", "\u2028");
    Definitions definitions = Definitions.load("c.yaml", yaml);
    assertThat(definitions.groupDimensions()).contains(plain);
    assertThat(definitions.element(plain, new EvalRow(definitions, Map.of("Tag:" + plain, plain))))
        .isEqualTo("hit");
    assertThat(definitions.element(plain, new EvalRow(definitions, Map.of()))).isEqualTo(plain);
    assertThat(yaml.lines().filter(line -> line.startsWith("#"))).hasSize(1);
  }

  @Test
  void hostileNestingIsRefusedOrImportedButNeverOverflows() {
    for (int depth : new int[] {10, 200, 480, 5_000}) {
      String expression =
          "{\"Not\":".repeat(depth) + "{\"Tags\":{\"Key\":\"t\"}}" + "}".repeat(depth);
      try {
        assertThat(imported(category("C", expression))).contains("Not");
      } catch (RefusedImportException e) {
        assertThat(e.problems()).hasSize(1);
      }
    }
  }
}
