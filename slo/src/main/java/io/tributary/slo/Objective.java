package io.tributary.slo;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;

/**
 * A service level objective.
 *
 * @param name of its alert, its runbook and its recorded series: {@code usage-freshness}
 * @param target share that must be good, below 1
 * @param window over which it holds, rolling
 * @param burnRates that alert
 */
public record Objective(
    String name,
    String displayName,
    String description,
    String service,
    Indicator indicator,
    BigDecimal target,
    Duration window,
    List<BurnRate> burnRates) {

  /** The share that may be bad. Exact. */
  public BigDecimal errorBudget() {
    return BigDecimal.ONE.subtract(target).stripTrailingZeros();
  }

  /** The share of bad that uses the budget at the rate. Exact. */
  public BigDecimal threshold(BurnRate rate) {
    return errorBudget().multiply(rate.factor()).stripTrailingZeros();
  }

  /** {@code TributaryUsageFreshness}. */
  public String alertName() {
    StringBuilder alert = new StringBuilder("Tributary");
    for (String word : name.split("-")) {
      alert.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
    }
    return alert.toString();
  }

  /** {@code tributary-usage-freshness}, as which its series are labelled. */
  String id() {
    return service + "-" + name;
  }
}
