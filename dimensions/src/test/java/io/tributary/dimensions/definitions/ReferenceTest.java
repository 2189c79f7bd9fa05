package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Dimensions that read dimensions. */
class ReferenceTest {

  private static final String CHAIN =
      """
      Dimensions:
        Last:
          GroupBy: {Source: User:Defined:Middle, Format: 'last {0}'}
        Middle:
          Source: User:Defined:First
          Groups:
            middle: [Equals: first]
            nothing: [HasValue: false]
        First:
          Groups: {first: [{Equals: a, Source: Service}]}
      """;

  @Test
  void orderInTheFileDoesNotMatter() {
    assertThat(Try.element(CHAIN, "Last", "Service", "a")).isEqualTo("last middle");
    Definitions definitions = Try.load(CHAIN);
    assertThat(definitions.elements(Try.row(definitions, "Service", "a")))
        .isEqualTo(Map.of("First", "first", "Middle", "middle", "Last", "last middle"));
    assertThat(definitions.groupDimensions()).containsExactly("Last", "Middle", "First");
  }

  @Test
  void anUpstreamWithoutElementIsNull() {
    assertThat(Try.element(CHAIN, "Last", "Service", "b")).isEqualTo("last nothing");
  }

  @Test
  void aGivenElementReplacesEvaluation() {
    assertThat(Try.element(CHAIN, "Last", "First", "first")).isEqualTo("last middle");
    assertThat(Try.element(CHAIN, "Last", "Middle", "x")).isEqualTo("last x");
    assertThat(Try.element(CHAIN, "Last", "User:Defined:Middle", "x")).isEqualTo("last x");
    assertThat(Try.element(CHAIN, "Middle", "Middle", "x")).isEqualTo("x");
  }

  @Test
  void aBareIdThatIsAlsoAColumnStaysTheColumn() {
    String yaml =
        """
        Dimensions:
          Region: {GroupBy: {Source: Region, Format: 'in {0}'}}
          ServiceName: {GroupBy: {Source: ServiceName, Format: 'of {0}'}}
        """;
    assertThat(Try.element(yaml, "Region", "Region", "eu")).isEqualTo("in eu");
    assertThat(Try.element(yaml, "Region", "Region", "eu", "User:Defined:Region", "x"))
        .isEqualTo("x");
    assertThat(Try.element(yaml, "ServiceName", "ServiceName", "s")).isEqualTo("of s");
  }

  @Test
  void aSharedUpstreamIsEvaluatedOncePerLine() {
    Definitions definitions =
        Try.load(
            """
            Dimensions:
              Up: {GroupBy: {Source: Tag:x}}
              A: {GroupBy: {Source: User:Defined:Up}}
              B: {GroupBy: {Sources: [User:Defined:Up, User:Defined:A]}}
            """);
    int[] asked = {0};
    SourceRow row =
        new SourceRow() {
          @Override
          public @Nullable String value(String source) {
            if (source.equals("Tag:x")) {
              asked[0]++;
              return "v";
            }
            return null;
          }

          @Override
          public @Nullable String entityAttribute(String kind, String key, String attribute) {
            return null;
          }
        };
    assertThat(definitions.elements(row)).containsEntry("A", "v").containsEntry("B", "v v");
    assertThat(asked[0]).isEqualTo(1);
  }

  @Test
  void aChainLongerThanTheCallStackIsDeepIsEvaluated() throws InterruptedException {
    StringBuilder yaml = new StringBuilder("Dimensions:\n");
    int length = 20_000;
    for (int i = 0; i < length; i++) {
      String source = i + 1 < length ? "User:Defined:d" + (i + 1) : "Service";
      yaml.append("  d").append(i).append(": {GroupBy: {Source: ").append(source).append("}}\n");
    }
    String[] element = new String[1];
    Thread small =
        new Thread(
            null,
            () -> element[0] = Try.element(yaml.toString(), "d0", "Service", "deep"),
            "small-stack",
            512 << 10);
    small.start();
    small.join();
    assertThat(element[0]).isEqualTo("deep");
  }

  @Test
  void anUndefinedReferenceIsNullWithAWarning() {
    String yaml =
        """
        Dimensions:
          Team: {GroupBy: {Source: Tag:team}}
          D:
            Source: User:Defined:Taem
            Groups: {none: [HasValue: false]}
        """;
    assertThat(Try.element(yaml, "D", "Tag:team", "web")).isEqualTo("none");
    assertThat(Try.warnings(yaml))
        .containsExactly(
            "test.yaml:4: no dimension 'Taem' is defined here, so it has no value,"
                + " did you mean User:Defined:Team?");
  }

  @Test
  void anUnknownDimensionCannotBeAsked() {
    Definitions definitions = Try.load(CHAIN);
    assertThatThrownBy(() -> definitions.element("Nope", Try.row(definitions)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no dimension 'Nope'");
  }

  @Test
  void circlesAreSpelledOut() {
    assertThat(
            Try.problems(
                """
                Dimensions:
                  A: {GroupBy: {Source: User:Defined:B}}
                  B:
                    Groups:
                      x:
                      - Not:
                        - Equals: y
                          Source: User:Defined:C
                  C: {Rules: [{Type: Metadata, Source: User:Defined:A, Values: [v]}]}
                """))
        .containsExactly(
            "test.yaml:2: references go in a circle: A -> B -> C -> A,"
                + " let one of them read something else");
    assertThat(Try.problems("Dimensions: {A: {GroupBy: {Source: User:Defined:A}}}"))
        .singleElement()
        .asString()
        .contains("A -> A");
  }

  @Test
  void childAndDisabledDimensionsMakeNoCircle() {
    Definitions definitions =
        Try.load(
            """
            Dimensions:
              A: {GroupBy: {Source: User:Defined:B}, Child: User:Defined:A}
              B: {GroupBy: {Source: Service}, Child: User:Defined:A}
              C: {GroupBy: {Source: User:Defined:C}, Disable: true}
            """);
    assertThat(definitions.groupDimensions()).containsExactly("A", "B");
  }

  @Test
  void hiddenDimensionsAreEvaluatedAndDisabledOnesAreNot() {
    Definitions definitions =
        Try.load(
            """
            Dimensions:
              Shown: {Name: Seen by all, GroupBy: {Source: User:Defined:Hidden}, Child: Region}
              Hidden: {GroupBy: {Source: Service}, Hide: true}
              Off: {GroupBy: {Source: Tag:unread}, Disable: true}
            """);
    assertThat(definitions.elements(Try.row(definitions, "Service", "s")))
        .isEqualTo(Map.of("Shown", "s", "Hidden", "s"));
    assertThat(definitions.dimensions())
        .containsExactly(
            new Dimension("Shown", "Seen by all", Dimension.Kind.GROUPING, false, "RegionId"),
            new Dimension("Hidden", "Hidden", Dimension.Kind.GROUPING, true, null));
    assertThat(definitions.sources()).containsExactly("Service");
    assertThatThrownBy(() -> definitions.element("Off", Try.row(definitions)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDisabledDimensionCannotBeASource() {
    assertThat(
            Try.problems(
                """
                Dimensions:
                  Off: {GroupBy: {Source: Service}, Disable: true}
                  D: {GroupBy: {Source: User:Defined:Off}}
                """))
        .containsExactly(
            "test.yaml:3: dimension 'Off' is disabled and cannot be a source,"
                + " enable it, or Hide it instead");
  }

  @Test
  void anOverrideIsReadInPlaceOfWhatItReplaces() {
    String yaml =
        """
        Dimensions:
          D: {GroupBy: {Source: CZ:Defined:Category}}
          Mine: {GroupBy: {Source: Service}, Override: CZ:Defined:Category}
        """;
    assertThat(Try.element(yaml, "D", "Service", "s", "CZ:Defined:Category", "theirs"))
        .isEqualTo("s");
    assertThat(Try.load(yaml).sources()).containsExactly("Service");
  }

  @Test
  void anOverrideThatReadsWhatItReplacesIsACircle() {
    assertThat(
            Try.problems(
                """
                Dimensions:
                  Mine: {GroupBy: {Source: CZ:Defined:Category}, Override: CZ:Defined:Category}
                """))
        .singleElement()
        .asString()
        .contains("Mine -> CZ:Defined:Category -> Mine");
  }

  @Test
  void sourcesAreCanonicalAndIncludeWhatAllocationsRead() {
    Definitions definitions =
        Try.load(
            """
            Dimensions:
              D: {GroupBy: {Sources: [Account, SubAccountId, Tag:x, K8s:Label:a:b, CZ:Defined:C]}}
              A:
                Type: Allocation
                Retain: [Region]
                AllocateByRules:
                  AllocationMethod: Even
                  SpendToAllocate: {Conditions: [{Equals: a, Source: Resource}]}
                  AcrossElements: {GroupBy: {Source: Tag:y}}
            """);
    assertThat(definitions.sources())
        .containsExactly(
            "CZ:Defined:C",
            "K8s:Label:a:b",
            "RegionId",
            "ResourceId",
            "SubAccountId",
            "Tag:x",
            "Tag:y");
  }
}
