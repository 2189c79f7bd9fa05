package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EntityTest {

  private static final String TEAMS =
      """
      Entities:
        team: {Key: User:Defined:Team}
        unit: {Key: Entity:team:business_unit}
      Dimensions:
        Team: {GroupBy: {Source: Tag:team}}
        Unit: {GroupBy: {Source: Entity:team:business_unit}}
        Head: {GroupBy: {Source: Entity:unit:head:name}}
        Owner:
          Sources: [Entity:resource:owner, Entity:account:owner]
          CoalesceSources: true
          Rules: [{Type: GroupBy}]
      """;

  /** Columns by source; entities by {@code kind/key/attribute}. */
  private static SourceRow row(Map<String, String> columns, Map<String, String> entities) {
    return new SourceRow() {
      @Override
      public @Nullable String value(String source) {
        return columns.get(source);
      }

      @Override
      public @Nullable String entityAttribute(String kind, String key, String attribute) {
        return entities.get(kind + "/" + key + "/" + attribute);
      }
    };
  }

  @Test
  void aKeyMayBeADimensionOrAnotherEntity() {
    SourceRow row =
        row(
            Map.of("Tag:team", "web"),
            Map.of("team/web/business_unit", "retail", "unit/retail/head:name", "Kim"));
    assertThat(Try.load(TEAMS).elements(row))
        .isEqualTo(Map.of("Team", "web", "Unit", "retail", "Head", "Kim"));
  }

  @Test
  void resourceAndAccountAreBuiltIn() {
    Definitions definitions = Try.load(TEAMS);
    Map<String, String> entities = Map.of("resource/r1/owner", "ann", "account/a1/owner", "bob");
    assertThat(definitions.element("Owner", row(Map.of("ResourceId", "r1"), entities)))
        .isEqualTo("ann");
    assertThat(definitions.element("Owner", row(Map.of("SubAccountId", "a1"), entities)))
        .isEqualTo("bob");
    assertThat(definitions.element("Owner", row(Map.of("ResourceId", "r2"), entities))).isNull();
  }

  @Test
  void tellsWhichEntitiesAreReadAndByWhatKey() {
    Definitions definitions = Try.load(TEAMS);
    assertThat(definitions.entityKinds()).containsExactly("account", "resource", "team", "unit");
    assertThat(definitions.entityKey("team")).isEqualTo("User:Defined:Team");
    assertThat(definitions.entityKey("account")).isEqualTo("SubAccountId");
    assertThat(definitions.entityAttributes("unit")).containsExactly("head:name");
    assertThat(definitions.entityAttributes("other")).isEmpty();
    assertThat(definitions.sources()).containsExactly("ResourceId", "SubAccountId", "Tag:team");
    assertThatThrownBy(() -> definitions.entityKey("other"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anAttributeMayBeGivenInTheRow() {
    assertThat(Try.element(TEAMS, "Unit", "Entity:team:business_unit", "given")).isEqualTo("given");
  }

  @Test
  void refusesUnknownKindsAndRekeyingOfBuiltInOnes() {
    assertThat(
            Try.problems(
                """
                Entities:
                  account: {Key: Tag:account}
                  a:b: {Key: Service}
                  keyless: {}
                Dimensions:
                  D: {GroupBy: {Source: Entity:nobody:name}}
                  E: {GroupBy: {Source: Entity:name}}
                """))
        .containsExactly(
            "test.yaml:2: entity kind 'account' is built in with Key SubAccountId,"
                + " declare a kind of another name",
            "test.yaml:3: entity kind 'a:b' is no name, use a name without colons",
            "test.yaml:4: entity kind 'keyless' has no Key,"
                + " name the source that tells which entity",
            "test.yaml:6: entity kind 'nobody' has no key,"
                + " declare it at the top: 'Entities: {nobody: {Key: <source>}}'",
            "test.yaml:7: unknown source 'Entity:name' in GroupBy, write Entity:<kind>:<attribute>");
    assertThat(Try.load("Entities: {account: {Key: Account}}\nDimensions: {}").dimensions())
        .isEmpty();
  }

  @Test
  void refusesCirclesThroughAKey() {
    assertThat(
            Try.problems(
                """
                Entities: {team: {Key: User:Defined:Team}}
                Dimensions: {Team: {GroupBy: {Source: Entity:team:name}}}
                """))
        .containsExactly(
            "test.yaml:2: references go in a circle: Team -> Entity:team:name -> Team,"
                + " let one of them read something else");
  }

  @Test
  void tellsWhichDimensionsFollowFromASource() {
    Definitions definitions = Try.load(TEAMS);
    assertThat(definitions.dimensionsReading("Tag:team"::equals))
        .containsExactly("Head", "Team", "Unit");
    assertThat(definitions.dimensionsReading("SubAccountId"::equals)).containsExactly("Owner");
    assertThat(definitions.dimensionsReading(source -> false)).isEmpty();
  }

  @Test
  void allocationsFollowFromWhatTheirUsageAndRulesRead() {
    Definitions definitions =
        Try.load(
            """
            Streams:
              tokens: {Meter: llm.tokens, Element: Tag:customer, Granularity: Daily}
            Dimensions:
              Customer: {Type: Allocation, AllocateByStreams: {Streams: [tokens]}}
              Segment: {GroupBy: {Source: User:Defined:Customer}}
              Team: {GroupBy: {Source: Tag:team}}
            """);
    assertThat(definitions.dimensionsReading("Tag:customer"::equals))
        .containsExactly("Customer", "Segment");
  }
}
