package io.tributary.jobs.bills;

import io.tributary.events.Charge;
import io.tributary.events.ResourceIdentity;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/**
 * 64 bits of what the lines of a bill are about, whoever sent it and whatever they cost, in any
 * order: good enough for a hint that two bills are one.
 */
final class LineSum {

  /** Columns of the archive that {@link #add(Record)} reads. */
  static final String[] COLUMNS = {
    "charge_period_start",
    "charge_period_end",
    "charge_category",
    "billing_currency",
    "sub_account_id",
    "charge_description",
    "service_name",
    "region_id",
    "sku_id",
    "sku_meter",
    "resource_id"
  };

  private long sum;

  void add(Charge charge) {
    add(
        charge.getChargePeriodStart(),
        charge.getChargePeriodEnd(),
        charge.getChargeCategory(),
        charge.getBillingCurrency(),
        charge.getSubAccountId(),
        charge.getChargeDescription(),
        charge.getServiceName(),
        charge.getRegionId(),
        charge.getSkuId(),
        charge.getSkuMeter(),
        identity(charge.getResourceId()));
  }

  void add(Record row) {
    Object[] values = new Object[COLUMNS.length];
    for (int i = 0; i < values.length; i++) {
      Object value = row.getField(COLUMNS[i]);
      values[i] = value instanceof OffsetDateTime time ? time.toInstant() : value;
    }
    values[values.length - 1] = identity((String) values[values.length - 1]);
    add(values);
  }

  private static @Nullable String identity(@Nullable String resource) {
    return resource == null ? null : ResourceIdentity.of(resource);
  }

  /** Instants and texts have hash codes that are the same in every JVM. */
  private void add(@Nullable Object... values) {
    long mixed = 0;
    for (Object value : values) {
      mixed =
          Mix.of(
              mixed
                  ^ (value instanceof Instant instant
                      ? instant.getEpochSecond()
                      : value == null ? 0 : value.toString().hashCode()));
    }
    sum += mixed;
  }

  long sum() {
    return sum;
  }
}
