package io.tributary.jobs.watch;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tributary.slo.Metric;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Metrics whose values are asked for when they are read. */
final class Metrics {

  /** Told a value and the values of its labels. */
  interface Values {
    void add(double value, String... labels);
  }

  private final PrometheusRegistry registry;
  private final Clock clock;

  Metrics(PrometheusRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  PrometheusRegistry registry() {
    return registry;
  }

  void gauge(Metric metric, Consumer<Values> values) {
    GaugeWithCallback.builder()
        .name(metric.exposedName())
        .help(metric.help())
        .labelNames(metric.labels().toArray(String[]::new))
        .callback(callback -> values.accept(callback::call))
        .register(registry);
  }

  void counter(Metric metric, Consumer<Values> values) {
    CounterWithCallback.builder()
        .name(metric.exposedName())
        .help(metric.help())
        .labelNames(metric.labels().toArray(String[]::new))
        .callback(callback -> values.accept(callback::call))
        .register(registry);
  }

  /** Seconds since each instant, by the one label of the metric. */
  void ages(Metric metric, Supplier<Map<String, Instant>> since) {
    gauge(metric, values -> since.get().forEach((label, at) -> values.add(age(at), label)));
  }

  /** Seconds since an instant. */
  void age(Metric metric, Supplier<Instant> since) {
    gauge(metric, values -> values.add(age(since.get())));
  }

  private double age(Instant since) {
    return Math.max(0, Duration.between(since, clock.instant()).toMillis()) / 1000.0;
  }

  /** The label under which {@code value} is counted, where {@code known} are those so far. */
  static String bounded(String value, Set<String> known) {
    return known.contains(value) || known.size() < Metric.VALUES_PER_LABEL ? value : Metric.OTHER;
  }
}
