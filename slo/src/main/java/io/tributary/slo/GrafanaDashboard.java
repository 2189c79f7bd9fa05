package io.tributary.slo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** A Grafana dashboard: budgets and burn rates of the objectives, then each metric. */
public final class GrafanaDashboard {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final int WIDTH = 24;
  private static final int HEIGHT = 7;

  private final ObjectNode dashboard = JSON.createObjectNode();
  private final ArrayNode panels = dashboard.putArray("panels");
  private int x;
  private int y;

  private GrafanaDashboard() {}

  /** As JSON, ends with a line break. */
  public static String json(Objectives objectives) {
    GrafanaDashboard made = new GrafanaDashboard();
    made.build(objectives);
    try {
      return JSON.writeValueAsString(made.dashboard) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always JSON", e);
    }
  }

  private void build(Objectives objectives) {
    dashboard.put("uid", "tributary-slo").put("title", "Tributary: objectives");
    dashboard.put("schemaVersion", 39).put("editable", false).put("refresh", "30s");
    dashboard.putObject("time").put("from", "now-6h").put("to", "now");
    ObjectNode source = dashboard.putObject("templating").putArray("list").addObject();
    source.put("name", "datasource").put("type", "datasource").put("query", "prometheus");
    row("Error budget left of 30 days");
    for (Objective objective : objectives.objectives()) {
      String of = "{sloth_id=\"" + objective.id() + "\"}";
      panel("stat", objective.displayName(), objective.description(), 4, "percentunit");
      target("slo:period_error_budget_remaining:ratio" + of, "");
    }
    row("Burn rates: 1 uses the budget exactly");
    for (Objective objective : objectives.objectives()) {
      String of = "{sloth_id=\"" + objective.id() + "\"}";
      panel("timeseries", objective.displayName(), objective.description(), 8, "short");
      target("slo:current_burn_rate:ratio" + of, "now");
      target("slo:period_burn_rate:ratio" + of, "30 days");
    }
    row("Metrics");
    for (Metric metric : Metric.values()) {
      String unit = metric.exposedName().endsWith("_seconds") ? "s" : "short";
      panel("timeseries", metric.exposedName(), metric.help(), 12, unit);
      metric(metric);
    }
  }

  private void metric(Metric metric) {
    String by = String.join(", ", metric.labels());
    String legend =
        metric.labels().isEmpty() ? "" : "{{" + String.join("}} {{", metric.labels()) + "}}";
    String name = metric.exposedName();
    switch (metric.kind()) {
      case COUNTER ->
          target("sum by (%s) (rate(%s[$__rate_interval]))".formatted(by, name), legend);
      case GAUGE -> target("max by (%s) (%s)".formatted(by, name), legend);
      case HISTOGRAM -> {
        for (String quantile : new String[] {"0.5", "0.99"}) {
          target(
              "histogram_quantile(%s, sum by (le) (rate(%s_bucket[$__rate_interval])))"
                  .formatted(quantile, name),
              quantile);
        }
      }
    }
  }

  private void row(String title) {
    y += x == 0 ? 0 : HEIGHT;
    x = 0;
    ObjectNode row = panels.addObject().put("id", panels.size()).put("type", "row");
    row.put("title", title).put("collapsed", false);
    row.putObject("gridPos").put("x", 0).put("y", y).put("w", WIDTH).put("h", 1);
    y++;
  }

  private void panel(String type, String title, String description, int width, String unit) {
    ObjectNode panel = panels.addObject().put("id", panels.size()).put("type", type);
    panel.put("title", title).put("description", description);
    panel.putObject("datasource").put("type", "prometheus").put("uid", "${datasource}");
    panel.putObject("gridPos").put("x", x).put("y", y).put("w", width).put("h", HEIGHT);
    panel.putObject("fieldConfig").putObject("defaults").put("unit", unit);
    panel.putArray("targets");
    x += width;
    if (x >= WIDTH) {
      x = 0;
      y += HEIGHT;
    }
  }

  private void target(String expression, String legend) {
    ArrayNode targets = (ArrayNode) panels.get(panels.size() - 1).get("targets");
    char reference = (char) ('A' + targets.size());
    targets
        .addObject()
        .put("refId", String.valueOf(reference))
        .put("expr", expression)
        .put("legendFormat", legend);
  }
}
