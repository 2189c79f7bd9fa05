package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.dimensions.definitions.Explanation.Decision;
import io.tributary.dimensions.definitions.Explanation.EntityUse;
import io.tributary.dimensions.definitions.Explanation.Excerpt;
import io.tributary.dimensions.definitions.Explanation.Finding;
import io.tributary.dimensions.definitions.Explanation.Hit;
import io.tributary.dimensions.definitions.Explanation.Seen;
import io.tributary.dimensions.definitions.Explanation.Tested;
import io.tributary.dimensions.definitions.Explanation.TriedRule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExplanationTest {

  private static final String ENVIRONMENT =
      """
      Dimensions:
        Environment:
          Source: Tag:env
          Transforms: [{Type: Lower}]
          DefaultValue: unknown
          Rules:
          - Type: Group
            Name: production
            Conditions:
            - {BeginsWith: [prod, live]}
            - {Source: Account, Equals: ['2', '1']}
          - Type: Group
            Name: sandbox
            Conditions:
            - And:
              - {HasValue: true}
              - Not: [{Source: Region, BeginsWith: eu-}]
          - {Type: GroupBy, Source: Tag:env, Format: 'other {0}'}
      """;

  private static Finding explain(String yaml, String dimension, String... row) {
    Definitions definitions = Try.load(yaml);
    return definitions.explain(dimension, Try.row(definitions, row)).own();
  }

  private static TriedRule matched(Finding finding) {
    assertThat(finding.decision()).isEqualTo(Decision.RULE);
    return Try.present(finding.matched());
  }

  @SafeVarargs
  private static <T> Excerpt<T> all(T... items) {
    return new Excerpt<>(List.of(items), 0);
  }

  private static Tested leaf(String operator, Excerpt<String> operands, boolean holds, Seen seen) {
    return new Tested(operator, operands, holds, all(seen), all());
  }

  @Test
  void tellsWhichRuleMatchedAndWhatItSaw() {
    Finding finding = explain(ENVIRONMENT, "Environment", "Tag:env", "LIVE-2");
    assertThat(finding.element()).isEqualTo("production");
    assertThat(finding.earlier()).isEqualTo(all());
    assertThat(matched(finding))
        .isEqualTo(
            new TriedRule(
                1,
                "Group",
                "production",
                new Position(7, 7),
                all(),
                null,
                null,
                new Tested(
                    "Or",
                    all(),
                    true,
                    all(),
                    all(
                        leaf(
                            "BeginsWith",
                            all("prod", "live"),
                            true,
                            new Seen("Tag:env", "LIVE-2", "live-2"))))));
  }

  @Test
  void tellsTheConditionThatDecidedAgainstAnEarlierRule() {
    Finding finding = explain(ENVIRONMENT, "Environment", "Tag:env", "Dev", "Region", "eu-west-1");
    assertThat(matched(finding))
        .returns(3, TriedRule::number)
        .returns("other {0}", TriedRule::format)
        .returns(all(new Seen("Tag:env", "Dev", "Dev")), TriedRule::values)
        .returns(null, TriedRule::condition);
    List<TriedRule> earlier = finding.earlier().shown();
    assertThat(earlier).extracting(TriedRule::number).containsExactly(1, 2);
    assertThat(earlier.get(0).condition())
        .isEqualTo(new Tested("Or", all(), false, all(), new Excerpt<>(List.of(), 2)));
    assertThat(earlier.get(1).condition())
        .isEqualTo(
            new Tested(
                "Not",
                all(),
                false,
                all(),
                all(
                    leaf(
                        "BeginsWith",
                        all("eu-"),
                        true,
                        new Seen("RegionId", "eu-west-1", "eu-west-1")))));
  }

  @Test
  void theConditionsThatWereNotLookedAtAreLeftOut() {
    Tested condition =
        Try.present(
            matched(explain(ENVIRONMENT, "Environment", "Tag:env", "Dev", "Region", "us-1"))
                .condition());
    assertThat(condition)
        .isEqualTo(
            new Tested(
                "And",
                all(),
                true,
                all(),
                all(
                    leaf("HasValue", all("true"), true, new Seen("Tag:env", "Dev", "dev")),
                    new Tested(
                        "Not",
                        all(),
                        true,
                        all(),
                        all(
                            leaf(
                                "BeginsWith",
                                all("eu-"),
                                false,
                                new Seen("RegionId", "us-1", "us-1")))))));
  }

  @Test
  void tellsThatTheDefaultAppliesOrThatNothingDoes() {
    Finding finding = explain(ENVIRONMENT, "Environment");
    assertThat(finding)
        .returns("unknown", Finding::element)
        .returns(Decision.DEFAULT, Finding::decision)
        .returns(null, Finding::matched);
    assertThat(finding.earlier().shown().get(2))
        .returns(all(new Seen("Tag:env", null, null)), TriedRule::values)
        .returns(null, TriedRule::condition);
    assertThat(explain(Try.dimension("GroupBy: {Source: Tag:x}"), "D").decision())
        .isEqualTo(Decision.NO_RULE);
  }

  @Test
  void tellsThatTheLineItselfGaveTheElement() {
    assertThat(explain(ENVIRONMENT, "Environment", "User:Defined:Environment", "given"))
        .isEqualTo(new Finding("Environment", "given", Decision.GIVEN, null, all(), List.of()));
    String allocation =
        Try.dimension(
            """
            Type: Allocation
            AllocateByStreams: {Streams: [s]}
            """);
    assertThat(explain(allocation, "D").decision()).isEqualTo(Decision.ALLOCATION);
    assertThat(explain(allocation, "D", "D", "a").decision()).isEqualTo(Decision.GIVEN);
  }

  @Test
  void aCoalescingRuleStopsAtTheFirstValue() {
    String yaml =
        Try.dimension(
            """
            GroupBy:
              Sources: [Tag:a, Tag:b, Tag:c]
              CoalesceSources: true
              Transforms: [{Type: Upper}]
            """);
    assertThat(matched(explain(yaml, "D", "Tag:b", "x", "Tag:c", "y")).values())
        .isEqualTo(all(new Seen("Tag:a", null, null), new Seen("Tag:b", "x", "X")));
  }

  @Test
  void tellsWhichTermOfAMetadataRuleHitWhat() {
    String yaml =
        Try.dimension(
            """
            Rules:
            - Type: Metadata
              Sources: [Tag:app, ResourceName]
              Values: [checkout, {Search: [finder, lookup-service]}]
              Conditions: [{Source: Account, Equals: '1'}]
            """);
    TriedRule rule =
        matched(explain(yaml, "D", "ResourceName", "eu Lookup_Service 07", "Account", "1"));
    assertThat(rule)
        .returns("Metadata", TriedRule::type)
        .returns(new Hit("ResourceName", "eu-lookup-service-07", "lookup-service"), TriedRule::hit)
        .returns(
            all(
                new Seen("Tag:app", null, null),
                new Seen("ResourceName", "eu Lookup_Service 07", "eu-lookup-service-07")),
            TriedRule::values);
    assertThat(Try.present(rule.condition()).holds()).isTrue();
    assertThat(explain(yaml, "D", "Tag:app", "other").earlier().shown().get(0).condition())
        .isEqualTo(leaf("Equals", all("1"), false, new Seen("SubAccountId", null, null)));
  }

  @Test
  void everyOperatorIsNamedWithItsOperands() {
    assertThat(operator("{Source: Tag:x, Contains: [b, a]}")).isEqualTo("Contains [b, a]");
    assertThat(operator("{Source: Tag:x, EndsWith: a}")).isEqualTo("EndsWith [a]");
    assertThat(operator("{Source: Tag:x, Equals: [b, a]}")).isEqualTo("Equals [a, b]");
    assertThat(operator("{Source: Tag:x, Matches: '.*a'}")).isEqualTo("Matches [.*a]");
    assertThat(operator("{Source: Tag:x, Before: b}")).isEqualTo("Before [b]");
    assertThat(operator("{Source: Tag:x, BeforeOrEquals: b}")).isEqualTo("BeforeOrEquals [b]");
    assertThat(operator("{Source: Tag:x, After: ' '}")).isEqualTo("After [ ]");
    assertThat(operator("{Source: Tag:x, AfterOrEquals: ' '}")).isEqualTo("AfterOrEquals [ ]");
    assertThat(operator("{Source: Tag:y, HasValue: false}")).isEqualTo("HasValue [false]");
    assertThat(operator("{ForDateRange: {From: '2026', Until: '2027'}}"))
        .isEqualTo("ForDateRange [2026, 2027]");
  }

  private static String operator(String condition) {
    String yaml = "Groups: {hit: [" + condition + "]}\n";
    TriedRule rule =
        matched(explain(Try.dimension(yaml), "D", "Tag:x", "a", "UsageDay", "2026-01-05"));
    Tested tested = Try.present(rule.condition());
    assertThat(tested.holds()).isTrue();
    assertThat(tested.seen().shown()).hasSize(1);
    return tested.operator() + " " + tested.operands().shown();
  }

  @Test
  void upstreamDimensionsComeFirstAndOnce() {
    String yaml =
        """
        Dimensions:
          Last: {GroupBy: {Sources: [User:Defined:Left, User:Defined:Right]}}
          Left: {GroupBy: {Source: User:Defined:First}}
          Right: {GroupBy: {Source: CZ:Defined:Mine}}
          First: {GroupBy: {Source: Tag:x}, Override: CZ:Defined:Mine}
          Unread: {GroupBy: {Source: User:Defined:First}}
        """;
    Definitions definitions = Try.load(yaml);
    Explanation explanation = definitions.explain("Last", Try.row(definitions, "Tag:x", "v"));
    assertThat(explanation.element()).isEqualTo("v v");
    assertThat(explanation.findings())
        .extracting(Finding::dimension)
        .containsExactly("First", "Left", "Right", "Last");
  }

  @Test
  void anUpstreamDimensionThatWasNotLookedAtIsLeftOut() {
    String yaml =
        """
        Dimensions:
          Team:
            GroupBy: {Sources: [Tag:team, User:Defined:Guess], CoalesceSources: true}
          Guess: {GroupBy: {Source: Account}}
        """;
    Definitions definitions = Try.load(yaml);
    assertThat(definitions.explain("Team", Try.row(definitions, "Tag:team", "a")).findings())
        .extracting(Finding::dimension)
        .containsExactly("Team");
    assertThat(definitions.explain("Team", Try.row(definitions, "Account", "1")).findings())
        .extracting(Finding::dimension)
        .containsExactly("Guess", "Team");
  }

  @Test
  void tellsTheVersionsOfTheEntitiesUsed() {
    EntityVersion ofResource = new EntityVersion(Instant.EPOCH, null, 1);
    EntityVersion ofTeam =
        new EntityVersion(Instant.EPOCH, Instant.parse("2026-02-01T00:00:00Z"), 7);
    SourceRow row =
        row(
            Map.of("ResourceId", "i-1"),
            Map.of("resource/i-1/team", "web", "team/web/unit", "retail"),
            Map.of("resource/i-1", ofResource, "team/web", ofTeam));
    Definitions definitions =
        Try.load(
            """
            Entities: {team: {Key: Entity:resource:team}}
            Dimensions: {Unit: {GroupBy: {Source: Entity:team:unit}}}
            """);
    assertThat(definitions.explain("Unit", row).own().entities())
        .containsExactly(
            new EntityUse(
                "Entity:team:unit",
                "team",
                "Entity:resource:team",
                "web",
                "unit",
                "retail",
                ofTeam),
            new EntityUse(
                "Entity:resource:team",
                "resource",
                "ResourceId",
                "i-1",
                "team",
                "web",
                ofResource));
  }

  @Test
  void anAttributeThatTheLineGaveHasNoVersion() {
    String yaml = "Dimensions: {Unit: {GroupBy: {Source: Entity:account:unit}}}";
    assertThat(explain(yaml, "Unit", "Entity:account:unit", "x", "Account", "1").entities())
        .containsExactly(
            new EntityUse(
                "Entity:account:unit", "account", "SubAccountId", "1", "unit", "x", null));
  }

  private static SourceRow row(
      Map<String, String> columns,
      Map<String, String> attributes,
      Map<String, EntityVersion> versions) {
    return new SourceRow() {
      @Override
      public @Nullable String value(String source) {
        return columns.get(source);
      }

      @Override
      public @Nullable String entityAttribute(String kind, String key, String attribute) {
        return attributes.get(kind + "/" + key + "/" + attribute);
      }

      @Override
      public @Nullable EntityVersion entityVersion(String kind, String key) {
        return versions.get(kind + "/" + key);
      }
    };
  }

  @Test
  void whatAFileMakesLongIsCutAndCounted() {
    StringBuilder rules = new StringBuilder("Rules:\n");
    for (int i = 0; i < 1000; i++) {
      rules.append("- {Type: Group, Name: g, Conditions: [{Source: Tag:x, Equals: z}]}\n");
    }
    rules.append("- Type: Group\n  Name: hit\n  Conditions:\n");
    for (int i = 0; i < 500; i++) {
      rules
          .append("  - {Source: Tag:x, Equals: [")
          .append("q, ".repeat(i % 40))
          .append("a")
          .append(i);
      rules.append("]}\n");
    }
    Finding finding = explain(Try.dimension(rules.toString()), "D", "Tag:x", "a333");
    assertThat(finding.earlier().shown()).hasSize(20);
    assertThat(finding.earlier().omitted()).isEqualTo(980);
    TriedRule rule = matched(finding);
    assertThat(rule.number()).isEqualTo(1001);
    Excerpt<Tested> conditions = Try.present(rule.condition()).conditions();
    assertThat(conditions.shown()).hasSize(20);
    assertThat(conditions.omitted()).isEqualTo(334 - 20);
    assertThat(conditions.shown()).extracting(Tested::holds).containsOnlyOnce(true);
    assertThat(conditions.shown().get(19).holds()).isTrue();
  }

  @Test
  void deeplyNestedConditionsAreCut() {
    int depth = 400;
    String condition = "{Not: [".repeat(depth) + "{Source: Tag:x, Equals: a}" + "]}".repeat(depth);
    Tested tested =
        Try.present(
            matched(explain(Try.dimension("Groups: {hit: [" + condition + "]}"), "D", "Tag:x", "a"))
                .condition());
    int levels = 0;
    while (!tested.conditions().shown().isEmpty()) {
      tested = tested.conditions().shown().get(0);
      levels++;
    }
    assertThat(levels).isEqualTo(100);
    assertThat(tested.conditions().omitted()).isEqualTo(1);
  }

  @Test
  void aChainLongerThanTheCallStackIsDeepIsExplained() throws InterruptedException {
    StringBuilder yaml = new StringBuilder("Dimensions:\n");
    int length = 10_000;
    for (int i = 0; i < length; i++) {
      String source = i + 1 < length ? "User:Defined:d" + (i + 1) : "Service";
      yaml.append("  d").append(i).append(": {GroupBy: {Source: ").append(source).append("}}\n");
    }
    Explanation[] explanation = new Explanation[1];
    Definitions definitions = Try.load(yaml.toString());
    Thread small =
        new Thread(
            null,
            () -> explanation[0] = definitions.explain("d0", Try.row(definitions, "Service", "x")),
            "small-stack",
            512 << 10);
    small.start();
    small.join();
    assertThat(explanation[0].element()).isEqualTo("x");
    assertThat(explanation[0].findings()).hasSize(length);
  }

  @Test
  void anUnknownDimensionCannotBeExplained() {
    assertThatThrownBy(() -> explain(ENVIRONMENT, "Nope"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no dimension 'Nope'");
  }
}
