package io.tributary.slo;

import io.tributary.slo.BurnRate.Severity;
import io.tributary.slo.Indicator.Comparison;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Recording rules and multi-window, multi-burn-rate alerts of Prometheus. Series bear the names and
 * labels that Sloth gives them, so that what is made for Sloth works with them.
 */
public final class PrometheusRules {

  private static final String ERROR_RATIO = "slo:sli_error:ratio_rate";

  /** Whether a slice of time was bad: 1 or 0. */
  private static final String BAD_SLICE = "slo:sli_bad:bool";

  private static final Duration SLICE = Duration.ofMinutes(1);

  private final Objectives objectives;
  private final String runbooks;
  private final int timesFaster;
  private final StringBuilder text = new StringBuilder();

  private PrometheusRules(Objectives objectives, String runbooks, int timesFaster) {
    this.objectives = objectives;
    this.runbooks = runbooks;
    this.timesFaster = timesFaster;
  }

  /**
   * A rules file.
   *
   * @param runbooks where the runbooks are, in front of {@code usage-freshness.md}
   */
  public static String yaml(Objectives objectives, String runbooks) {
    return yaml(objectives, runbooks, 1);
  }

  /**
   * A rules file for trials, in which an hour takes less.
   *
   * @param timesFaster by what windows of time are divided: 1 for none
   */
  public static String yaml(Objectives objectives, String runbooks, int timesFaster) {
    PrometheusRules rules = new PrometheusRules(objectives, runbooks, timesFaster);
    rules.write();
    return rules.text.toString();
  }

  private void write() {
    line("# Made by 'tributary slo rules' of the objectives; changes here are lost.");
    line("groups:");
    for (Objective objective : objectives.objectives()) {
      group(objective, "sli");
      ratios(objective);
      group(objective, "meta");
      meta(objective);
      group(objective, "alerts");
      for (Severity severity : Severity.values()) {
        alert(objective, severity);
      }
    }
  }

  private void group(Objective objective, String part) {
    line("  - name: " + objective.id() + "-" + part);
    line("    interval: " + shown(SLICE));
    line("    rules:");
  }

  private void ratios(Objective objective) {
    if (objective.indicator() instanceof Indicator.Threshold threshold) {
      record(BAD_SLICE, badSlice(threshold), labels(objective));
    }
    for (Duration window : windows(objective)) {
      record(
          ERROR_RATIO + shown(window),
          errorRatio(objective, window),
          labels(objective) + ", sloth_window: " + shown(window));
    }
    String shortest = shown(windows(objective).first());
    String recorded = ERROR_RATIO + shortest + selector(objective);
    String period = shown(objective.window());
    record(
        ERROR_RATIO + period,
        "sum_over_time(%s[%s]) / ignoring (sloth_window) count_over_time(%s[%s])"
            .formatted(recorded, period, recorded, period),
        labels(objective) + ", sloth_window: " + period);
  }

  private static String badSlice(Indicator.Threshold threshold) {
    Comparison op = threshold.op();
    return "%s(%s) %s bool %s"
        .formatted(op.worst(), threshold.query(), op.violated(), plain(threshold.value()));
  }

  private String errorRatio(Objective objective, Duration window) {
    String range = "[" + shown(window) + "]";
    return objective.indicator() instanceof Indicator.Ratio ratio
        ? errorRatio(ratio, range)
        : "avg_over_time(" + BAD_SLICE + selector(objective) + range + ")";
  }

  /** Without traffic there is no sample: the comparison leaves out 0 / 0. */
  private static String errorRatio(Indicator.Ratio ratio, String range) {
    String total = "sum(rate(" + ratio.total() + range + "))";
    if (ratio.good() != null) {
      return "1 - (sum(rate(%s%s)) or vector(0)) / %s > -1".formatted(ratio.good(), range, total);
    }
    return "(sum(rate(%s%s)) or vector(0)) / %s > -1".formatted(ratio.bad(), range, total);
  }

  /** A query for the share that was bad over {@code window}, which needs no recorded series. */
  public static String errorRatioOver(Objective objective, Duration window) {
    String range = "[" + Durations.text(window) + "]";
    if (objective.indicator() instanceof Indicator.Ratio ratio) {
      return errorRatio(ratio, range);
    }
    Indicator.Threshold threshold = (Indicator.Threshold) objective.indicator();
    return "avg_over_time((%s)[%s:%s])"
        .formatted(badSlice(threshold), Durations.text(window), Durations.text(SLICE));
  }

  private void meta(Objective objective) {
    String labels = labels(objective);
    String selector = selector(objective);
    String shortest = shown(windows(objective).first());
    String on = " / on (sloth_id, sloth_slo, sloth_service) group_left slo:error_budget:ratio";
    record("slo:objective:ratio", "vector(" + plain(objective.target()) + ")", labels);
    record("slo:error_budget:ratio", "vector(" + plain(objective.errorBudget()) + ")", labels);
    record("slo:time_period:days", "vector(" + objective.window().toDays() + ")", labels);
    record(
        "slo:current_burn_rate:ratio", ERROR_RATIO + shortest + selector + on + selector, labels);
    record(
        "slo:period_burn_rate:ratio",
        ERROR_RATIO + shown(objective.window()) + selector + on + selector,
        labels);
    record(
        "slo:period_error_budget_remaining:ratio",
        "1 - slo:period_burn_rate:ratio" + selector,
        labels);
    record(
        "sloth_slo_info",
        "vector(1)",
        labels + ", sloth_objective: \"" + percent(objective) + "\"");
  }

  private void alert(Objective objective, Severity severity) {
    List<String> burning = new ArrayList<>();
    for (BurnRate rate : objective.burnRates()) {
      if (rate.severity() == severity) {
        String above = " > " + plain(objective.threshold(rate));
        burning.add(
            "(max without (sloth_window) (%s%s)\n          and max without (sloth_window) (%s%s))"
                .formatted(
                    series(objective, rate.shortWindow()),
                    above,
                    series(objective, rate.window()),
                    above));
      }
    }
    if (burning.isEmpty()) {
      return;
    }
    line("      - alert: " + objective.alertName());
    line("        expr: |-");
    line("          " + String.join("\n          or\n          ", burning));
    line("        labels: {severity: " + lower(severity) + ", " + labels(objective) + "}");
    line("        annotations:");
    line(
        "          summary: "
            + quoted(objective.displayName() + ": the error budget burns too fast"));
    line("          description: " + quoted(objective.description()));
    line("          runbook_url: " + quoted(runbooks + objective.name() + ".md"));
  }

  private String series(Objective objective, Duration window) {
    return ERROR_RATIO + shown(window) + selector(objective);
  }

  private static SortedSet<Duration> windows(Objective objective) {
    SortedSet<Duration> windows = new TreeSet<>();
    for (BurnRate rate : objective.burnRates()) {
      windows.add(rate.shortWindow());
      windows.add(rate.window());
    }
    return windows;
  }

  private void record(String name, String expression, String labels) {
    line("      - record: " + name);
    line("        expr: " + quoted(expression));
    line("        labels: {" + labels + "}");
  }

  private static String labels(Objective objective) {
    return "sloth_id: %s, sloth_service: %s, sloth_slo: %s"
        .formatted(objective.id(), objective.service(), objective.name());
  }

  private static String selector(Objective objective) {
    return "{sloth_id=\"" + objective.id() + "\"}";
  }

  /** As Prometheus writes it, in the time of the trial. */
  private String shown(Duration duration) {
    return Durations.text(duration.dividedBy(timesFaster));
  }

  private static String percent(Objective objective) {
    return plain(objective.target().movePointRight(2));
  }

  static String plain(BigDecimal number) {
    return number.stripTrailingZeros().toPlainString();
  }

  private static String lower(Severity severity) {
    return severity.name().toLowerCase(Locale.ROOT);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
