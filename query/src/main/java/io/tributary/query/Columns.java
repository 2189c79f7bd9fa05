package io.tributary.query;

/** Columns of the tables that the engine itself reads. */
final class Columns {

  static final String TENANT_ID = "tenant_id";
  static final String ENTRY_TIME = "entry_time";
  static final String ENTRY_KIND = "entry_kind";
  static final String ALLOCATION = "allocation";
  static final String BASIS = "basis";
  static final String BILLING_PERIOD_START = "billing_period_start";
  static final String BILLING_MONTH = "billing_month";
  static final String CHARGE_PERIOD_START = "charge_period_start";
  static final String CHARGE_KEY = "charge_key";
  static final String BILLING_CURRENCY = "billing_currency";
  static final String RESOURCE_ID = "resource_id";
  static final String ELEMENTS_OVERFLOW = "elements_overflow";

  /** Value of {@link #ENTRY_KIND}: what a line costs, before any allocation. */
  static final String BASE = "base";

  /** Value of {@link #ENTRY_KIND}: what an allocation moves. */
  static final String TRANSFER = "transfer";

  private Columns() {}
}
