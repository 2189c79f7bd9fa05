package io.tributary.sinks.catalog;

/** Columns that this module adds to those of the Avro records, or looks at. */
public final class Columns {

  public static final String TENANT_ID = "tenant_id";
  public static final String RECORD_TIME = "record_time";
  public static final String TIER = "tier";
  public static final String ENTRY_TIME = "entry_time";
  public static final String ELEMENTS = "elements";
  public static final String ELEMENTS_OVERFLOW = "elements_overflow";
  public static final String BILLING_PERIOD_START = "billing_period_start";

  /** The first day of the month that the period counts in, by which rows are partitioned. */
  public static final String BILLING_MONTH = "billing_month";

  public static final String CHARGE_PERIOD_START = "charge_period_start";
  public static final String CHARGE_PERIOD_END = "charge_period_end";
  public static final String CHARGE_KEY = "charge_key";
  public static final String RESOURCE_ID = "resource_id";
  public static final String BILLING_CURRENCY = "billing_currency";
  public static final String CONSUMED_UNIT = "consumed_unit";
  public static final String ASKED_AT = "asked_at";
  public static final String DEFINITIONS_VERSION = "definitions_version";

  /** Tier of everything the stream writes. */
  public static final String HOT = "hot";

  /** Tier of what is old: netted, sorted, in large files. */
  public static final String COLD = "cold";

  /** Tier of what cannot change any more: by days, without charges and resources. */
  public static final String FROZEN = "frozen";

  private Columns() {}
}
