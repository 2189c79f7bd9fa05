package io.tributary.query.shadow;

/** Why two systems may say different costs. */
public enum Cause {
  /** A bill, or usage before its bill, that one has and the other had not when it was asked. */
  LATE_BILL("late bill"),
  /** The same money, under an element with one and under none with the other. */
  UNALLOCATED("unallocated"),
  /** The same money under other elements. */
  RULE("rule"),
  /** No more than the last place that the other writes can tell. */
  ROUNDING("rounding"),
  /** Nothing in the ledger tells why. */
  UNEXPLAINED("unexplained");

  private final String text;

  Cause(String text) {
    this.text = text;
  }

  /** As it is written in reports. */
  public String text() {
    return text;
  }
}
