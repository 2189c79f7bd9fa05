package io.tributary.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerFormatTest {

  private static final Answer ANSWER =
      new Answer(
          List.of("Team", "Day"),
          List.of(
              row("1200", "USD", "checkout, \"eu\"", "2026-01-05"),
              row("0.000000000000000001", "USD", "", "2026-01-05"),
              row("-7.25", "EUR", null, "2026-01-05")),
          new Answer.Reading(1L, null, null, null),
          new Answer.Scan("cost_ledger", 0, 0, 0, 0, 0));

  private static Answer.Row row(String cost, String currency, @Nullable String... values) {
    return new Answer.Row(Arrays.asList(values), currency, new BigDecimal(cost).setScale(18));
  }

  @Test
  void alignsATableAtTheDecimalPoints() {
    assertThat(AnswerFormat.TABLE.text(ANSWER))
        .isEqualTo(
            """
            Team            Day         Currency                     Cost
            checkout, "eu"  2026-01-05  USD       1200
            ""              2026-01-05  USD          0.000000000000000001
            (none)          2026-01-05  EUR         -7.25
            Total                       EUR         -7.25
            Total                       USD       1200.000000000000000001
            """);
  }

  @Test
  void writesNullAndTheEmptyStringApart() {
    assertThat(AnswerFormat.CSV.text(ANSWER))
        .isEqualTo(
            """
            Team,Day,currency,cost
            "checkout, ""eu\""",2026-01-05,USD,1200
            "",2026-01-05,USD,0.000000000000000001
            ,2026-01-05,EUR,-7.25
            """);
    assertThat(AnswerFormat.JSON.text(ANSWER))
        .isEqualTo(
            "[{\"Team\":\"checkout, \\\"eu\\\"\",\"Day\":\"2026-01-05\",\"currency\":\"USD\",\"cost\":\"1200\"},"
                + "{\"Team\":\"\",\"Day\":\"2026-01-05\",\"currency\":\"USD\",\"cost\":\"0.000000000000000001\"},"
                + "{\"Team\":null,\"Day\":\"2026-01-05\",\"currency\":\"EUR\",\"cost\":\"-7.25\"}]");
  }

  @Test
  void keepsControlCharactersFromATerminal() {
    Answer answer =
        new Answer(
            List.of("Team"),
            List.of(row("1", "USD", "a\u001b[31m\nb")),
            new Answer.Reading(1L, null, null, null),
            new Answer.Scan("cost_ledger", 0, 0, 0, 0, 0));

    assertThat(AnswerFormat.TABLE.text(answer)).contains("a\\u001b[31m\\u000ab");
  }

  @Test
  void showsAnEmptyAnswerAsAHeaderAlone() {
    Answer empty =
        new Answer(
            List.of("Team"),
            List.of(),
            new Answer.Reading(null, null, null, null),
            new Answer.Scan("cost_ledger", 0, 0, 0, 0, 0));

    assertThat(AnswerFormat.TABLE.text(empty)).isEqualTo("Team  Currency  Cost\n");
    assertThat(AnswerFormat.JSON.text(empty)).isEqualTo("[]");
    assertThat(AnswerFormat.CSV.text(empty)).isEqualTo("Team,currency,cost\n");
  }
}
