package io.tributary.enrichment;

import io.tributary.events.Charge;
import io.tributary.events.Delivery;
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

  private void checkHorizon(Instant periodEnd, Instant recordTime) throws RejectedException {
    if (recordTime.isAfter(periodEnd.plus(horizon))) {
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
