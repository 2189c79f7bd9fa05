package io.tributary.events;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;

class ValidationTest {

  @Test
  void passesASoundRecord() {
    assertThatNoException().isThrownBy(() -> Validation.check(usage("acme", "i-1", "1")));
  }

  @Test
  void refusesANameThatHoldsNul() {
    refuses(usage("acme", "i-1\0x", "1"), RejectReason.INVALID_VALUE, "resource_id");
    refuses(usage("ac\0me", "i-1", "1"), RejectReason.INVALID_VALUE, "tenant_id");
  }

  @Test
  void refusesABlankTenant() {
    refuses(usage(" ", "i-1", "1"), RejectReason.MISSING_FIELD, "tenant_id");
  }

  @Test
  void refusesANumberOfMoreThan38Digits() {
    refuses(
        usage("acme", "i-1", "100000000000000000000"),
        RejectReason.NUMBER_OUT_OF_RANGE,
        "quantity");
  }

  @Test
  void refusesAnInstantOfAYearThatEnginesDoNotKnow() {
    for (String sound : new String[] {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"}) {
      Instant at = Instant.parse(sound);
      assertThatNoException().isThrownBy(() -> Validation.check(charge(at, at)));
    }
    for (String absurd : new String[] {"0000-12-31T23:59:59Z", "+10000-01-01T00:00:00Z"}) {
      Instant at = Instant.parse(absurd);
      refuses(charge(at, at), RejectReason.INVALID_VALUE, "charge_period_start");
    }
  }

  @Test
  void refusesAChargePeriodThatEndsBeforeItStartsOrIsTooLong() {
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    Instant latest = start.plus(Validation.LONGEST_PERIOD);
    assertThatNoException().isThrownBy(() -> Validation.check(charge(start, start)));
    assertThatNoException().isThrownBy(() -> Validation.check(charge(start, latest)));
    refuses(charge(start, start.minusSeconds(1)), RejectReason.INVALID_PERIOD, "charge_period_end");
    refuses(charge(start, latest.plusSeconds(1)), RejectReason.INVALID_PERIOD, "charge_period_end");
  }

  @Test
  void refusesABillingPeriodThatDoesNotEndAfterItStarts() {
    Instant start = Instant.parse("2026-02-28T16:00:00Z");
    Charge charge = charge(start, start);
    charge.setBillingPeriodStart(start);
    charge.setBillingPeriodEnd(start.plusMillis(1));
    assertThatNoException().isThrownBy(() -> Validation.check(charge));
    for (Instant end :
        List.of(start, start.minusMillis(1), Instant.parse("0001-01-01T00:00:00Z"))) {
      charge.setBillingPeriodEnd(end);
      refuses(charge, RejectReason.INVALID_PERIOD, "billing_period_end");
    }
  }

  @Test
  void refusesABillingMonthThatEnginesDoNotKnow() {
    Instant last = Instant.parse("9999-12-31T09:59:59Z");
    assertThatNoException().isThrownBy(() -> Validation.check(delivery(last)));
    refuses(delivery(last.plusSeconds(1)), RejectReason.INVALID_VALUE, "billing_period_start");
    Charge charge = charge(last, last);
    charge.setBillingPeriodStart(last.plusSeconds(1));
    charge.setBillingPeriodEnd(Instant.parse("9999-12-31T23:59:59Z"));
    refuses(charge, RejectReason.INVALID_VALUE, "billing_period_start");
  }

  private static Delivery delivery(Instant periodStart) {
    return new Delivery("acme", "d", "AWS", "payer", periodStart, "default", 1L, 0L, null, null);
  }

  @Test
  void refusesABlankKeyOrCurrency() {
    Charge charge = charge(Instant.EPOCH, Instant.EPOCH);
    charge.setChargeKey(" ");
    refuses(charge, RejectReason.MISSING_FIELD, "charge_key");
    charge.setChargeKey("k");
    charge.setBillingCurrency("");
    refuses(charge, RejectReason.MISSING_FIELD, "billing_currency");
    refuses(
        new PriceChange("acme", "m", "h", "", Money.ZERO, Instant.EPOCH, 1L),
        RejectReason.MISSING_FIELD,
        "currency");
  }

  @Test
  void acceptsANumberOf38Digits() {
    String most = "9".repeat(20);
    assertThatNoException().isThrownBy(() -> Validation.check(usage("acme", "i-1", most)));
  }

  private static Charge charge(Instant start, Instant end) {
    String line =
        """
        {"type":"charge","charge_key":"k","version":1,"billing_currency":"USD","billed_cost":"1",
         "charge_period_start":"2026-01-01T00:00:00Z","charge_period_end":"2026-01-01T01:00:00Z"}
        """;
    try {
      Charge charge = (Charge) JsonRecords.parse(line, "acme");
      charge.setChargePeriodStart(start);
      charge.setChargePeriodEnd(end);
      return charge;
    } catch (RejectedException e) {
      throw new AssertionError("a sound charge", e);
    }
  }

  private static void refuses(SpecificRecordBase record, RejectReason reason, String column) {
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> Validation.check(record))
        .returns(reason, RejectedException::reason)
        .returns(column, RejectedException::column);
  }

  private static UsageEvent usage(String tenant, String resource, String quantity) {
    return new UsageEvent(
        tenant,
        "e-1",
        "agent",
        Instant.parse("2026-01-05T10:15:00Z"),
        resource,
        "hours",
        new BigDecimal(quantity).setScale(Money.SCALE),
        "h",
        null,
        null,
        null,
        Map.of());
  }
}
