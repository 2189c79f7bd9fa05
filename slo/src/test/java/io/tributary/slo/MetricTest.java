package io.tributary.slo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricTest {

  /** What grows with what is attributed. */
  private static final Set<String> UNBOUNDED =
      Set.of("tenant", "tenant_id", "resource", "resource_id", "charge", "delivery", "element");

  @ParameterizedTest
  @EnumSource(Metric.class)
  void labelsAreBounded(Metric metric) {
    assertThat(metric.labels()).doesNotContainAnyElementsOf(UNBOUNDED).hasSizeLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void namesFollowTheConventionsOfPrometheus(Metric metric) {
    assertThat(metric.exposedName()).matches("tributary_[a-z_]+[a-z]");
    assertThat(metric.exposedName().endsWith("_total"))
        .isEqualTo(metric.kind() == Metric.Kind.COUNTER);
    assertThat(metric.help()).endsWith(".");
  }
}
