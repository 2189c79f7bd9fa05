package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {

  @ParameterizedTest(name = "{0} of {1} is {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # condition                      | value          | holds
          Equals: web                      | web            | true
          Equals: web                      | Web            | false
          Equals: web                      | web2           | false
          Equals: [api, web]               | web            | true
          Equals: [api, web]               | db             | false
          Equals: ''                       | ''             | true
          Contains: eb                     | web            | true
          Contains: EB                     | web            | false
          Contains: [x, we]                | web            | true
          Contains: ''                     | web            | true
          Contains: ''                     | ''             | true
          BeginsWith: we                   | web            | true
          BeginsWith: eb                   | web            | false
          BeginsWith: [x, we]              | web            | true
          EndsWith: eb                     | web            | true
          EndsWith: we                     | web            | false
          EndsWith: [x, eb]                | web            | true
          Before: b                        | a              | true
          Before: b                        | b              | false
          Before: 9                        | 10             | true
          Before: a                        | Z              | true
          BeforeOrEquals: b                | b              | true
          BeforeOrEquals: b                | c              | false
          After: b                         | c              | true
          After: b                         | b              | false
          AfterOrEquals: b                 | b              | true
          AfterOrEquals: b                 | a              | false
          HasValue: true                   | web            | true
          HasValue: true                   | ''             | true
          HasValue: false                  | web            | false
          HasValue: false                  | ''             | false
          Matches: w.b                     | web            | true
          Matches: w.b                     | web2           | false
          Matches: [x+, w.b]               | web            | true
          """)
  void comparesOneValue(String condition, String value, boolean holds) {
    assertThat(Try.holds("{Source: 'Tag:x', " + condition + "}", "Tag:x", value)).isEqualTo(holds);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Equals: ''            | false
          Contains: ''          | false
          BeginsWith: ''        | false
          EndsWith: ''          | false
          Matches: '.*'         | false
          Before: z             | false
          BeforeOrEquals: z     | false
          After: ''             | false
          AfterOrEquals: ''     | false
          HasValue: true        | false
          HasValue: false       | true
          """)
  void aMissingValueFailsEveryComparison(String condition, boolean holds) {
    assertThat(Try.holds("{Source: 'Tag:x', " + condition + "}")).isEqualTo(holds);
    assertThat(Try.holds("{Not: [{Source: 'Tag:x', " + condition + "}]}")).isEqualTo(!holds);
  }

  @Test
  void comparesByCodePointBeyondTheBasicPlane() {
    // U+1F600 is above U+FFFD, though its UTF-16 form begins with the smaller D83D.
    assertThat(Try.holds("{Source: 'Tag:x', After: \"\\uFFFD\"}", "Tag:x", "\uD83D\uDE00"))
        .isTrue();
    assertThat(Try.holds("{Source: 'Tag:x', After: \"\\U0001F600\"}", "Tag:x", "\uFFFD")).isFalse();
    assertThat(CodePointOrder.ORDER.compare("\uD83D\uDE00", "\uD83D\uDE01")).isNegative();
    assertThat(CodePointOrder.ORDER.compare("a", "ab")).isNegative();
    assertThat(CodePointOrder.ORDER.compare("a", "a")).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "012345678901",
    "012345670123",
    "1.10",
    "1_000",
    "2026-01-01",
    "0x1F",
    "1e3",
    "true",
    "No",
    "12:30:45",
    ".5",
    "-0"
  })
  void plainScalarsKeepTheirSourceText(String literal) {
    assertThat(Try.holds("{Source: Account, Equals: " + literal + "}", "Account", literal))
        .isTrue();
    assertThat(Try.holds("{Source: Account, Equals: [" + literal + "]}", "Account", literal))
        .isTrue();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "2025-01-01, true",
    "2025-12-31, true",
    "2025-06-15, true",
    "2024-12-31, false",
    "2026-01-01, false",
    "2025-12-31T00:00:00, false",
    "'', false"
  })
  void dateRangeIncludesBothEndsAsText(String day, boolean holds) {
    String range = "{ForDateRange: {From: 2025-01-01, Until: 2025-12-31}}";
    assertThat(Try.holds(range, "UsageDay", day)).isEqualTo(holds);
  }

  @Test
  void dateRangeWithoutADayOrABoundIsFalse() {
    assertThat(Try.holds("{ForDateRange: {From: 2025-01-01, Until: 2025-12-31}}")).isFalse();
    assertThat(Try.holds("{ForDateRange: {From: '', Until: z}}", "UsageDay", "2025-01-01"))
        .isFalse();
    assertThat(Try.holds("{ForDateRange: {From: a, Until: ''}}", "UsageDay", "b")).isFalse();
  }

  @Test
  void dateRangeReadsTheUsageDayWhateverTheSource() {
    String yaml =
        Try.dimension(
            """
            Source: Tag:x
            Rules:
            - {Type: Group, Name: hit, Conditions: [{ForDateRange: {From: '2', Until: '3'}}]}
            """);
    assertThat(Try.element(yaml, "D", "Tag:x", "9", "UsageDay", "2026")).isEqualTo("hit");
    assertThat(Try.element(yaml, "D", "Tag:x", "2026", "UsageDay", "9")).isNull();
    assertThat(Try.load(yaml).sources()).contains("UsageDay");
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {And: [%a, %b]}                   | false
          {And: [%a, %a]}                   | true
          {Or: [%b, %a]}                    | true
          {Or: [%b, %b]}                    | false
          {Not: [%a]}                       | false
          {Not: [%b]}                       | true
          {Not: [%b, %a]}                   | false
          {Not: [%b, %b]}                   | true
          {Not: [{Not: [%a]}]}              | true
          {And: [%a, {Or: [%b, %a]}]}       | true
          {Or: [{And: [%a, %b]}, {Not: [{Or: [%b, {And: [%a, %b]}]}]}]} | true
          """)
  void combinesConditions(String condition, boolean holds) {
    String written =
        condition
            .replace("%a", "{Source: Service, Equals: a}")
            .replace("%b", "{Source: Service, Equals: b}");
    assertThat(Try.holds(written, "Service", "a")).isEqualTo(holds);
  }

  @Test
  void severalConditionsOfAGroupAreAlternatives() {
    String two = "{Source: Service, Equals: a}, {Source: Region, Equals: b}";
    assertThat(Try.holds(two, "Service", "a")).isTrue();
    assertThat(Try.holds(two, "Region", "b")).isTrue();
    assertThat(Try.holds(two, "Service", "b", "Region", "a")).isFalse();
  }
}
