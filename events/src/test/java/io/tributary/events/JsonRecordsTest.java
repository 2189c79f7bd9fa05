package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonRecordsTest {

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # line                                                                 | reason             | column
          nonsense                                                               | UNDECODABLE        |
          [1]                                                                    | UNDECODABLE        |
          {"type":"invoice"}                                                     | INVALID_VALUE      | type
          {"type":"price","colour":"red"}                                        | UNKNOWN_MEMBER     | colour
          {"type":"price","tenant_id":"acme"}                                    | MISSING_FIELD      | meter
          {"type":"usage","tenant_id":"acme","event_id":"1","source":"s","event_time":"yesterday"} | INVALID_TIME | event_time
          {"type":"entity","tenant_id":"acme","kind":"team","entity_id":"1","op":"MERGE"} | INVALID_VALUE | op
          {"type":"delivery","tenant_id":"acme","sequence":"one"}                | INVALID_NUMBER     | sequence
          {"type":"price","tenant_id":"acme","unit_price":"1e30"}                | NUMBER_OUT_OF_RANGE | unit_price
          {"type":"price","tenant_id":"acme","unit_price":"1e999999999"}         | NUMBER_OUT_OF_RANGE | unit_price
          {"type":"definitions","tenant_id":"acme","yaml":"Dimensions: {}"}     | MISSING_FIELD      | version
          {"type":"definitions","tenant_id":["acme"]}                            | INVALID_VALUE      | tenant_id
          """)
  void refusesWithReasonAndColumn(String line, RejectReason reason, String column) {
    RejectedException e =
        catchThrowableOfType(RejectedException.class, () -> JsonRecords.parse(line, null));

    assertThat(e).isNotNull();
    assertThat(e.reason()).isEqualTo(reason);
    assertThat(e.column()).isEqualTo(column);
  }

  @Test
  void roundsDigitsBeyondEighteenHalfEvenAndTinyNumbersToZero() throws RejectedException {
    assertThat(JsonRecords.decimal("x", "0.0000000000000000005")).isEqualTo(Money.ZERO);
    assertThat(JsonRecords.decimal("x", "0.0000000000000000015")).isEqualByComparingTo("2e-18");
    assertThat(JsonRecords.decimal("x", "1e-999999999")).isEqualTo(Money.ZERO);
  }

  @Test
  void takesTheTenantOfTheCommandWhereTheRecordNamesNone() throws RejectedException {
    String line =
        """
        {"type":"price","meter":"cpu","unit":"h","currency":"USD","unit_price":0.1,
         "valid_from":"2026-01-01T00:00:00+01:00","version":1}
        """;

    PriceChange price = (PriceChange) JsonRecords.parse(line, "acme");

    assertThat(price.getTenantId()).isEqualTo("acme");
    assertThat(price.getUnitPrice()).isEqualByComparingTo("0.1");
    assertThat(price.getValidFrom()).hasToString("2025-12-31T23:00:00Z");
  }
}
