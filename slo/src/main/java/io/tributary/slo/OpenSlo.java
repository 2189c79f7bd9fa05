package io.tributary.slo;

import io.tributary.slo.BurnRate.Severity;
import io.tributary.slo.Indicator.Comparison;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The part of OpenSLO v1 that is understood: {@code SLO} with an indicator of its own, which is a
 * {@code ratioMetric} of counters or a {@code thresholdMetric}, and {@code AlertPolicy} with one
 * burn rate. What is not understood is a problem, never ignored.
 */
final class OpenSlo {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final String API_VERSION = "openslo/v1";
  private static final String[] ROOT = {"apiVersion", "kind", "metadata", "spec"};

  /** The longest window that an alert needs. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private final List<Problem> problems;
  private final Map<String, BurnRate> burnRates = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  OpenSlo(List<Problem> problems) {
    this.problems = problems;
  }

  /** Alert policies may stand anywhere, so they are read first. */
  List<Objective> read(List<YamlDocument> documents) {
    List<YamlDocument> slos = new ArrayList<>();
    for (YamlDocument document : documents) {
      document.only(ROOT);
      String version = document.member("apiVersion").text("write " + API_VERSION);
      if (!version.isEmpty() && !version.equals(API_VERSION)) {
        document.member("apiVersion").wrong("'" + version + "' is not known", API_VERSION);
      }
      String kind = document.member("kind").text("SLO or AlertPolicy");
      switch (kind) {
        case "SLO" -> slos.add(document);
        case "AlertPolicy" -> readPolicy(document);
        case "" -> {}
        default ->
            document.member("kind").wrong("'" + kind + "' is not known", "SLO or AlertPolicy");
      }
    }
    List<Objective> objectives = new ArrayList<>();
    slos.forEach(slo -> objectives.add(objective(slo)));
    if (objectives.isEmpty() && problems.isEmpty()) {
      problems.add(new Problem("objectives", 1, "", "no document of kind SLO", "write one"));
    }
    return objectives;
  }

  private void readPolicy(YamlDocument document) {
    String name = name(document);
    YamlDocument spec = document.member("spec");
    spec.only(
        "description", "alertWhenBreaching", "alertWhenResolved", "alertWhenNoData", "conditions");
    YamlDocument alert = spec.member("conditions").single();
    alert.only("kind", "metadata", "spec");
    YamlDocument rate = alert.member("spec");
    rate.only("description", "severity", "condition");
    Severity severity = severity(rate.member("severity"));
    YamlDocument condition = rate.member("condition");
    condition.only("kind", "op", "threshold", "lookbackWindow", "alertAfter");
    fixed(condition.member("kind"), "burnrate");
    fixed(condition.member("op"), "gt");
    fixed(condition.member("alertAfter"), "0m");
    BigDecimal factor = condition.member("threshold").decimal("a burn rate above 0");
    if (factor.signum() <= 0) {
      condition.member("threshold").wrong(factor + " is not above 0", "a burn rate such as 14.4");
    }
    Duration window = duration(condition.member("lookbackWindow"));
    if (burnRates.put(name, new BurnRate(name, severity, factor, window)) != null) {
      document.member("metadata").wrong("two alert policies '" + name + "'", "another name");
    }
  }

  private Objective objective(YamlDocument document) {
    String name = name(document);
    if (!names.add(name)) {
      document.member("metadata").wrong("two objectives '" + name + "'", "another name");
    }
    YamlDocument spec = document.member("spec");
    spec.only(
        "description",
        "service",
        "indicator",
        "timeWindow",
        "budgetingMethod",
        "objectives",
        "alertPolicies");
    YamlDocument target = spec.member("objectives").single();
    Indicator indicator = indicator(spec.member("indicator"), target);
    checkMethod(spec.member("budgetingMethod"), indicator, target);
    String shown = document.member("metadata").member("displayName").text("a few words");
    return new Objective(
        name,
        shown,
        spec.member("description").text("a sentence that says what is promised"),
        spec.member("service").text("the service"),
        indicator,
        target(target.member("target")),
        timeWindow(spec.member("timeWindow")),
        alerts(spec.member("alertPolicies")));
  }

  private Indicator indicator(YamlDocument indicator, YamlDocument objective) {
    indicator.only("metadata", "spec");
    YamlDocument spec = indicator.member("spec");
    spec.only("ratioMetric", "thresholdMetric");
    YamlDocument ratio = spec.member("ratioMetric");
    YamlDocument threshold = spec.member("thresholdMetric");
    if (ratio.isPresent() == threshold.isPresent()) {
      spec.wrong("neither or both of two metrics", "either ratioMetric or thresholdMetric");
    }
    if (threshold.isPresent()) {
      objective.only("displayName", "target", "op", "value", "timeSliceWindow", "timeSliceTarget");
      return new Indicator.Threshold(
          query(threshold),
          comparison(objective.member("op")),
          objective.member("value").decimal("the bound of good values"));
    }
    objective.only("displayName", "target");
    ratio.only("counter", "good", "bad", "total");
    fixed(ratio.member("counter"), "true");
    YamlDocument good = ratio.member("good");
    YamlDocument bad = ratio.member("bad");
    if (good.isPresent() == bad.isPresent()) {
      ratio.wrong("neither or both of good and bad", "one of them");
    }
    return new Indicator.Ratio(
        good.isPresent() ? counter(good) : null,
        bad.isPresent() ? counter(bad) : null,
        counter(ratio.member("total")));
  }

  private static String query(YamlDocument metric) {
    metric.only("metricSource");
    YamlDocument source = metric.member("metricSource");
    source.only("metricSourceRef", "type", "spec");
    fixed(source.member("type"), "Prometheus");
    source.member("spec").only("query");
    YamlDocument query = source.member("spec").member("query");
    String text = query.text("a query of Prometheus");
    Optional<Metric> known =
        Arrays.stream(Metric.values()).filter(m -> text.contains(m.exposedName())).findFirst();
    if (text.contains("tributary_") && known.isEmpty()) {
      query.wrong("no metric of ours has that name", "one of docs/operations/objectives.md");
    }
    return text;
  }

  private static String counter(YamlDocument metric) {
    String text = query(metric);
    if (text.contains("(") || text.contains("[")) {
      metric
          .member("metricSource")
          .member("spec")
          .member("query")
          .wrong("a calculation", "the counter alone, name{label=\"value\"}; rates are made of it");
    }
    return text;
  }

  private static void checkMethod(
      YamlDocument method, Indicator indicator, YamlDocument objective) {
    boolean sliced = indicator instanceof Indicator.Threshold;
    fixed(method, sliced ? "Timeslices" : "Occurrences");
    if (sliced) {
      fixed(objective.member("timeSliceWindow"), "1m");
      fixed(objective.member("timeSliceTarget"), "1");
    }
  }

  private static BigDecimal target(YamlDocument target) {
    BigDecimal share = target.decimal("a share from 0 to below 1, such as 0.99");
    if (share.signum() < 0 || share.compareTo(BigDecimal.ONE) >= 0) {
      target.wrong(share + " leaves no budget", "a share from 0 to below 1, such as 0.99");
    }
    return share;
  }

  private Duration timeWindow(YamlDocument windows) {
    YamlDocument window = windows.single();
    window.only("duration", "isRolling");
    fixed(window.member("isRolling"), "true");
    return duration(window.member("duration"));
  }

  private List<BurnRate> alerts(YamlDocument policies) {
    List<BurnRate> alerts = new ArrayList<>();
    if (policies.items().isEmpty()) {
      policies.wrong("no alert policy", "a list of alertPolicyRef");
    }
    for (YamlDocument policy : policies.items()) {
      policy.only("alertPolicyRef");
      String name = policy.member("alertPolicyRef").text("the name of an AlertPolicy");
      BurnRate rate = burnRates.get(name);
      if (rate != null) {
        alerts.add(rate);
      } else if (!name.isEmpty()) {
        policy
            .member("alertPolicyRef")
            .wrong("no AlertPolicy '" + name + "'", "one of " + burnRates.keySet());
      }
    }
    return List.copyOf(alerts);
  }

  private static String name(YamlDocument document) {
    YamlDocument metadata = document.member("metadata");
    metadata.only("name", "displayName", "labels", "annotations");
    YamlDocument name = metadata.member("name");
    String text = name.text("a name such as usage-freshness");
    if (!text.isEmpty() && !NAME.matcher(text).matches()) {
      name.wrong("'" + text + "' is no name", "small letters, digits and single hyphens");
      return "unnamed";
    }
    return text.isEmpty() ? "unnamed" : text;
  }

  private static Duration duration(YamlDocument value) {
    String text = value.text("a duration such as 1h");
    Duration duration = Durations.parse(text);
    if (duration == null || duration.isZero() || duration.compareTo(LONGEST) > 0) {
      if (!text.isEmpty()) {
        value.wrong("'" + text + "' is no duration of up to 30 days", "such as 1h, 3d or 4w");
      }
      return LONGEST;
    }
    return duration;
  }

  private static Severity severity(YamlDocument value) {
    String text = value.text("page or ticket");
    for (Severity severity : Severity.values()) {
      if (severity.name().toLowerCase(Locale.ROOT).equals(text)) {
        return severity;
      }
    }
    if (!text.isEmpty()) {
      value.wrong("'" + text + "' is not known", "page or ticket");
    }
    return Severity.TICKET;
  }

  private static Comparison comparison(YamlDocument value) {
    String text = value.text("lte, lt, gte or gt");
    for (Comparison comparison : Comparison.values()) {
      if (comparison.name().toLowerCase(Locale.ROOT).equals(text)) {
        return comparison;
      }
    }
    if (!text.isEmpty()) {
      value.wrong("'" + text + "' is not known", "lte, lt, gte or gt");
    }
    return Comparison.LTE;
  }

  private static void fixed(YamlDocument value, String only) {
    String text = value.text("write " + only);
    if (!text.isEmpty() && !text.equals(only)) {
      value.wrong("'" + text + "' is not supported", only);
    }
  }
}
