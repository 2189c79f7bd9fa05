package io.tributary.events;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** What a record that leaves a field out means, where the contract gives the field a default. */
final class Defaults {

  private Defaults() {}

  static void fill(SpecificRecordBase record) {
    for (Schema.Field field : record.getSchema().getFields()) {
      if (field.schema().getType() == Schema.Type.MAP) {
        absent(record, field.name(), TreeMap::new);
      }
    }
    absent(record, "op", () -> Op.UPSERT);
    if (record instanceof Charge) {
      fillCharge(record);
    } else if (record instanceof Delivery) {
      fillScope(record);
    } else if (record instanceof DefinitionsPublished) {
      absent(record, "effective_from", () -> Instant.EPOCH);
    }
  }

  private static void fillCharge(SpecificRecordBase charge) {
    fillScope(charge);
    absent(charge, "charge_category", () -> "Usage");
    if (charge.get("charge_period_start") instanceof Instant start) {
      absent(charge, "billing_period_start", () -> BillingMonth.containing(start).start());
    }
    if (charge.get("billing_period_start") instanceof Instant start) {
      absent(charge, "billing_period_end", () -> BillingMonth.endOfPeriod(start));
    }
    Object billed =
        Op.DELETE.equals(charge.get("op")) && charge.get("billed_cost") == null
            ? Money.ZERO
            : charge.get("billed_cost");
    if (billed instanceof BigDecimal cost) {
      for (String measure :
          new String[] {"billed_cost", "effective_cost", "list_cost", "contracted_cost"}) {
        absent(charge, measure, () -> cost);
      }
    }
  }

  private static void fillScope(SpecificRecordBase record) {
    absent(record, "delivery_id", () -> "");
    absent(record, "report", () -> "default");
    absent(record, "service_provider_name", () -> "unknown");
    absent(record, "billing_account_id", () -> "unknown");
  }

  private static void absent(
      SpecificRecordBase record, String name, Supplier<? extends @Nullable Object> value) {
    Schema.Field field = record.getSchema().getField(name);
    if (field != null && record.get(field.pos()) == null) {
      record.put(field.pos(), value.get());
    }
  }
}
