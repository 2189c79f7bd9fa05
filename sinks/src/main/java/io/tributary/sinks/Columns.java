package io.tributary.sinks;

/** Columns that no Avro record has. */
final class Columns {

  static final String TENANT_ID = "tenant_id";
  static final String RECORD_TIME = "record_time";
  static final String TIER = "tier";
  static final String ENTRY_TIME = "entry_time";
  static final String ELEMENTS = "elements";
  static final String ELEMENTS_OVERFLOW = "elements_overflow";
  static final String BILLING_PERIOD_START = "billing_period_start";
  static final String CHARGE_PERIOD_START = "charge_period_start";

  /** Tier of everything the stream writes. */
  static final String HOT = "hot";

  private Columns() {}
}
