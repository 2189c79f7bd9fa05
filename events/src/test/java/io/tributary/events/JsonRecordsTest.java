package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
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
          {"type":"usage","tenant_id":"acme","labels":["a"]}                     | INVALID_VALUE      | labels
          {"type":"telemetry","tenant_id":"acme","filter":{"Tag:a":"x"}}         | INVALID_VALUE      | filter
          {"type":"telemetry","tenant_id":"acme","granularity":"YEARLY"}         | INVALID_VALUE      | granularity
          {"type":"price","tenant_id":"acme","valid_from":"0000-12-31T23:59:59Z"} | INVALID_TIME      | valid_from
          {"type":"price","tenant_id":"acme","valid_from":"+10000-01-01T00:00:00Z"} | INVALID_TIME    | valid_from
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

  @Test
  void keepsWholeNumbersMapsAndListsOfARecord() throws RejectedException {
    String line =
        """
        {"type":"telemetry","stream":"requests","period_start":"2026-01-01T00:00:00Z",
         "granularity":"DAILY","element":"web","value":"7","version":41,
         "filter":{"Tag:b":["y","x"],"Tag:a":null}}
        """;

    TelemetryRecord telemetry = (TelemetryRecord) JsonRecords.parse(line, "acme");

    assertThat(telemetry.getVersion()).isEqualTo(41);
    assertThat(telemetry.getGranularity()).isEqualTo(Granularity.DAILY);
    assertThat(telemetry.getFilter()).isEqualTo(Map.of("Tag:b", List.of("y", "x")));
  }

  @Test
  void aDeliveryThatLeavesItsScopeOutIsOfTheDefaultOne() throws RejectedException {
    String line =
        """
        {"type":"delivery","delivery_id":"d-1","billing_period_start":"2026-01-01T00:00:00Z",
         "sequence":3,"rows":12}
        """;

    Delivery delivery = (Delivery) JsonRecords.parse(line, "acme");

    assertThat(delivery.getReport()).isEqualTo("default");
    assertThat(delivery.getServiceProviderName()).isEqualTo("unknown");
    assertThat(delivery.getBillingAccountId()).isEqualTo("unknown");
    assertThat(delivery.getSequence()).isEqualTo(3);
  }

  @Test
  void aWithdrawnChargeNeedsNoCost() throws RejectedException {
    String line =
        """
        {"type":"charge","charge_key":"k","version":2,"op":"DELETE","billing_currency":"USD",
         "charge_period_start":"2026-12-31T23:00:00Z","charge_period_end":"2027-01-01T00:00:00Z"}
        """;

    Charge charge = (Charge) JsonRecords.parse(line, "acme");

    assertThat(Measures.of(charge)).isEqualTo(Measures.ZERO);
    assertThat(charge.getBillingPeriodStart()).isEqualTo("2026-12-01T00:00:00Z");
    assertThat(charge.getBillingPeriodEnd()).isEqualTo("2027-01-01T00:00:00Z");
  }

  @Test
  void aBillingPeriodWithoutAnEndIsTheLocalMonthItStartsIn() throws RejectedException {
    String line =
        """
        {"type":"charge","charge_key":"k","version":2,"billed_cost":"1","billing_currency":"USD",
         "billing_period_start":"2026-02-28T16:00:00Z",
         "charge_period_start":"2026-03-05T00:00:00Z","charge_period_end":"2026-03-06T00:00:00Z"}
        """;

    Charge charge = (Charge) JsonRecords.parse(line, "acme");

    assertThat(charge.getBillingPeriodEnd()).isEqualTo("2026-03-31T16:00:00Z");
  }

  @Test
  void anInstantIsCutToMicrosecondsAndADecimalFillsItsDigits() throws RejectedException {
    String line =
        """
        {"type":"price","meter":"cpu","unit":"h","currency":"USD",
         "unit_price":"99999999999999999999.999999999999999999",
         "valid_from":"9999-12-31T23:59:59.999999Z","version":1}
        """;

    PriceChange price = (PriceChange) JsonRecords.parse(line, "acme");

    assertThat(price.getValidFrom()).isEqualTo("9999-12-31T23:59:59.999999Z");
    assertThat(price.getUnitPrice()).hasToString("99999999999999999999.999999999999999999");
    assertThat(JsonRecords.decimal("x", "0.0000000000000000009")).isEqualByComparingTo("1e-18");
  }
}
