package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.tributary.events.Charge;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions on resources: Azure ids in any case, all others to the letter. */
class ResourceConditionsTest {

  private static final String VM =
      "/subscriptions/0/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/VM1";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Equals: /subscriptions/0/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/VM1",
        "Equals: [x, /SUBSCRIPTIONS/0/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/VM1]",
        "BeginsWith: /Subscriptions/0/",
        "BeginsWith: /S",
        "EndsWith: /VM1",
        "Contains: resourceGroups/RG/",
        "Matches: '/subscriptions/[^/]+/resourceGroups/RG/.*'",
        "Matches: ['x', '.*/V[A-Z]1']",
        "Matches: '.*/\\x56M1'",
        "{Source: Resource, Transforms: [{Type: Upper}], Equals: "
            + "/SUBSCRIPTIONS/0/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.COMPUTE/VIRTUALMACHINES/VM1}",
        "{Source: ResourceId, Transforms: [{Type: Split, Delimiter: /, Index: 5}], Equals: RG}",
        "{Sources: [Tag:none, Resource], CoalesceSources: true, EndsWith: VM1}",
        "{Source: User:Defined:Res, EndsWith: VM1}",
        "Not: [{EndsWith: VM2}]"
      })
  void aRuleWithCapitalsHitsEverySpellingOfAnAzureId(String condition) {
    for (String id : List.of(VM, VM.toLowerCase(Locale.ROOT), VM.replace("RG", "Rg"))) {
      assertThat(holds(condition, "ResourceId", id)).as(id).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Equals: arn:aws:s3:::bucket; arn:aws:s3:::Bucket",
        "BeginsWith: I-; i-0abc",
        "EndsWith: VM1; projects/p/instances/vm1",
        "Contains: RG; /resourceGroups/rg",
        "Matches: .*RG; /subscriptionsx/rg",
        "Equals: /subscriptions; /Subscriptions"
      })
  void otherIdsAreComparedToTheLetter(String condition, String id) {
    assertThat(holds(condition, "ResourceId", id)).isFalse();
  }

  @Test
  void whatIsNoResourceIsComparedToTheLetter() {
    for (String source : List.of("Tag:x", "Account", "PayerAccount", "x_Resource")) {
      assertThat(holds("{Source: %s, EndsWith: VM1}".formatted(source), source, VM)).isTrue();
      assertThat(holds("{Source: %s, EndsWith: vm1}".formatted(source), source, VM)).isFalse();
      assertThat(holds("{Sources: [Resource, %s], EndsWith: vm1}".formatted(source), source, VM))
          .isFalse();
    }
  }

  @Test
  void lettersThatAreFoldedNowhereAreNotFolded() {
    String id = "/subscriptions/0/resourceGroups/İ-Ü";
    assertThat(holds("EndsWith: İ-Ü", "ResourceId", id)).isTrue();
    assertThat(holds("EndsWith: i-ü", "ResourceId", id)).isFalse();
  }

  @Test
  void anOrderIsThatOfTheIdentity() {
    assertThat(holds("After: /subscriptions/0/Z", "ResourceId", "/subscriptions/0/A")).isTrue();
    assertThat(holds("Before: /subscriptions/0/b", "ResourceId", "/subscriptions/0/A")).isTrue();
  }

  @Test
  void manyRulesFindTheirLinesWhateverTheCase() {
    String rules =
        IntStream.range(0, 400)
            .mapToObj(
                i ->
                    "    - {Type: Group, Name: g%d, Conditions: [{%s: '/%s/RG-%d/'}]}"
                        .formatted(i, i % 2 == 0 ? "Contains" : "Matches", "Groups", i)
                        .replace("Matches: '/", "Matches: '.*/")
                        .replace(i + "/'", i % 2 == 0 ? i + "/'" : i + "/.*'"))
            .collect(Collectors.joining("\n"));
    Definitions definitions =
        Try.load("Dimensions:\n  D:\n    Source: Resource\n    Rules:\n" + rules);
    for (int i = 0; i < 400; i += 37) {
      for (String spelling : List.of("Groups/RG-", "groups/rg-", "GROUPS/Rg-")) {
        String id = "/Subscriptions/0/" + spelling + i + "/vm";
        assertThat(definitions.element("D", Try.row(definitions, "ResourceId", id)))
            .as(id)
            .isEqualTo("g" + i);
      }
      assertThat(
              definitions.element(
                  "D", Try.row(definitions, "ResourceId", "x/Groups/rg-" + i + "/vm")))
          .isNull();
    }
  }

  @Test
  void elementsAreIdentities() {
    String yaml =
        """
        Dimensions:
          Res: {GroupBy: {Source: Resource}}
          Group: {GroupBy: {Source: Resource, Transforms: [{Type: Split, Delimiter: /, Index: 5}]}}
        """;
    Definitions definitions = Try.load(yaml);
    for (String id : List.of(VM, VM.toUpperCase(Locale.ROOT))) {
      Charge charge = new Charge();
      charge.setResourceId(id);
      charge.setTags(Map.of());
      charge.setExtras(Map.of());
      assertThat(definitions.elements(new ChargeRow(charge, Map.of(), EntityLookup.NONE)))
          .isEqualTo(Map.of("Res", VM.toLowerCase(Locale.ROOT), "Group", "rg"));
    }
  }

  @Test
  void checkSaysWhereALiteralHasCapitals() {
    assertThat(warnings("Equals: /subscriptions/0/RG"))
        .containsExactly(
            "test.yaml:7: Equals '/subscriptions/0/RG' of ResourceId takes no notice of case where"
                + " the resource is an Azure one, whose letters are small here, write it in small"
                + " letters");
    assertThat(warnings("Contains: [x, Groups/RG]"))
        .singleElement()
        .asString()
        .contains("Contains 'Groups/RG' of ResourceId")
        .endsWith("write it in small letters if only Azure resources are meant");
    for (String silent :
        List.of(
            "Equals: /subscriptions/0/rg",
            "Equals: arn:aws:s3:::Bucket",
            "BeginsWith: I-0ABC",
            "Contains: rg",
            "Matches: '\\D+\\S'",
            "{Source: Tag:x, Contains: RG}")) {
      assertThat(warnings(silent)).as(silent).isEmpty();
    }
  }

  @Test
  void checkDoesNotCallIdleWhatHitsInAnotherCase() {
    for (String rules :
        List.of(
            "{Source: Resource, Transforms: [{Type: Lower}], Contains: RG}",
            "{Source: Resource, Transforms: [{Type: Upper}], Contains: rg}",
            "{And: [{Equals: /subscriptions/0/RG}, {BeginsWith: /subscriptions/0/rg}]}",
            "{And: [{Equals: /subscriptions/0/RG}, {After: /subscriptions/0/Z}]}")) {
      assertThat(idle(rules)).as(rules).isEmpty();
    }
    assertThat(idle("{Source: Tag:x, Transforms: [{Type: Lower}], Contains: RG}")).isNotEmpty();
    assertThat(idle("{And: [{Equals: /subscriptions/0/RG}, {BeginsWith: /providers/}]}"))
        .isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "A, true",
    "a, false",
    "\\D\\S, false",
    "\\\\A, true",
    "[a-z0-9]+, false",
    "[ -~], true",
    "[0-z], true",
    "[^a], false",
    "\\x41, true",
    "\\055, true",
    "[[:upper:]], true",
    "[[:lower:]], false",
    "a\\-b, false"
  })
  void aPatternIsCompiledAgainOnlyWhereItNamesCapitals(String pattern, boolean names) {
    assertThat(RegexDialect.namesCapitals(pattern)).isEqualTo(names);
  }

  /** RE2 takes for equal what one orbit of its folding has; the index must not tell these apart. */
  @Test
  void theIndexIsAsCoarseAsTheFoldingOfPatterns() throws ReflectiveOperationException {
    Method next =
        Pattern.class
            .getClassLoader()
            .loadClass("com.google.re2j.Unicode")
            .getDeclaredMethod("simpleFold", int.class);
    next.setAccessible(true);
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      int folded = (int) next.invoke(null, c);
      if (folded != c) {
        assertThat(BlockIndex.anyCase(Character.toString(folded)))
            .as("%x and %x", c, folded)
            .isEqualTo(BlockIndex.anyCase(Character.toString(c)));
      }
    }
  }

  private static boolean holds(String condition, String... row) {
    return "hit".equals(Try.element(rule(condition), "D", row));
  }

  private static List<String> warnings(String condition) {
    return Try.warnings(rule(condition));
  }

  private static List<String> idle(String condition) {
    return Try.load(rule(condition)).idleRules().stream().map(Problem::toString).toList();
  }

  private static String rule(String condition) {
    String flow = condition.startsWith("{") ? condition : "{" + condition + "}";
    return """
        Dimensions:
          Res: {GroupBy: {Source: Resource}}
          D:
            Source: Resource
            Rules:
            - Type: Group
              Conditions: [%s]
              Name: hit
        """
        .formatted(flow);
  }
}
