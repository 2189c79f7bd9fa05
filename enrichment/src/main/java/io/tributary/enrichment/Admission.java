package io.tributary.enrichment;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
import io.tributary.events.RecordTime;
import io.tributary.events.RejectReason;
import io.tributary.events.RejectedException;
import io.tributary.events.UsageEvent;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
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

  /** 48 hours for usage events, 100 days for everything billed. */
  public static final Admission DEFAULT = new Admission(Duration.ofHours(48), Duration.ofDays(100));

  /**
   * Passes a record that came in time.
   *
   * @throws RejectedException with TOO_LATE or BEYOND_HORIZON otherwise
   */
  public void check(SpecificRecordBase record, Instant recordTime) throws RejectedException {
    if (record instanceof UsageEvent usage) {
      checkHorizon(month(usage.getEventTime(), 1), recordTime);
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
      checkHorizon(charge.getBillingPeriodEnd(), recordTime);
    } else if (record instanceof Delivery delivery) {
      checkHorizon(month(delivery.getBillingPeriodStart(), 1), recordTime);
    }
  }

  /** Until when a record may be about a billing period that ends at {@code periodEnd}. */
  Instant closes(Instant periodEnd) {
    return periodEnd.plus(horizon);
  }

  /** Until when a record may be about the usage of {@code hour}. */
  Instant usageCloses(Instant hour) {
    return closes(month(hour, 1));
  }

  /** Until when the ids of the events of {@code hour} are kept. */
  Instant idsKeptUntil(Instant hour) {
    return hour.plus(1, ChronoUnit.HOURS).plus(dedupeMemory);
  }

  /**
   * Until when the cells of {@code hour} are kept: a month longer than they may change, since a
   * charge of the next billing period may cover them.
   */
  Instant cellsKeptUntil(Instant hour) {
    return closes(month(hour, 2));
  }

  /**
   * Until when telemetry of {@code start} is kept: a weight counts for lines of three months on.
   */
  Instant telemetryKeptUntil(Instant start) {
    return closes(month(start, 4));
  }

  static long micros(Instant instant) {
    return RecordTime.micros(instant);
  }

  private void checkHorizon(Instant periodEnd, Instant recordTime) throws RejectedException {
    if (recordTime.isAfter(closes(periodEnd))) {
      throw new RejectedException(
          RejectReason.BEYOND_HORIZON,
          null,
          "came at "
              + recordTime
              + ", more than "
              + horizon.toDays()
              + " days after its billing period ended at "
              + periodEnd
              + "; repair the period with 'backfill --as-known-now'");
    }
  }

  private static Instant month(Instant instant, int later) {
    return instant
        .atZone(ZoneOffset.UTC)
        .withDayOfMonth(1)
        .truncatedTo(ChronoUnit.DAYS)
        .plusMonths(later)
        .toInstant();
  }
}
