package io.tributary.events;

import java.time.Instant;
import org.apache.avro.specific.SpecificRecordBase;

/** The time a recorded input speaks of, which files and replays use as its record time. */
public final class RecordTime {

  private RecordTime() {}

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
