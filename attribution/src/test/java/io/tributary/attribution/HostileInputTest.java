package io.tributary.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
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
    assertThat(refusedFast(list.formatted("x".repeat(300_000), "*l, ".repeat(3))))
        .containsExactly(
            "test.yaml:1: more than 2097152 characters once aliases are written out,"
                + " use fewer aliases of long values");
    assertThat(refusedFast(list.formatted("x".repeat(300_000), "*l, ".repeat(2))))
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
    assertThat(refusedFast(yaml.formatted("x".repeat(1_000_000))))
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
}
