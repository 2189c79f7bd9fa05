package io.tributary.jobs;

/** Names of the operators, as the Flink UI shows them, and as savepoints know them. */
final class OperatorIds {

  static final String READ_KAFKA = "read-kafka-v1";
  static final String READ_ARCHIVE = "read-archive-v1";
  static final String DECODE_RECORDS = "decode-records-v1";
  static final String PUBLISH_OVERFLOW = "publish-overflow-v1";
  static final String READ_OVERFLOW = "read-overflow-v1";
  static final String DECODE_OVERFLOW = "decode-overflow-v1";
  static final String ATTRIBUTE_LINES = "attribute-lines-v1";
  static final String ALLOCATE_POOLS = "allocate-pools-v1";
  static final String TO_LEDGER_ROWS = "to-ledger-rows-v1";
  static final String TO_ESTIMATE_ERROR_ROWS = "to-estimate-error-rows-v1";
  static final String TO_ARCHIVE_ROWS = "to-archive-rows-v1";
  static final String TO_REJECTED_ROWS = "to-rejected-rows-v1";
  static final String TO_OWNER_ROWS = "to-owner-rows-v1";
  static final String NEW_DEFINITIONS = "new-definitions-v1";
  static final String TO_DIMENSIONS = "to-dimensions-v1";
  static final String TO_UNSETTLED = "to-unsettled-v1";
  static final String TO_TALLIES = "to-tallies-v1";
  static final String IN_PERIOD = "in-period-v1";
  static final String AS_KEPT = "as-kept-v1";
  static final String ENTRY_ROWS = "entry-rows-v1";
  static final String PROTECT_REJECTED = "protect-rejected-v1";
  static final String PUBLISH_REJECTED = "publish-rejected-v1";
  static final String WRITE_WAREHOUSE = "write-warehouse-v1";
  static final String READ_LEDGER = "read-ledger-v1";
  static final String ENTRY_SUMS = "entry-sums-v1";
  static final String NET_ENTRIES = "net-entries-v1";
  static final String READ_ESTIMATE_ERRORS = "read-estimate-errors-v1";
  static final String ERRORS_IN_PERIOD = "estimate-errors-in-period-v1";
  static final String ERROR_SUMS = "estimate-error-sums-v1";
  static final String NET_ESTIMATE_ERRORS = "net-estimate-errors-v1";
  static final String ERROR_ROWS = "estimate-error-rows-v1";
  static final String COUNT_ROUNDS = "count-rounds-v1";
  static final String MAINTAIN_WAREHOUSE = "maintain-warehouse-v1";
  static final String FORGET_ROUNDS = "forget-rounds-v1";

  private OperatorIds() {}
}
