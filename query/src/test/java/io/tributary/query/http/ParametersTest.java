package io.tributary.query.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "/x?where=a, a",
        "/x?where=, \"\"",
        "/x?where, \"\"",
        "/x?&&where=a&&, a",
        "/x?where=a=b=c, a=b=c",
        "/x?where=a+b%2Bc%20d, a b+c d",
        "/x?%77here=%61, a",
        "/x?where=100%25, 100%",
        "/x?where=%2525, %25",
        "/x?where=a?b/c;d, a?b/c;d",
        "/x?where=C%23%26, C#&",
        "/x?where=%E6%9D%B1京, 東京",
        "/x?where=%f0%9F%9a%80, 🚀",
        "/x?where=🚀, 🚀",
        "/x?where=%EF%BF%BD, \uFFFD",
        "http://h:1/x?where=a, a"
      })
  void decodesAsTheUrlStandardDecodesForms(String target, String value) {
    assertThat(Parameters.of(target).value("where")).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "where=100%, where: % without two hex digits behind it in '100%'; a percent sign is written %25",
        "by=a&from=2026-02%, from: % without two hex digits behind it in '2026-02%'; a percent sign is written %25",
        "basis=%zz, basis: % without two hex digits behind it in '%zz'; a percent sign is written %25",
        "basis=%4, basis: % without two hex digits behind it in '%4'; a percent sign is written %25",
        "basis=%+1, basis: % without two hex digits behind it in '%+1'; a percent sign is written %25",
        "basis=%\u0661\u0661, basis: % without two hex digits behind it in '%\u0661\u0661'; a percent sign is written %25",
        "te%nant=a, te%nant: % without two hex digits behind it in 'te%nant'; a percent sign is written %25",
        "where=%ff%fe, where: no UTF-8 in '%ff%fe'",
        "where=%c3, where: no UTF-8 in '%c3'",
        "where=%c0%af, where: no UTF-8 in '%c0%af'",
        "where=%e0%80%af, where: no UTF-8 in '%e0%80%af'",
        "where=%ed%a0%bd%ed%ba%80, where: no UTF-8 in '%ed%a0%bd%ed%ba%80'",
        "where=%f4%90%80%80, where: no UTF-8 in '%f4%90%80%80'",
        "where=%c3a, where: no UTF-8 in '%c3a'",
        "where=a\uFFFDb, where: no UTF-8 in 'a\uFFFDb'",
        "%ff=a, %ff: no UTF-8 in '%ff'",
        "where=a%00b, where: NUL in 'a%00b'; no value has one",
        "where=C#&by=Team, where: # in 'C#'; it is written %23",
        "by=Team#, by: # in 'Team#'; it is written %23"
      })
  void namesTheParameterThatIsMalformed(String query, String problem) {
    assertThatThrownBy(() -> Parameters.of("/x?" + query))
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> {
              assertThat(refused.status()).isEqualTo(400);
              assertThat(refused.code()).isEqualTo("invalid_parameter");
              assertThat(refused.problem()).isEqualTo(problem);
            });
  }

  @Test
  void keepsARefusalShort() {
    assertThatThrownBy(() -> Parameters.of("/x?" + "b".repeat(5000) + "=%"))
        .hasMessageMatching(".{1,200}");
  }

  @ParameterizedTest
  @CsvSource({
    "/x?by=a&by=b&to=c, ''",
    "/x?to=c&to=c, to is given twice",
    "/x?BY=a, no parameter 'BY'",
    "/x?by[]=a, no parameter 'by[]'",
    "/x?by%20=a, no parameter 'by '",
    "/x?=a, no parameter ''",
    "/x?q&q, no parameter 'q'"
  })
  void refusesWhatARouteDoesNotTakeOrTakesOnce(String target, String problem) {
    Parameters parameters = Parameters.of(target);
    Parameters.Accepted accepted = new Parameters.Accepted(Set.of("to"), Set.of("by"));

    if (problem.isEmpty()) {
      parameters.require(accepted);
      assertThat(parameters.values("by")).containsExactly("a", "b");
    } else {
      assertThatThrownBy(() -> parameters.require(accepted)).hasMessage(problem);
    }
  }
}
