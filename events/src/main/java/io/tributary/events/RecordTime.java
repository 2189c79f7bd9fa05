package io.tributary.events;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecordBase;

/** The time a recorded input speaks of, which files and replays use as its record time. */
public final class RecordTime {

  private RecordTime() {}

  /**
   * Microseconds since 1970; the least or the greatest number where they do not fit. {@code
   * ChronoUnit} goes by nanoseconds, which end in the year 2262.
   */
  public static long micros(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
    } catch (ArithmeticException e) {
      return instant.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** The event, period or validity time of {@code record}. */
  public static Instant of(SpecificRecordBase record) {
    if (record instanceof Charge charge) {
      return charge.getChargePeriodStart();
    } else if (record instanceof Delivery delivery) {
      return delivery.getBillingPeriodStart();
    } else if (record instanceof UsageEvent usage) {
      return usage.getEventTime();
    } else if (record instanceof UsageHour usage) {
      return usage.getHour();
    } else if (record instanceof EntityChange entity) {
      return entity.getValidFrom();
    } else if (record instanceof PriceChange price) {
      return price.getValidFrom();
    } else if (record instanceof DefinitionsPublished definitions) {
      return definitions.getEffectiveFrom();
    } else if (record instanceof TelemetryRecord telemetry) {
      return telemetry.getPeriodStart();
    }
    throw new IllegalArgumentException("no input: " + record.getSchema().getFullName());
  }
}
