package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BillingMonthTest {

  @ParameterizedTest(name = "{0}: {1} is of {2}")
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          Period,                        Start,                       Month
          AWS and Azure,                 2026-03-01T00:00:00Z,        2026-03
          Google in winter,              2026-03-01T08:00:00Z,        2026-03
          Google in summer,              2026-04-01T07:00:00Z,        2026-04
          UTC+8,                         2026-02-28T16:00:00Z,        2026-03
          UTC+14,                        2026-02-28T10:00:00Z,        2026-03
          the last instant before it,    2026-02-28T09:59:59.999999Z, 2026-02
          UTC-12,                        2026-03-01T12:00:00Z,        2026-03
          UTC+5:45 in a leap year,       2028-02-29T18:15:00Z,        2028-03
          UTC+14 at new year,            2026-12-31T10:00:00Z,        2027-01
          second half of February,       2026-02-16T00:00:00Z,        2026-02
          from mid-month to mid-month,   2026-03-16T00:00:00Z,        2026-03
          the next of these,             2026-04-16T00:00:00Z,        2026-04
          a year,                        2026-01-01T00:00:00Z,        2026-01
          anniversary on the 31st,       2026-01-31T00:00:00Z,        2026-01
          the same in February,          2026-02-28T00:00:00Z,        2026-02
          anniversary on the 31st at 11, 2026-01-31T11:00:00Z,        2026-02
          before 1970,                   1969-12-31T16:00:00Z,        1970-01
          """)
  void isTheUtcMonthOfTheStartAnd14Hours(String period, Instant start, String month) {
    assertThat(BillingMonth.of(start)).hasToString(month);
  }

  @Test
  void everyFirstOfMonthAtLocalMidnightIsOfItsOwnMonth() {
    for (int month = 1; month <= 12; month++) {
      LocalDateTime midnight = LocalDate.of(2027, month, 1).atStartOfDay();
      for (int quarters = -12 * 4; quarters <= 14 * 4; quarters++) {
        ZoneOffset zone = ZoneOffset.ofTotalSeconds(quarters * 900);
        assertThat(BillingMonth.of(midnight.toInstant(zone)))
            .as("%s at %s", midnight, zone)
            .hasToString("2027-%02d".formatted(month));
      }
    }
  }

  @Test
  void aLaterStartIsNeverOfAnEarlierMonth() {
    Instant start = Instant.parse("2026-01-25T00:00:00Z");
    BillingMonth month = BillingMonth.of(start);
    for (int hours = 1; hours < 24 * 70; hours++) {
      BillingMonth next = BillingMonth.of(start.plusSeconds(3600L * hours));
      assertThat(next.isBefore(month)).isFalse();
      assertThat(next).isIn(month, month.plus(1));
      month = next;
    }
  }

  @Test
  void ofAnHourItIsTheUtcMonth() {
    assertThat(BillingMonth.containing(Instant.parse("2026-02-28T23:59:59Z")))
        .hasToString("2026-02");
    assertThat(BillingMonth.containing(Instant.parse("2026-03-01T00:00:00Z")))
        .hasToString("2026-03");
  }

  @Test
  void startsAndEndsWithTheUtcMonthAndIsFoundByItsFirstInstantAndDay() {
    BillingMonth december = BillingMonth.parse("2026-12");
    assertThat(december.start()).isEqualTo("2026-12-01T00:00:00Z");
    assertThat(december.end()).isEqualTo("2027-01-01T00:00:00Z");
    assertThat(december.firstDay()).isEqualTo("2026-12-01");
    assertThat(BillingMonth.of(december.start())).isEqualTo(december);
    assertThat(BillingMonth.ofFirstDay(december.firstDay())).isEqualTo(december);
    assertThat(december.plus(-11)).hasToString("2026-01");
    assertThat(Stream.of(december.plus(1), december, december.plus(-1)).sorted())
        .isEqualTo(List.of(december.plus(-1), december, december.plus(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026",
        "2026-3",
        "2026-13",
        "2026-00",
        "26-03",
        "2026-03-01",
        "March 2026",
        "0000-01",
        "-001-01",
        "+2026-03",
        "10000-01",
        " 2026-03"
      })
  void isParsedFromFourDigitsAndTwoAndNothingElse(String text) {
    assertThatExceptionOfType(DateTimeParseException.class)
        .isThrownBy(() -> BillingMonth.parse(text));
  }

  @ParameterizedTest(name = "{0} ends at {1}")
  @CsvSource({
    "2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z",
    "2026-03-01T08:00:00Z, 2026-04-01T08:00:00Z",
    "2026-02-28T16:00:00Z, 2026-03-31T16:00:00Z",
    "2026-01-31T10:00:00Z, 2026-02-28T10:00:00Z",
    "2026-02-16T00:00:00Z, 2026-03-16T00:00:00Z",
    "2026-01-31T00:00:00Z, 2026-02-28T00:00:00Z",
  })
  void aPeriodThatSaysNoEndIsAMonthLong(Instant start, Instant end) {
    assertThat(BillingMonth.endOfPeriod(start)).isEqualTo(end);
  }
}
