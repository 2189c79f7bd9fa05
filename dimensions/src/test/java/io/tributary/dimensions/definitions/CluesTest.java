package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CluesTest {

  /** The clues of the first rule, those of rules beside it taken into account. */
  private static @Nullable String clues(String... conditions) {
    StringBuilder rules = new StringBuilder("Source: Tag:x\nRules:\n");
    for (String condition : conditions) {
      rules.append("- {Type: Group, Name: n, Conditions: [").append(condition).append("]}\n");
    }
    List<Rule> rulesRead = Try.load(Try.dimension(rules.toString())).grouping("D").rules();
    List<Clue> clues = new Clues(rulesRead).of(rulesRead.get(0));
    return clues == null ? null : clues.stream().map(CluesTest::shown).collect(joined());
  }

  private static Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(" ");
  }

  private static String shown(Clue clue) {
    return clue.block().sources().get(0).id() + "/" + shown(clue.fragment());
  }

  private static String shown(Fragment fragment) {
    return switch (fragment.place()) {
      case WHOLE -> fragment.text();
      case START -> fragment.text() + "*";
      case END -> "*" + fragment.text();
      case ANYWHERE -> "*" + fragment.text() + "*";
    };
  }

  @Test
  void comparisonsNeedTheirOperands() {
    assertThat(clues("{Equals: [b, a]}")).isEqualTo("Tag:x/a Tag:x/b");
    assertThat(clues("{BeginsWith: [b, a]}")).isEqualTo("Tag:x/b* Tag:x/a*");
    assertThat(clues("{EndsWith: a}")).isEqualTo("Tag:x/*a");
    assertThat(clues("{Contains: a}")).isEqualTo("Tag:x/*a*");
    assertThat(clues("{Before: a}")).isEqualTo("Tag:x/*");
    assertThat(clues("{HasValue: true}")).isEqualTo("Tag:x/*");
  }

  @Test
  void whatMissingValuesSatisfyHasNoClue() {
    assertThat(clues("{HasValue: false}")).isNull();
    assertThat(clues("{Not: [{Equals: a}]}")).isNull();
    assertThat(clues("{Or: [{Equals: a}, {Not: [{Equals: b}]}]}")).isNull();
    assertThat(clues("{ForDateRange: {From: a, Until: b}}")).isNull();
  }

  @Test
  void ofWhatMustAllHoldTheRarestIsTaken() {
    String both = "{And: [{Equals: prod, Source: Tag:env}, {Equals: web}, {Not: [{Equals: x}]}]}";
    assertThat(clues(both)).isEqualTo("Tag:env/prod");
    assertThat(clues(both, "{Equals: prod, Source: Tag:env}")).isEqualTo("Tag:x/web");
    assertThat(clues("{And: [{Contains: a}, {Contains: abcdef}]}")).isEqualTo("Tag:x/*abcdef*");
    assertThat(clues("{And: [{BeginsWith: abcdef}, {Equals: a}]}")).isEqualTo("Tag:x/a");
  }

  @Test
  void alternativesAddUp() {
    assertThat(clues("{Or: [{Equals: a}, {And: [{Contains: b}, {Not: [{Equals: c}]}]}]}"))
        .isEqualTo("Tag:x/a Tag:x/*b*");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          # pattern                  ; fragments
          prod                       ; prod
          ^prod$                     ; prod
          prod-.*                    ; prod-*
          .*-prod                    ; *-prod
          .*prod.*                   ; *prod*
          a.*prod.*b                 ; *prod*
          prod|stage-.*              ; prod stage-*
          (prod|stage)-[a-z]+        ; prod-* stage-*
          node-[0-9]+\\.example\\.com; *.example.com
          https?://x.*               ; https://x* http://x*
          [0-9]{12}                  ; *
          \\d+                       ; *
          (ab)+                      ; ab*
          (abc)*                     ; *
          (abc){0,3}x                ; *x
          (abc){2,3}                 ; abc*
          x(abc)+                    ; *abc*
          .*(one|two|three).*        ; *one* *two* *three*
          (a|b)(a|b)(a|b)(a|b)(a|b)  ; aaaa* aaab* aaba* aabb* abaa* abab* abba* abbb* baaa* baab* baba* babb* bbaa* bbab* bbba* bbbb*
          a\\055b                    ; a*
          (.*|abc)                   ; *
          \\(x\\)                    ; (x)
          """)
  void patternsNeedTheirLiterals(String pattern, String fragments) throws Exception {
    assertThat(
            PatternFragments.of(RegexDialect.compile(pattern)).stream()
                .map(CluesTest::shown)
                .collect(joined()))
        .isEqualTo(fragments);
  }

  @Test
  void whatAPatternMatchesHasOneOfItsFragments() throws Exception {
    SplittableRandom random = new SplittableRandom(3);
    int matches = 0;
    for (int run = 0; run < 3_000; run++) {
      Pattern pattern = RegexDialect.compile(pattern(random, 3));
      for (int i = 0; i < 30; i++) {
        String value = value(random);
        if (pattern.matches(value)) {
          matches++;
          assertThat(PatternFragments.of(pattern))
              .as("fragments of %s for '%s'", pattern, value)
              .anyMatch(fragment -> has(value, fragment));
        }
      }
    }
    assertThat(matches).isGreaterThan(5_000);
  }

  private static boolean has(String value, Fragment fragment) {
    return switch (fragment.place()) {
      case WHOLE -> value.equals(fragment.text());
      case START -> value.startsWith(fragment.text());
      case END -> value.endsWith(fragment.text());
      case ANYWHERE -> value.contains(fragment.text());
    };
  }

  private static String value(SplittableRandom random) {
    StringBuilder value = new StringBuilder();
    while (random.nextInt(6) > 0) {
      value.append("ab-".charAt(random.nextInt(3)));
    }
    return value.toString();
  }

  private static String pattern(SplittableRandom random, int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      String[] atoms = {"a", "b", "-", ".", "[ab]", "\\-", "^", "$", "\\x61", "\\055", "\\w", "ab"};
      return atoms[random.nextInt(atoms.length)];
    }
    String left = pattern(random, depth - 1);
    String right = pattern(random, depth - 1);
    return switch (random.nextInt(7)) {
      case 0 -> left + "|" + right;
      case 1 -> "(" + left + ")*" + right;
      case 2 -> "(" + left + ")+";
      case 3 -> "(?:" + left + ")?" + right;
      case 4 -> "(" + left + "){1,2}" + right;
      case 5 -> "(" + left + "|" + right + ")";
      default -> left + right;
    };
  }
}
