package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.tributary.dimensions.definitions.RegexDialect.InvalidRegexException;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegexDialectTest {

  @ParameterizedTest(name = "{0} on {1}: {2}")
  @CsvSource(
      delimiterString = " ~ ",
      quoteCharacter = '`',
      textBlock =
          """
          Amazon           ~ AmazonEC2   ~ false
          Amazon.*         ~ AmazonEC2   ~ true
          ^Amazon.*$       ~ AmazonEC2   ~ true
          EC2|S3           ~ EC2XX       ~ false
          EC2|S3           ~ S3          ~ true
          a|ab             ~ ab          ~ true
          (?:EC|S)[23]     ~ S3          ~ true
          a{2,3}           ~ aaa         ~ true
          a{2,3}           ~ aaaa        ~ false
          a{,2}            ~ a           ~ true
          a{2,}            ~ aaaaa       ~ true
          a{x}             ~ a{x}        ~ true
          a{               ~ a{          ~ true
          \\d+             ~ 123         ~ true
          \\d+             ~ ١٢٣         ~ false
          \\w+             ~ a_1         ~ true
          \\w+             ~ é           ~ false
          \\W              ~ é           ~ true
          [[:alpha:]]+     ~ abc         ~ true
          [[:alpha:]]+     ~ ab1         ~ false
          [[:alpha:]]+     ~ é           ~ false
          [[:alpha:][:digit:]_-]+ ~ a1_-    ~ true
          [^[:digit:]]+    ~ ab          ~ true
          [[:punct:]]+     ~ !?          ~ true
          [[:xdigit:]]+    ~ fF0         ~ true
          [[:graph:]]+     ~ a!          ~ true
          []a]+            ~ ]a          ~ true
          [^]a]+           ~ bc          ~ true
          [[a]+            ~ [a          ~ true
          [*?+]+           ~ *?+         ~ true
          [a-c-]+          ~ a-c         ~ true
          a\\*?            ~ a*          ~ true
          a\\*?            ~ a           ~ true
          \\(x\\)          ~ (x)         ~ true
          \\.              ~ x           ~ false
          a.c              ~ aéc         ~ true
          caf\\u00e9       ~ café        ~ true
          \\x41            ~ A           ~ true
          é+               ~ éé          ~ true
          abc\\Z           ~ abc         ~ true
          a                ~ A           ~ false
          """)
  void matchesWholeValues(String pattern, String value, boolean matches)
      throws InvalidRegexException {
    assertThat(RegexDialect.compile(pattern).matches(value)).isEqualTo(matches);
  }

  @Test
  void knowsTheWhiteSpaceOfAscii() throws InvalidRegexException {
    assertThat(RegexDialect.compile("\\s+").matches(" \t\n\u000B\f\r")).isTrue();
    assertThat(RegexDialect.compile("[\\s]+").matches(" \t\n\u000B\f\r")).isTrue();
    assertThat(RegexDialect.compile("\\S+").matches("\u000B")).isFalse();
    assertThat(RegexDialect.compile("[\\S]+").matches("\u000B")).isFalse();
    assertThat(RegexDialect.compile("[\\S ]+").matches("a\u00A0b c")).isTrue();
    assertThat(RegexDialect.compile("\\s").matches("\u00A0")).isFalse();
    assertThat(RegexDialect.compile("[\\b]").matches("\b")).isTrue();
  }

  @Test
  void neitherDotNorDollarTakesALineBreak() throws InvalidRegexException {
    assertThat(RegexDialect.compile("a.*").matches("a\nb")).isFalse();
    assertThat(RegexDialect.compile("a$").matches("a\n")).isFalse();
    assertThat(RegexDialect.compile("a[\\s\\S]*").matches("a\nb")).isTrue();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiterString = " ~ ",
      quoteCharacter = '`',
      textBlock =
          """
          a(?=b)           ~ lookahead
          a(?!b)           ~ lookahead
          (?<=a)b          ~ lookbehind
          (?<!a)b          ~ lookbehind
          (?P<n>a)         ~ a named group
          (?<n>a)          ~ a named group
          (?P=n)           ~ a named backreference
          (?#note)a        ~ an inline comment
          (?i)a            ~ inline flags
          (?i:a)           ~ inline flags
          (?s-m:a)         ~ inline flags
          (?>a)            ~ an atomic group
          (?               ~ inline flags
          (a)\\1           ~ a backreference
          (a)\\9           ~ a backreference
          [\\1]            ~ a backreference
          a*?              ~ a non-greedy quantifier
          a+?              ~ a non-greedy quantifier
          a??              ~ a non-greedy quantifier
          a{2}?            ~ a non-greedy quantifier
          a{2,3}?          ~ a non-greedy quantifier
          \\pL             ~ \\p
          \\Qa\\E          ~ \\Q
          \\u12            ~ an incomplete \\u
          """)
  void refusesWhatTheLanguageForbids(String pattern, String construct) {
    assertThatThrownBy(() -> RegexDialect.compile(pattern))
        .isInstanceOf(InvalidRegexException.class)
        .hasMessageContaining("uses " + construct + ",");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(unclosed",
        "unopened)",
        "[a",
        "*a",
        "+",
        "a**",
        "a++",
        "a{3,2}",
        "[z-a]",
        "a\\",
        "a{2}{3}",
        "[[:bogus:]]",
        "[[:^alpha:]]",
        "[[:alpha",
        "[[:word:]]"
      })
  void refusesWhatIsNoPattern(String pattern) {
    assertThatThrownBy(() -> RegexDialect.compile(pattern))
        .isInstanceOf(InvalidRegexException.class);
  }

  @Test
  void staysLinearOnHostilePatterns() {
    String value = "a".repeat(20_000) + "b";
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> assertThat(RegexDialect.compile("(a|aa)+c|(a*)*d").matches(value)).isFalse());
  }

  @ParameterizedTest
  @ValueSource(strings = {"(((a{100}){100}){100}){100}", "a{99999}", "((a{200}){1000})*"})
  void refusesPatternsThatGrowWithoutBound(String pattern) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(1),
        () ->
            assertThatThrownBy(() -> RegexDialect.compile(pattern))
                .isInstanceOf(InvalidRegexException.class)
                .hasMessageContaining("too large"));
  }

  @Test
  void takesLongListsOfNames() throws InvalidRegexException {
    String names = String.join("|", Collections.nCopies(5_000, "some-account-name"));
    assertThat(RegexDialect.compile(names).matches("some-account-name")).isTrue();
  }

  @Test
  void refusesDeepNestingWithoutOverflow() {
    String deep = "(".repeat(50_000) + "a" + ")".repeat(50_000);
    assertThatThrownBy(() -> RegexDialect.compile(deep))
        .isInstanceOf(InvalidRegexException.class)
        .hasMessageContaining("nested more than");
  }
}
