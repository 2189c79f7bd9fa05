package io.tributary.slo;

import java.math.BigDecimal;
import java.time.Duration;

/**
 * How fast an error budget may be used before somebody is told. The rate must hold over the long
 * window, so that it matters, and over a twelfth of it, so that the alert ends soon after its cause
 * (Google, The Site Reliability Workbook, chapter 5).
 *
 * @param name of the alert policy
 * @param factor 1 uses exactly the budget in the objective's time window
 */
public record BurnRate(String name, Severity severity, BigDecimal factor, Duration window) {

  private static final int SHORT_WINDOWS = 12;

  /** Whom it reaches, and when. */
  public enum Severity {
    /** Somebody, now. */
    PAGE,
    /** The queue of work. */
    TICKET
  }

  /** Where the rate must hold too. */
  Duration shortWindow() {
    return window.dividedBy(SHORT_WINDOWS);
  }
}
