package io.tributary.query;

/** Which of the four FOCUS costs is summed. */
public enum Measure {
  EFFECTIVE("effective_cost"),
  BILLED("billed_cost"),
  LIST("list_cost"),
  CONTRACTED("contracted_cost");

  private final String column;

  Measure(String column) {
    this.column = column;
  }

  /** The ledger's column. */
  String column() {
    return column;
  }
}
