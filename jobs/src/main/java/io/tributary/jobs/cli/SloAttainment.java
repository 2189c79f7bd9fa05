package io.tributary.jobs.cli;

import io.tributary.slo.Objective;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far an objective was attained.
 *
 * @param errorRatio the share that was bad; null where nothing was measured
 */
record SloAttainment(Objective objective, @Nullable BigDecimal errorRatio) {

  private static final int DECIMALS = 4;

  static SloAttainment of(Objective objective, @Nullable BigDecimal errorRatio) {
    return new SloAttainment(objective, errorRatio);
  }

  boolean isMissed() {
    return errorRatio != null && errorRatio.compareTo(objective.errorBudget()) > 0;
  }

  /** What was not bad, rounded so that it never looks better than it was. */
  private @Nullable BigDecimal attained() {
    return errorRatio == null
        ? null
        : BigDecimal.ONE.subtract(errorRatio).setScale(DECIMALS + 2, RoundingMode.FLOOR);
  }

  /** Share of the error budget that is left; negative where more was used than there is. */
  private @Nullable BigDecimal budgetLeft() {
    return errorRatio == null
        ? null
        : BigDecimal.ONE.subtract(
            errorRatio.divide(objective.errorBudget(), DECIMALS, RoundingMode.CEILING));
  }

  private String verdict() {
    return errorRatio == null ? "no data" : isMissed() ? "missed" : "attained";
  }

  Map<String, @Nullable Object> json() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("objective", objective.name());
    json.put("target", objective.target().toPlainString());
    json.put("attained", plain(attained()));
    json.put("budgetLeft", plain(budgetLeft()));
    json.put("verdict", verdict());
    return json;
  }

  String row() {
    return "%-22s %8s %% %12s %12s  %s"
        .formatted(
            objective.name(),
            objective.target().movePointRight(2).stripTrailingZeros().toPlainString(),
            percent(attained()),
            percent(budgetLeft()),
            verdict());
  }

  private static String percent(@Nullable BigDecimal share) {
    return share == null
        ? "-"
        : share.movePointRight(2).stripTrailingZeros().toPlainString() + " %";
  }

  private static @Nullable String plain(@Nullable BigDecimal share) {
    return share == null ? null : share.stripTrailingZeros().toPlainString();
  }
}
