package io.tributary.events.bills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts that stand in the cells of bills. */
class BillCellsTest {

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "NULL", "null", "(null)", "\\N", "N/A"})
  void theseWordsAreNull(String text) {
    assertThat(BillRows.value(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "None", "Null", "n/a", "-"})
  void theseAreNot(String text) {
    assertThat(BillRows.value(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "2024-09-01 00:00:00, 2024-09-01T00:00:00Z",
    "2024-09-01T00:00:00Z, 2024-09-01T00:00:00Z",
    "2024-09-01T00:00:00.000Z, 2024-09-01T00:00:00Z",
    "2024-09-01T02:00:00+02:00, 2024-09-01T00:00:00Z",
    "2020-11-10 05:49:32.199000+00:00, 2020-11-10T05:49:32.199Z",
    "2020-11-10 05:49:32 UTC, 2020-11-10T05:49:32Z",
    "2020-11-10T05:49:32-0500, 2020-11-10T10:49:32Z",
    "2024-09-01T01:02, 2024-09-01T01:02:00Z",
    "2023-11-16T18:15:46.6805900Z, 2023-11-16T18:15:46.680590Z",
    "2024-09-01, 2024-09-01T00:00:00Z"
  })
  void readsIsoTimes(String text, Instant expected) {
    assertThat(BillTimes.iso().parse(text)).isEqualTo(expected);
    assertThat(BillTimes.azure().parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"9/1/2024 0:00", "4/1/25", "1/5/2026", "2023-02-01T30:00:00Z", "2023-02-30", "x"})
  void refusesOtherTimes(String text) {
    assertThat(BillTimes.iso().parse(text)).isNull();
  }

  @Test
  void azureWritesTheMonthFirst() {
    assertThat(BillTimes.azure().parse("9/2/2023"))
        .isEqualTo(Instant.parse("2023-09-02T00:00:00Z"));
    assertThat(BillTimes.azure().parse("09/02/2023"))
        .isEqualTo(Instant.parse("2023-09-02T00:00:00Z"));
    assertThat(BillTimes.azure().parse("31/12/2023")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 1.5, 1.500000000000000000",
    "5e-06, 0.000005, 0.000005000000000000",
    "' -2.5E3 ', -2500, -2500.000000000000000000",
    "0.0000000000000000005, 0.0000000000000000005, 0",
    "0.0000000000000000015, 0.0000000000000000015, 0.000000000000000002",
    "0E-400, 0, 0"
  })
  void readsNumbersExactlyAndRoundsHalfEven(String text, String source, String kept)
      throws RejectedException {
    Amount amount = Amount.parse(text, "BilledCost");
    assertThat(amount.source()).isEqualByComparingTo(source);
    assertThat(amount.kept()).isEqualByComparingTo(kept);
    assertThat(amount.kept().scale()).isEqualTo(18);
  }

  @ParameterizedTest
  @CsvSource({
    "'$50,000.00 ', INVALID_NUMBER",
    "'1,5', INVALID_NUMBER",
    "abc, INVALID_NUMBER",
    "NaN, INVALID_NUMBER",
    "1E+999999999, NUMBER_OUT_OF_RANGE",
    "1E-999999999, NUMBER_OUT_OF_RANGE",
    "123456789012345678901, NUMBER_OUT_OF_RANGE",
    "99999999999999999999.9999999999999999999, NUMBER_OUT_OF_RANGE"
  })
  void refusesOtherNumbers(String text, RejectReason reason) {
    assertThatThrownBy(() -> Amount.parse(text, "BilledCost"))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.column()).isEqualTo("BilledCost");
            });
  }

  @Test
  void readsTagsInEverySpelling() {
    Map<String, String> expected = Map.of("a", "1", "b c", "x:y");
    for (String text :
        new String[] {
          "{\"a\": \"1\", \"b c\": \"x:y\"}",
          "{\"a\": 1, \"b c\": \"x:y\", \"gone\": null}",
          "\"a\": \"1\",\"b c\": \"x:y\"",
          "a:1|b c:x:y",
          "[{\"key\": \"a\", \"value\": \"1\"}, {\"key\": \"b c\", \"value\": \"x:y\"}]",
          "[{'key': 'a', 'value': '1'}, {'key': 'b c', 'value': 'x:y'}, {'key': 'z', 'value': None}]",
        }) {
      assertThat(BillTags.parse(text)).as(text).isEqualTo(expected);
    }
    assertThat(BillTags.parse("{\"on\": true}")).isEqualTo(Map.of("on", "true"));
    assertThat(BillTags.parse("[]")).isEmpty();
    assertThat(BillTags.parse("{\"a\": NaN, \"b\": [-Infinity, 1e2]}"))
        .isEqualTo(Map.of("a", "NaN", "b", "[\"-Infinity\",100]"));
    assertThat(BillTags.parse("[{'key': 'a', 'value': '1'}, {'key': 'a', 'value': None}]"))
        .isEqualTo(Map.of("a", "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{bad_json",
        " PeoriaData",
        "\"a\": ",
        "[{'key'",
        "{} x",
        ":v",
        "\u0001",
        "\u0000\u0001",
        "[\"team\"]",
        "[null]",
        "[[\"team\",\"web\"]]",
        "[{\"value\": \"web\"}]",
        "[{\"name\": \"team\", \"value\": \"web\"}]",
        "[{\"key\": null, \"value\": \"web\"}]",
        "[{\"key\": [\"team\"], \"value\": \"web\"}]"
      })
  void malformedTagsAreNone(String text) {
    assertThat(BillTags.parse(text)).isNull();
  }

  @Test
  void pythonWordsChangeOutsideOfQuotesOnly() {
    assertThat(
            PythonLiteral.toJson("{'None': None, \"it's True\": [True, 'x\\'None'], 'b': False}"))
        .isEqualTo("{'None': null, \"it's True\": [true, 'x\\'None'], 'b': false}");
  }

  @Test
  void countsPhysicalLinesWhateverEndsThem() throws IOException {
    String text = "a\nb\r\nc\rd\n\ne";
    try (RawLines lines =
        new RawLines(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
            StandardCharsets.UTF_8)) {
      assertThat(lines.read(2, 2)).asString().isEqualTo("b");
      assertThat(lines.read(3, 4)).asString().isEqualTo("c\rd");
      assertThat(lines.read(6, 9)).asString().isEqualTo("e");
    }
    assertThat(RawLines.breaks("x\r\ny\nz\r")).isEqualTo(3);
  }
}
