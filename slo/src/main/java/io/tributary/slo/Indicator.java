package io.tributary.slo;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** How well something does, as Prometheus knows it. */
public sealed interface Indicator {

  /**
   * A share of events. Each query selects counters: {@code name{label="value"}}.
   *
   * @param good null where the bad ones are counted
   * @param bad null where the good ones are counted
   */
  record Ratio(@Nullable String good, @Nullable String bad, String total) implements Indicator {}

  /**
   * A share of time in which a value is within its bound.
   *
   * @param query the value; where it has several series, all must be within
   * @param op of the good values
   */
  record Threshold(String query, Comparison op, BigDecimal value) implements Indicator {}

  /** How a good value compares to its bound. */
  enum Comparison {
    LTE("at most", ">", "max"),
    LT("less than", ">=", "max"),
    GTE("at least", "<", "min"),
    GT("more than", "<=", "min");

    private final String words;
    private final String violated;
    private final String worst;

    Comparison(String words, String violated, String worst) {
      this.words = words;
      this.violated = violated;
      this.worst = worst;
    }

    /** {@code at most}. */
    String words() {
      return words;
    }

    /** The operator of PromQL that a bad value fulfils. */
    String violated() {
      return violated;
    }

    /** The aggregation of PromQL that keeps the worst of several values. */
    String worst() {
      return worst;
    }
  }
}
