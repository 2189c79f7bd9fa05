package io.tributary.slo;

import java.util.Locale;
import java.util.stream.Collectors;

/** The parts of docs/operations/objectives.md that follow from objectives and metrics. */
public final class ObjectivesPage {

  private ObjectivesPage() {}

  /** Two tables in Markdown: what is promised, and how it alerts. */
  public static String objectives(Objectives objectives) {
    StringBuilder page =
        new StringBuilder("| Objective | Promise | Budget | Alert |\n|---|---|---|---|\n");
    for (Objective objective : objectives.objectives()) {
      page.append(
          "| `%s` | %s | %s | [%s](runbooks/%s.md), %s |\n"
              .formatted(
                  objective.name(),
                  objective.description(),
                  PrometheusRules.plain(objective.errorBudget()),
                  objective.alertName(),
                  objective.name(),
                  severities(objective)));
    }
    return page.toString();
  }

  private static String severities(Objective objective) {
    return objective.burnRates().stream()
        .map(rate -> rate.severity().name().toLowerCase(Locale.ROOT))
        .distinct()
        .collect(Collectors.joining(" and "));
  }

  /** A table in Markdown of every metric. */
  public static String metrics() {
    StringBuilder page =
        new StringBuilder("| Metric | Kind | Labels | Meaning |\n|---|---|---|---|\n");
    for (Metric metric : Metric.values()) {
      page.append(metric.row()).append('\n');
    }
    return page.toString();
  }
}
