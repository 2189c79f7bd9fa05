package io.tributary.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.UsageEvent;
import java.time.Duration;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When the horizon of a record ends: by the period of a charge, by the month of other records. */
class AdmissionTest {

  /** So long that usage is refused by the horizon alone. */
  private static final Admission ADMISSION =
      new Admission(Duration.ofDays(1_000), Duration.ofDays(100));

  private static void refusesAfter(Instant last, SpecificRecordBase record) {
    assertThatNoException().isThrownBy(() -> ADMISSION.check(record, last));
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(() -> ADMISSION.check(record, last.plusNanos(1_000)))
        .returns(RejectReason.BEYOND_HORIZON, RejectedException::reason);
  }

  @ParameterizedTest(name = "{0} to {1}: charges until {2}, deliveries until {3}")
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          Start,                End,                  Charges until,        Deliveries until
          2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z, 2026-07-10T00:00:00Z, 2026-07-10T14:00:00Z
          2026-03-01T08:00:00Z, 2026-04-01T07:00:00Z, 2026-07-10T07:00:00Z, 2026-07-10T14:00:00Z
          2026-02-28T16:00:00Z, 2026-03-31T15:59:59Z, 2026-07-09T15:59:59Z, 2026-07-10T14:00:00Z
          2026-02-28T10:00:00Z, 2026-03-31T10:00:00Z, 2026-07-09T10:00:00Z, 2026-07-10T14:00:00Z
          2026-03-01T12:00:00Z, 2026-04-01T12:00:00Z, 2026-07-10T12:00:00Z, 2026-07-10T14:00:00Z
          2026-03-01T00:00:00Z, 2026-03-16T00:00:00Z, 2026-06-24T00:00:00Z, 2026-07-10T14:00:00Z
          2026-03-16T00:00:00Z, 2026-04-16T00:00:00Z, 2026-07-25T00:00:00Z, 2026-07-10T14:00:00Z
          2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z, 2027-04-11T00:00:00Z, 2026-05-12T14:00:00Z
          """)
  void chargesGoByTheirOwnPeriodAndDeliveriesByTheBillingMonth(
      Instant start, Instant end, Instant charges, Instant deliveries) {
    Charge charge = Records.charge("a", 1, "i-1", "10:00", "11:00", "6");
    charge.setBillingPeriodStart(start);
    charge.setBillingPeriodEnd(end);
    refusesAfter(charges, charge);
    Delivery delivery = Records.delivery(1, "11:00");
    delivery.setBillingPeriodStart(start);
    refusesAfter(deliveries, delivery);
  }

  @ParameterizedTest(name = "usage of {0} until {1}")
  @CsvSource({
    "2026-02-28T23:59:59Z, 2026-06-09T14:00:00Z",
    "2026-03-01T00:00:00Z, 2026-07-10T14:00:00Z",
    "2026-03-31T23:00:00Z, 2026-07-10T14:00:00Z",
    "2026-12-31T16:00:00Z, 2027-04-11T14:00:00Z",
  })
  void usageGoesByItsUtcMonth(String time, Instant last) {
    UsageEvent usage = Records.usage("u", "i-1", time, "1", "");
    refusesAfter(last, usage);
  }

  /** A charge is kept for as long as anything may change it. */
  @ParameterizedTest(name = "{0} to {1}: kept until {2}")
  @CsvSource({
    "2026-02-28T16:00:00Z, 2026-03-31T16:00:00Z, 2026-07-10T14:00:00Z",
    "2026-03-16T00:00:00Z, 2026-04-16T00:00:00Z, 2026-07-25T00:00:00Z",
    "2026-01-01T00:00:00Z, 2027-01-01T00:00:00Z, 2027-04-11T00:00:00Z",
  })
  void aChargeIsKeptForDeliveriesToo(Instant start, Instant end, Instant until) {
    Charge charge = Records.charge("a", 1, "i-1", "10:00", "11:00", "6");
    charge.setBillingPeriodStart(start);
    charge.setBillingPeriodEnd(end);
    assertThat(ADMISSION.keptUntil(charge)).isEqualTo(until);
    assertThat(ADMISSION.lookedAtBy(until.plus(Duration.ofDays(2))))
        .isBefore(ADMISSION.closes(end));
  }
}
