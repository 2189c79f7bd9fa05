package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text written to harm who reads it. */
class HostileInputTest {

  @BeforeAll
  static void warmUp() {
    Try.load("Dimensions: {}");
  }

  /** It takes well below a second; the limit leaves room for a busy machine. */
  private static List<String> refusedFast(String yaml) {
    return assertTimeoutPreemptively(Duration.ofSeconds(4), () -> Try.problems(yaml));
  }

  @Test
  void aliasesOfAliasesAreCountedNotExpanded() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      yaml.append("a%d: &a%d [".formatted(i, i)).append("*a%d, ".formatted(i - 1).repeat(9));
      yaml.append("*a%d]\n".formatted(i - 1));
    }
    assertThat(refusedFast(yaml + "Dimensions: {}"))
        .containsExactly(
            "test.yaml:6: more than 200000 values once aliases are written out,"
                + " use fewer aliases or split the file");
  }

  @Test
  void mergedMappingsAreCountedToo() {
    StringBuilder yaml = new StringBuilder("a0: &a0 {k: v}\n");
    for (int i = 1; i < 40; i++) {
      yaml.append(
          "a%d: &a%d {k%d: *a%d, <<: [*a%d, *a%d]}\n".formatted(i, i, i, i - 1, i - 1, i - 1));
    }
    assertThat(refusedFast(yaml + "Dimensions: {}")).singleElement().asString().contains("200000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? ", "[{a: "})
  void endlessNestingIsRefused(String opening) {
    assertThat(refusedFast("Dimensions: " + opening.repeat(200_000))).isNotEmpty();
    assertThat(refusedFast(opening.repeat(200_000))).isNotEmpty();
  }

  @Test
  void nestingByIndentationIsRefused() {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < 1_500; i++) {
      yaml.append(" ".repeat(i)).append("k:\n");
    }
    assertThat(refusedFast(yaml.toString()))
        .singleElement()
        .asString()
        .contains("nested more than 1000 levels deep");
  }

  @Test
  void conditionsMayNestDeeplyOnASmallStack() throws InterruptedException {
    int depth = 480;
    String condition =
        "{Not: [".repeat(depth) + "{Equals: a, Source: Service}" + "]}".repeat(depth);
    Boolean[] holds = new Boolean[1];
    Thread small =
        new Thread(
            null, () -> holds[0] = Try.holds(condition, "Service", "a"), "small-stack", 512 << 10);
    small.start();
    small.join();
    assertThat(holds[0]).isTrue();
  }

  @Test
  void hugeTextIsRefusedUnread() {
    assertThat(refusedFast("Dimensions:\n" + "  # filler\n".repeat(500_000)))
        .containsExactly(
            "test.yaml:1: the file has 5500012 characters,"
                + " keep definitions below 2097152 characters");
  }

  @Test
  void moreValuesThanAllowedAreRefused() {
    assertThat(refusedFast("Dimensions: [" + "a,".repeat(600_000) + "]"))
        .singleElement()
        .asString()
        .contains("200000");
  }

  @Test
  void longValuesAreCountedAsOftenAsTheyAreUsed() {
    String list = "Dimensions: {D: {GroupBy: [&l [&v %s, *v], %s]}}";
    assertThat(refusedFast(list.formatted("x".repeat(9_000), "*l, ".repeat(120))))
        .containsExactly(
            "test.yaml:1: more than 2097152 characters once aliases are written out,"
                + " use fewer aliases of long values");
    assertThat(refusedFast(list.formatted("x".repeat(9_000), "*l, ".repeat(100))))
        .noneMatch(problem -> problem.contains("characters"));
  }

  @Test
  void patternsAreBoundedTogether() {
    StringBuilder patterns = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      patterns.append("'").append(i).append("(a{90}b){90}', ");
    }
    String yaml = "Dimensions: {D: {Source: Tag:x, Groups: {g: [Matches: [%s]]}}}";
    assertThat(refusedFast(yaml.formatted(patterns)))
        .first()
        .asString()
        .endsWith(
            "are too large together,"
                + " use smaller repetition counts, or Equals, BeginsWith, EndsWith and Contains");
    Try.load(yaml.formatted("&p '(a{90}b){90}', " + "*p, ".repeat(5_000)));
  }

  @Test
  void aLongTextIsNoPattern() {
    String yaml = "Dimensions: {D: {Source: Tag:x, Groups: {g: [Matches: %s]}}}";
    assertThat(refusedFast(yaml.formatted("x".repeat(9_000))))
        .singleElement()
        .asString()
        .contains("has more than 1000 characters in a row");
    Try.load(yaml.formatted("x".repeat(1_000)));
  }

  @Test
  void anAliasCannotContainItself() {
    assertThat(refusedFast("Dimensions: &d {D: *d}"))
        .containsExactly(
            "test.yaml:1: alias *d stands inside what it names, define it before its use with &d");
    assertThat(refusedFast("Dimensions: *d"))
        .containsExactly("test.yaml:1: unknown alias *d, define it before its use with &d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   \n",
        "# only a comment",
        "---\n...\n",
        "text",
        "[a]",
        "~",
        "Dimensions",
        "a: b: c",
        "\tDimensions: {}",
        "Dimensions: {",
        "'",
        "Dimensions: {}\n---\nDimensions: {}",
        "Dimensions: !!java.lang.String {}",
        "Dimensions: !evil x",
        "%YAML 9.9\n---\nDimensions: {}",
        "Dimensions: {}\u0000",
        "? [a]\n: b\nDimensions: {}",
        "Dimensions: \uD800"
      })
  void whatIsNoDefinitionsFileIsRefused(String text) {
    assertThat(refusedFast(text))
        .isNotEmpty()
        .allMatch(problem -> problem.matches("test\\.yaml:[0-9]+: .+, .+"))
        .noneMatch(problem -> problem.contains("\n"));
  }

  @Test
  void aByteOrderMarkAndWindowsLineEndsAreFine() {
    assertThat(Try.load("\uFEFFDimensions:\r\n  D:\r\n    GroupBy:\r\n      Source: Service\r\n"))
        .extracting(Definitions::groupDimensions)
        .isEqualTo(List.of("D"));
  }

  /**
   * The text is read through windows of 1,024 characters, which a pair must be able to straddle.
   */
  @Test
  void charactersBeyondTheBasicPlaneMayStandAnywhere() {
    for (int filler = 1_000; filler < 1_050; filler++) {
      String yaml = "# " + "x".repeat(filler) + "\nDimensions: {D: {GroupBy: {Source: 'Tag:😀'}}}";
      assertThat(Try.element(yaml, "D", "Tag:😀", "v")).isEqualTo("v");
    }
  }

  @Test
  void anchorsAndMergeKeysWorkAsInExistingFiles() {
    String yaml =
        """
        Dimensions:
          A: &base
            Source: &team Tag:team
            Groups: {web: &web [Equals: www]}
            DefaultValue: none
          B:
            <<: *base
            DefaultValue: other
          C: {Source: *team, Groups: {c: *web}}
        """;
    assertThat(Try.element(yaml, "B", "Tag:team", "www")).isEqualTo("web");
    assertThat(Try.element(yaml, "B")).isEqualTo("other");
    assertThat(Try.element(yaml, "C", "Tag:team", "www")).isEqualTo("c");
  }

  /** {@code line} for 0, 1, 2... */
  private static String lines(int count, IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n"));
  }

  private static Map<String, String> elementsFast(String yaml, SourceRow row) {
    return assertTimeoutPreemptively(Duration.ofSeconds(4), () -> Try.load(yaml).elements(row));
  }

  /** A line whose sources all have the value {@code text}, and so have its entities' attributes. */
  private record Everywhere(String text) implements SourceRow {
    @Override
    public @Nullable String value(String source) {
      return source.startsWith("Tag:") ? text : null;
    }

    @Override
    public String entityAttribute(String kind, String key, String attribute) {
      return key;
    }
  }

  @Test
  void aTextWithoutEndIsRefused() {
    assertThat(refusedFast("Dimensions: {D: {GroupBy: {Source: Tag:" + "a".repeat(10_000) + "}}}"))
        .containsExactly(
            "test.yaml:1: a text of 10004 characters, keep each below 10000 characters");
  }

  @Test
  void aliasesOfLongTextsAreCountedByTheirLength() {
    String yaml =
        "x: &n "
            + "A".repeat(9_999)
            + "\nDimensions: {D: {Rules: [{Type: Metadata, Source: Tag:a,"
            + " Values: ["
            + "*n ,".repeat(100_000)
            + "]}]}}";
    assertThat(refusedFast(yaml))
        .singleElement()
        .asString()
        .contains("characters once aliases are written out");
  }

  @Test
  void equalPatternsCostOnce() {
    String yaml = "Dimensions: {D: {Source: Tag:a, Groups: {x: [Matches: [%s]]}}}";
    assertThat(elementsFast(yaml.formatted("'(a{1000}){15}', ".repeat(1_000)), new Everywhere("b")))
        .isEmpty();
  }

  @Test
  void elementsThatRepeatEachOtherStopGrowing() {
    String yaml =
        "Dimensions:\n  D0: {GroupBy: {Source: Tag:a}}\n"
            + lines(
                40,
                i ->
                    "  D%d: {GroupBy: {Source: User:Defined:D%d, Format: '{0}{0}'}}"
                        .formatted(i + 1, i));
    Map<String, String> elements = elementsFast(yaml, new Everywhere("a"));
    assertThat(elements).hasSize(17);
    assertThat(elements.get("D16")).hasSize(65_536);
  }

  @Test
  void aRuleMayReadMoreSourcesThanAnyoneWrites() {
    String sources = lines(12_000, i -> "Tag:" + i + ",");
    String yaml = "Dimensions: {D: {GroupBy: {Sources: [" + sources + "]}}}";
    assertThat(elementsFast(yaml, new Everywhere("a")).get("D"))
        .isEqualTo("a" + " a".repeat(11_999));
  }

  @Test
  void aTangleOfReferencesIsToldInPart() {
    int count = 8_000;
    String yaml =
        "Dimensions:\n"
            + lines(
                count,
                i ->
                    "  D%d: {GroupBy: {Sources: [User:Defined:D%d, User:Defined:D0]}}"
                        .formatted(i, (i + 1) % count));
    assertThat(refusedFast(yaml)).hasSize(20).allMatch(problem -> problem.contains("D0 -> D1"));
  }

  @Test
  void namesLikeThoseOfUnknownReferencesAreSoughtAFewTimes() {
    String yaml =
        "Dimensions:\n"
            + lines(
                8_000,
                i ->
                    "  Dimension%d: {GroupBy: {Source: User:Defined:Dimensoin%d}}".formatted(i, i));
    assertThat(assertTimeoutPreemptively(Duration.ofSeconds(4), () -> Try.warnings(yaml)))
        .filteredOn(warning -> warning.contains("did you mean"))
        .hasSize(10);
  }

  @Test
  void entitiesOfEntitiesMayGoOnForLong() {
    int count = 10_000;
    String yaml =
        "Entities:\n"
            + lines(count, i -> "  e%d: {Key: Entity:e%d:n}".formatted(i, i + 1))
            + "\n  e%d: {Key: Tag:a}\nDimensions: {D: {GroupBy: {Source: Entity:e0:n}}}"
                .formatted(count);
    assertThat(elementsFast(yaml, new Everywhere("x"))).containsEntry("D", "x");
    assertThat(refusedFast(yaml.replace("Tag:a", "Entity:e0:n")))
        .singleElement()
        .asString()
        .contains("Entity:e0:n -> Entity:e1:n -> ")
        .endsWith(" -> Entity:e0:n, let one of them read something else");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{Matches: '(a?){1000}(a*)*b'}",
        "{Matches: '(a|aa)*[^a]'}",
        "{Contains: NEEDLE}",
        "{Source: Tag:a, EndsWith: NEEDLE, Transforms: [{Type: Normalize}, {Type: Title}]}",
        "{Source: Tag:a, Equals: b, Transforms: [{Type: Split, Delimiter: a, Index: -1}]}",
        "{Source: Tag:a, Equals: b, Transforms: [{Type: Lookup, Key: a}]}",
      })
  void aHugeValueCostsItsLength(String condition) {
    String yaml =
        "Dimensions: {D: {Source: Tag:a, Groups: {x: ["
            + condition.replace("NEEDLE", "a".repeat(9_000) + "b")
            + "]}}}";
    assertThat(elementsFast(yaml, new Everywhere("a".repeat(1 << 18)))).isEmpty();
  }
}
