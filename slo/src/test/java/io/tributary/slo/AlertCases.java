package io.tributary.slo;

import io.tributary.slo.BurnRate.Severity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Unit tests of {@code promtool test rules}, made of an objective: an hour in which all is well,
 * twenty minutes in which all is bad, then all is well again. Its alerts must be silent, fire, and
 * end one after the other as their short windows get clean.
 */
final class AlertCases {

  private static final int BAD_FROM = 60;
  private static final int BAD_UNTIL = 80;
  private static final int END = 460;
  private static final int PER_MINUTE = 60;
  private static final Pattern SERIES = Pattern.compile("((?:tributary|flink)_\\w+)(?:\\{(.*)})?");

  private final Objective objective;
  private final StringBuilder yaml = new StringBuilder();

  private AlertCases(Objective objective) {
    this.objective = objective;
  }

  static String yaml(Objective objective, String rulesFile) {
    AlertCases cases = new AlertCases(objective);
    cases.yaml.append("rule_files: [").append(rulesFile).append("]\n");
    cases.yaml.append("evaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n");
    cases.series();
    cases.yaml.append("    alert_rule_test:\n");
    cases.expect(BAD_FROM - 1, List.of());
    cases.expect(BAD_UNTIL, List.of(Severity.values()));
    cases.expect(BAD_UNTIL + 35, List.of(Severity.TICKET));
    cases.expect(END - 5, List.of());
    return cases.yaml.toString();
  }

  private void series() {
    if (objective.indicator() instanceof Indicator.Ratio ratio) {
      String counted = ratio.good() == null ? String.valueOf(ratio.bad()) : ratio.good();
      boolean good = ratio.good() != null;
      if (name(counted).equals(name(ratio.total())) && !labels(ratio.total()).contains("outcome")) {
        // The total is over all series of the metric: what is counted, and the rest.
        add(named(counted), counter(good));
        add(
            named(counted).replaceFirst("(timing|result|status)=\"[^\"]*\"", "$1=\"rest\""),
            counter(!good));
      } else {
        add(named(counted), counter(good));
        add(named(ratio.total()), "0+%dx%d".formatted(PER_MINUTE, END));
      }
    } else if (objective.indicator() instanceof Indicator.Threshold threshold) {
      boolean absence = threshold.query().contains(" or ");
      BigDecimal bad = threshold.value().add(BigDecimal.ONE);
      String whileBad = absence ? "_x%d" : PrometheusRules.plain(bad) + "+0x%d";
      String well = PrometheusRules.plain(threshold.value()) + "+0x%d ";
      add(
          named(threshold.query()),
          (well + whileBad + " " + well)
              .formatted(BAD_FROM - 1, BAD_UNTIL - BAD_FROM - (absence ? 0 : 1), END - BAD_UNTIL));
    }
  }

  /** Rises while all is well, or while it is bad. */
  private static String counter(boolean whileWell) {
    int well = whileWell ? PER_MINUTE : 0;
    int bad = PER_MINUTE - well;
    int atBad = well * (BAD_FROM - 1);
    int after = atBad + bad * (BAD_UNTIL - BAD_FROM);
    return "0+%dx%d %d+%dx%d %d+%dx%d"
        .formatted(
            well,
            BAD_FROM - 1,
            atBad + bad,
            bad,
            BAD_UNTIL - BAD_FROM - 1,
            after + well,
            well,
            END - BAD_UNTIL);
  }

  private void add(String series, String values) {
    yaml.append("      - series: '").append(series).append("'\n");
    yaml.append("        values: '").append(values).append("'\n");
  }

  private void expect(int minute, List<Severity> severities) {
    yaml.append("      - eval_time: ").append(minute).append("m\n");
    yaml.append("        alertname: ").append(objective.alertName()).append('\n');
    List<String> alerts = new ArrayList<>();
    for (Severity severity : severities) {
      if (objective.burnRates().stream().anyMatch(rate -> rate.severity() == severity)) {
        alerts.add(alert(severity));
      }
    }
    yaml.append("        exp_alerts:").append(alerts.isEmpty() ? " []\n" : "\n");
    alerts.forEach(yaml::append);
  }

  private String alert(Severity severity) {
    return """
                - exp_labels: {severity: %s, sloth_id: %s, sloth_service: %s, sloth_slo: %s}
                  exp_annotations:
                    summary: '%s: the error budget burns too fast'
                    description: '%s'
                    runbook_url: '%s%s.md'
      """
        .formatted(
            severity.name().toLowerCase(Locale.ROOT),
            objective.id(),
            objective.service(),
            objective.name(),
            objective.displayName(),
            objective.description().replace("'", "''"),
            GoldenTest.RUNBOOKS,
            objective.name());
  }

  private static String name(String selector) {
    return match(selector).group(1);
  }

  private static String labels(String selector) {
    String labels = match(selector).group(2);
    return labels == null ? "" : labels;
  }

  /** A series that the selector selects. */
  private static String named(String selector) {
    String labels =
        labels(selector).replace("=~", "=").replace("/.*", "/cost").replace("5..", "503");
    return name(selector) + (labels.isEmpty() ? "" : "{" + labels + "}");
  }

  private static Matcher match(String selector) {
    Matcher matcher = SERIES.matcher(selector);
    if (!matcher.find()) {
      throw new IllegalArgumentException(selector);
    }
    return matcher;
  }
}
