package io.tributary.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectivesTest {

  private static final Map<String, String> OWN = Objectives.ownSources();
  private static final String FRESHNESS = OWN.getOrDefault("freshness.yaml", "");

  @Test
  void ownObjectivesAreFine() {
    assertThat(Objectives.own().objectives()).extracting(Objective::name).hasSizeGreaterThan(15);
  }

  @Test
  void budgetsAreExact() {
    Objective freshness = objective("usage-freshness");
    assertThat(freshness.errorBudget()).isEqualTo(new BigDecimal("0.01"));
    assertThat(freshness.burnRates())
        .extracting(rate -> PrometheusRules.plain(freshness.threshold(rate)))
        .containsExactly("0.144", "0.06", "0.03", "0.01");
    assertThat(freshness.burnRates())
        .extracting(
            rate -> Durations.text(rate.window()) + "/" + Durations.text(rate.shortWindow()))
        .containsExactly("1h/5m", "6h/30m", "1d/2h", "3d/6h");
  }

  /** Changes of the file with freshness: text, by what, the problem. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      target: 0.99          | target: 1.0            | freshness.yaml:33: spec.objectives[0].target: 1.0 leaves no budget; a share from 0 to below 1, such as 0.99
      target: 0.99          | target: most           | freshness.yaml:33: spec.objectives[0].target: 'most' is not a number; a share from 0 to below 1, such as 0.99
      kind: SLO             | kind: SLI              | freshness.yaml:4: kind: 'SLI' is not known; SLO or AlertPolicy
      openslo/v1            | openslo/v2             | freshness.yaml:3: apiVersion: 'openslo/v2' is not known; openslo/v1
      duration: 30d         | duration: 30 days      | freshness.yaml:29: spec.timeWindow[0].duration: '30 days' is no duration of up to 30 days; such as 1h, 3d or 4w
      service: tributary    | servce: tributary      | freshness.yaml:11: spec: unknown member 'servce'; known are alertPolicies, budgetingMethod, description, indicator, objectives, service, timeWindow
      Ref: page-fast        | Ref: page-soon         | freshness.yaml:35: spec.alertPolicies[0].alertPolicyRef: no AlertPolicy 'page-soon'; one of [page-fast, page-slow, ticket-fast, ticket-slow]
      usage_freshness_seconds_count{ | usage_freshnes_count{ | freshness.yaml:27: spec.indicator.spec.ratioMetric.total.metricSource.spec.query: no metric of ours has that name; one of docs/operations/objectives.md
      Occurrences           | RatioTimeslices        | freshness.yaml:31: spec.budgetingMethod: 'RatioTimeslices' is not supported; Occurrences
      """)
  void whatIsWrongIsSaidWithPlaceAndRemedy(String what, String by, String problem) {
    assertThat(problems(FRESHNESS.replaceFirst(Pattern.quote(what), by))).contains(problem);
  }

  @Test
  void allProblemsAreSaidAtOnce() {
    assertThat(problems("apiVersion: openslo/v1\nkind: SLO\n")).hasSizeGreaterThan(5);
  }

  @Test
  void whatIsNoYamlIsSaidWithItsLine() {
    assertThat(problems("kind: SLO\n  - x: [\n"))
        .anyMatch(p -> p.startsWith("freshness.yaml:2: not YAML"));
  }

  private static List<String> problems(String text) {
    List<String> problems = new ArrayList<>();
    assertThatThrownBy(
            () ->
                Objectives.load(
                    Map.of(
                        "alert-policies.yaml",
                        OWN.get("alert-policies.yaml"),
                        "freshness.yaml",
                        text)))
        .isInstanceOfSatisfying(
            InvalidObjectivesException.class,
            e -> e.problems().forEach(p -> problems.add(p.toString())));
    return problems;
  }

  static Objective objective(String name) {
    return Objectives.own().objectives().stream()
        .filter(o -> o.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
