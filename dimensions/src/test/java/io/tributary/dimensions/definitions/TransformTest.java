package io.tributary.dimensions.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransformTest {

  @ParameterizedTest(name = "{0} of {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          # type    | value                      | result
          Lower     | AmazonEC2                  | amazonec2
          Lower     | ÄÖ                         | äö
          Upper     | Ab C                       | AB C
          Upper     | straße                     | STRASSE
          Title     | amazon ec2                 | Amazon Ec2
          Title     | AWS                        | Aws
          Title     | they're                    | They'Re
          Title     | a1b                        | A1B
          Title     | éa Éa                      | Éa Éa
          Title     | ßa ﬁn ǆa aß                | Ssa Fin ǅa Aß
          Trim      | '  a b  '                  | a b
          Trim      | '   '                      | ''
          Clean     | special!chars#here         | special-chars-here
          Clean     | multiple   spaces          | multiple---spaces
          Clean     | foo_bar                    | foo-bar
          Clean     | foo@bar                    | foo@bar
          Clean     | ' The:Cost!Types '         | -The-Cost-Types-
          Clean     | '.,/#!$%^&*;:=_`~()'''      | -------------------
          Clean     | '@+?\\<>[]{}"-'            | '@+?\\<>[]{}"-'
          Normalize | Production/Resources#4561  | production-resources-4561
          Normalize | '  Mixed CASE  '           | --mixed-case--
          Normalize | it's                       | it-s
          """)
  void changesText(String type, String value, String result) {
    assertThat(Try.transformed("{Type: " + type + "}", value)).isEqualTo(result);
  }

  @Test
  void trimKeepsLineBreaksAndCleanTrimsTabs() {
    assertThat(Try.transformed("{Type: Trim}", "\nhello\n")).isEqualTo("\nhello\n");
    assertThat(Try.transformed("{Type: Trim}", "\t \u000Bhello\f\t ")).isEqualTo("\u000Bhello\f");
    assertThat(Try.transformed("{Type: Clean}", "\ta\tb\t")).isEqualTo("a\tb");
    assertThat(Try.transformed("{Type: Normalize}", "\tA ")).isEqualTo("a-");
  }

  @ParameterizedTest(name = "{0} part {2} of {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          # delimiter | value        | index | max  | part
          /           | a/b/c        | 1     |      | a
          /           | a/b/c        | 0     |      | a
          /           | a/b/c        | 3     |      | c
          /           | a/b/c        | 4     |      | null
          /           | a/b/c        | -1    |      | c
          /           | a/b/c        | -3    |      | a
          /           | a/b/c        | -4    |      | null
          /           | a//b         | 2     |      | null
          /           | /a           | 1     |      | null
          /           | a/           | -1    |      | null
          /           | ''           | 1     |      | null
          /           | none         | 1     |      | none
          /           | none         | 2     |      | null
          /           | a/b/c/d      | 2     | 1    | b/c/d
          /           | a/b/c/d      | -1    | 1    | b/c/d
          /           | a/b/c/d      | -2    | 1    | a
          /           | a/b/c/d      | -3    | 1    | null
          /           | a/b/c/d      | 1     | 0    | a/b/c/d
          /           | a/b/c/d      | 4     | 9    | d
          ::          | a::b:c       | 2     |      | b:c
          aa          | xaaay        | 2     |      | ay
          """)
  void splitTakesOnePart(String delimiter, String value, int index, Integer max, String part) {
    String split =
        "{Type: Split, Delimiter: '%s', Index: %d%s}"
            .formatted(delimiter, index, max == null ? "" : ", Maxsplit: " + max);
    assertThat(Try.transformed(split, value)).isEqualTo(part);
  }

  @ParameterizedTest(name = "case {index}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "null",
      textBlock =
          """
          {"team": "web"}                 | web
          {"x": [1, {}], "team": "web"}   | web
          {"team": "a", "team": "b"}      | b
          {"team": "w\\u00e9"}            | wé
          {"team": ""}                    | null
          {"team": 5}                     | null
          {"team": null}                  | null
          {"team": {"team": "x"}}         | null
          {"x": {"team": "x"}}            | null
          {"Team": "web"}                 | null
          ["team"]                        | null
          "team"                          | null
          {"team": "web"                  | null
          {"team": "web"} trailing        | null
          team                            | null
          ``                              | null
          """)
  void lookupTakesTextUnderAKey(String json, String found) {
    assertThat(Try.transformed("{Type: Lookup, Key: team}", json)).isEqualTo(found);
  }

  @Test
  void lookupSurvivesDeepNesting() {
    String deep = "[".repeat(200_000) + "]".repeat(200_000);
    assertThat(Try.transformed("{Type: Lookup, Key: team}", deep)).isNull();
    assertThat(Try.transformed("{Type: Lookup, Key: team}", "{\"a\":" + deep + "}")).isNull();
  }

  @Test
  void transformsRunInOrderUntilThereIsNoValue() {
    String split = "{Type: Split, Delimiter: '-', Index: 2}";
    assertThat(Try.transformed(split + ", {Type: Upper}", "a-b")).isEqualTo("B");
    assertThat(Try.transformed("{Type: Clean}, " + split, "a_b")).isEqualTo("b");
    assertThat(Try.transformed(split + ", {Type: Clean}", "a_b")).isNull();
    assertThat(Try.transformed(split + ", " + split, "a-b")).isNull();
  }

  @Test
  void aSplitWithoutResultIsNoValueForConditions() {
    String fifth = "Source: Tag:x, Transforms: [{Type: Split, Delimiter: '-', Index: 5}]";
    assertThat(Try.holds("{HasValue: true, " + fifth + "}", "Tag:x", "a-b")).isFalse();
    assertThat(Try.holds("{HasValue: false, " + fifth + "}", "Tag:x", "a-b")).isTrue();
    assertThat(Try.holds("{Contains: '', " + fifth + "}", "Tag:x", "a-b")).isFalse();
    assertThat(Try.holds("{Not: [{Contains: '', " + fifth + "}]}", "Tag:x", "a-b")).isTrue();
  }

  @Test
  void aSplitWithoutResultIsNoValueForDimensionsToo() {
    String yaml =
        Try.dimension(
            """
            Source: Tag:x
            Transforms: [{Type: Split, Delimiter: '-', Index: 5}]
            Rules:
            - {Type: Group, Name: some, Conditions: [HasValue: true]}
            DefaultValue: none
            """);
    assertThat(Try.element(yaml, "D", "Tag:x", "a-b")).isEqualTo("none");
  }

  @Test
  void anEmptyResultOfTrimOrCleanIsAValue() {
    assertThat(Try.transformed("{Type: Trim}", "  ")).isEmpty();
    assertThat(Try.transformed("{Type: Clean}", "\t")).isEmpty();
    assertThat(Try.transformed("{Type: Lower}", "")).isEmpty();
  }
}
