package io.tributary.attribution;

import io.tributary.events.BillingMonth;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.EntityChange;
import io.tributary.events.JsonRecords;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import io.tributary.events.RejectedException;
import io.tributary.events.TelemetryRecord;
import io.tributary.events.UsageEvent;
import java.time.Instant;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Inputs of the tenant {@code acme}, of January 2026, short to write. Hours are of 5 January,
 * {@code "10:00"}, unless the text has a date.
 */
public final class Records {

  public static final String TENANT = "acme";

  private static final Map<SpecificRecordBase, Instant> RECORDED =
      Collections.synchronizedMap(new IdentityHashMap<>());

  private Records() {}

  /** The same record, which is recorded at {@code time}. */
  public static <T extends SpecificRecordBase> T recorded(T record, String time) {
    RECORDED.put(record, at(time));
    return record;
  }

  /** When a record is recorded; {@code otherwise} where nothing was said. */
  static Instant recordTime(SpecificRecordBase record, Instant otherwise) {
    return RECORDED.getOrDefault(record, otherwise);
  }

  public static SpecificRecordBase json(String line) {
    try {
      return JsonRecords.parse(line, TENANT);
    } catch (RejectedException e) {
      throw new IllegalArgumentException(line, e);
    }
  }

  public static Instant at(String time) {
    return Instant.parse(time.contains("T") ? time : "2026-01-05T" + time + ":00Z");
  }

  /** A Usage charge of the meter {@code hours}; {@code resource} may be empty for none. */
  public static Charge charge(
      String key, long version, String resource, String from, String to, String cost) {
    return (Charge)
        json(
            """
            {"type": "charge", "charge_key": "%s", "version": %d, "resource_id": %s,
             "sku_meter": "hours", "service_name": "Compute", "sub_account_id": "111",
             "charge_period_start": "%s", "charge_period_end": "%s",
             "billing_currency": "USD", "billed_cost": "%s", "list_cost": "100",
             "consumed_quantity": "2", "consumed_unit": "h", "tags": {"team": "tagged"}}
            """
                .formatted(
                    key,
                    version,
                    resource.isEmpty() ? "null" : '"' + resource + '"',
                    at(from),
                    at(to),
                    cost));
  }

  /** {@code charge} in a billing period of a month that starts at {@code start}. */
  public static Charge inPeriod(String start, Charge charge) {
    charge.setBillingPeriodStart(Instant.parse(start));
    charge.setBillingPeriodEnd(BillingMonth.endOfPeriod(Instant.parse(start)));
    return charge;
  }

  /** {@code delivery} of a billing period that starts at {@code start}. */
  public static Delivery inPeriod(String start, Delivery delivery) {
    delivery.setBillingPeriodStart(Instant.parse(start));
    return delivery;
  }

  public static Charge delete(String key, long version, String resource, String from, String to) {
    Charge charge = charge(key, version, resource, from, to, "0");
    charge.setOp(Op.DELETE);
    return charge;
  }

  public static Delivery delivery(long sequence, String dataThrough) {
    return (Delivery)
        json(
            """
            {"type": "delivery", "delivery_id": "d-%d", "sequence": %d, "rows": 1,
             "billing_period_start": "2026-01-01T00:00:00Z", "data_through": "%s"}
            """
                .formatted(sequence, sequence, at(dataThrough)));
  }

  /** An event of the meter {@code hours} with the label {@code team}, none where it is empty. */
  public static UsageEvent usage(
      String id, String resource, String time, String quantity, String team) {
    return (UsageEvent)
        json(
            """
            {"type": "usage", "event_id": "%s", "source": "agent", "event_time": "%s",
             "resource_id": "%s", "meter": "hours", "quantity": "%s", "unit": "h",
             "sub_account_id": "111", "service_name": "Compute", "labels": {%s}}
            """
                .formatted(
                    id,
                    at(time),
                    resource,
                    quantity,
                    team.isEmpty() ? "" : "\"team\": \"" + team + "\""));
  }

  public static PriceChange price(
      String currency, String unitPrice, String validFrom, long version) {
    return (PriceChange)
        json(
            """
            {"type": "price", "meter": "hours", "unit": "h", "currency": "%s",
             "unit_price": "%s", "valid_from": "%s", "version": %d}
            """
                .formatted(currency, unitPrice, at(validFrom), version));
  }

  public static EntityChange entity(
      String kind, String id, String attribute, String value, String validFrom, long version) {
    return (EntityChange)
        json(
            """
            {"type": "entity", "kind": "%s", "entity_id": "%s", "attributes": {"%s": "%s"},
             "valid_from": "%s", "version": %d}
            """
                .formatted(kind, id, attribute, value, at(validFrom), version));
  }

  /** A weight of a stream for the service Compute. */
  public static TelemetryRecord telemetry(
      String stream,
      String granularity,
      String periodStart,
      String element,
      String value,
      long version) {
    return (TelemetryRecord)
        json(
            """
            {"type": "telemetry", "stream": "%s", "granularity": "%s", "period_start": "%s",
             "element": "%s", "value": "%s", "version": %d,
             "filter": {"ServiceName": ["Compute"]}}
            """
                .formatted(stream, granularity, at(periodStart), element, value, version));
  }

  public static DefinitionsPublished definitions(String yaml, String effectiveFrom, long version) {
    return new DefinitionsPublished(TENANT, version, at(effectiveFrom), yaml);
  }
}
