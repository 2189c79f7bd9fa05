package io.tributary.attribution;

import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.RecordTime;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.UsageEvent;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Whether a record came in time. A property of the record and its record time alone, never of a
 * clock or of what came before it, so that stream and backfill agree.
 *
 * @param dedupeMemory how long after its time a usage event may come
 * @param horizon how long after the end of a billing period its records may come
 */
public record Admission(Duration dedupeMemory, Duration horizon) implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * For longer than a charge or cell is kept after the period of its line has closed: a month, and
   * the days by which what is kept is found.
   */
  private static final Duration KEPT_AFTER_CLOSING = Duration.ofDays(35);

  /** 48 hours for usage events, 100 days for everything billed. */
  public static final Admission DEFAULT = new Admission(Duration.ofHours(48), BillingMonth.HORIZON);

  /**
   * Passes a record that came in time.
   *
   * @throws RejectedException with TOO_LATE or BEYOND_HORIZON otherwise
   */
  public void check(SpecificRecordBase record, Instant recordTime) throws RejectedException {
    if (record instanceof UsageEvent usage) {
      checkMonth(BillingMonth.containing(usage.getEventTime()), recordTime);
      if (recordTime.isAfter(usage.getEventTime().plus(dedupeMemory))) {
        throw new RejectedException(
            RejectReason.TOO_LATE,
            "event_time",
            "came at "
                + recordTime
                + ", more than "
                + dedupeMemory.toHours()
                + " h after its time;"
                + " publish it with 'replay --admit-late'");
      }
    } else if (record instanceof Charge charge) {
      checkHorizon("billing period", charge.getBillingPeriodEnd(), recordTime);
    } else if (record instanceof Delivery delivery) {
      checkMonth(BillingMonth.of(delivery.getBillingPeriodStart()), recordTime);
    }
  }

  /** Until when a record may be about a billing period that ends at {@code periodEnd}. */
  Instant closes(Instant periodEnd) {
    return periodEnd.plus(horizon);
  }

  /** Until when a delivery of the same scope may come. */
  Instant closes(Delivery delivery) {
    return closes(BillingMonth.of(delivery.getBillingPeriodStart()));
  }

  /** Until when a record may be about the usage of {@code hour}. */
  Instant usageCloses(Instant hour) {
    return closes(BillingMonth.containing(hour));
  }

  private Instant closes(BillingMonth month) {
    return closes(month.endEverywhere());
  }

  /**
   * Until when a charge may change: records about it may come, or a delivery that withdraws it or
   * says how far it reaches.
   */
  Instant keptUntil(Charge charge) {
    Instant ofCharges = closes(charge.getBillingPeriodEnd());
    Instant ofDeliveries = closes(BillingMonth.of(charge.getBillingPeriodStart()));
    return ofCharges.isAfter(ofDeliveries) ? ofCharges : ofDeliveries;
  }

  /** Until when the ids of the events of {@code hour} are kept. */
  Instant idsKeptUntil(Instant hour) {
    return hour.plus(1, ChronoUnit.HOURS).plus(dedupeMemory);
  }

  /**
   * Until when the cells of {@code hour} are kept: a month longer than usage may change them, since
   * a charge of the next billing period may cover them.
   */
  Instant cellsKeptUntil(Instant hour) {
    return closes(BillingMonth.containing(hour).plus(1));
  }

  /**
   * The record time by which a line is looked at that may still change once {@code passed} is over,
   * at the earliest.
   */
  Instant lookedAtBy(Instant passed) {
    return passed.minus(KEPT_AFTER_CLOSING);
  }

  /**
   * Until when telemetry of {@code start} is kept: a weight counts for lines of three months on.
   */
  Instant telemetryKeptUntil(Instant start) {
    return closes(BillingMonth.containing(start).plus(3));
  }

  static long micros(Instant instant) {
    return RecordTime.micros(instant);
  }

  private void checkMonth(BillingMonth month, Instant recordTime) throws RejectedException {
    checkHorizon("billing month " + month, month.endEverywhere(), recordTime);
  }

  private void checkHorizon(String what, Instant periodEnd, Instant recordTime)
      throws RejectedException {
    if (recordTime.isAfter(closes(periodEnd))) {
      throw new RejectedException(
          RejectReason.BEYOND_HORIZON,
          null,
          "came at "
              + recordTime
              + ", more than "
              + horizon.toDays()
              + " days after its "
              + what
              + " ended at "
              + periodEnd
              + "; repair the period with 'backfill --as-known-now'");
    }
  }
}
