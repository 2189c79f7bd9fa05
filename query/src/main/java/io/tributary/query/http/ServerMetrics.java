package io.tributary.query.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import io.tributary.query.Answer;
import io.tributary.slo.Metric;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.LongSupplier;

/** What the server counts. No label is a tenant's, so the numbers may be read without a key. */
final class ServerMetrics {

  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests =
      Counter.builder()
          .name(Metric.HTTP_REQUESTS.exposedName())
          .help(Metric.HTTP_REQUESTS.help())
          .labelNames("route", "status")
          .register(registry);
  private final Histogram latency =
      Histogram.builder()
          .name(Metric.HTTP_REQUEST_DURATION.exposedName())
          .help(Metric.HTTP_REQUEST_DURATION.help())
          .unit(Unit.SECONDS)
          .labelNames("route")
          .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
          .classicOnly()
          .register(registry);
  private final Counter filesPlanned = counter(Metric.QUERY_FILES_PLANNED);
  private final Counter filesRead = counter(Metric.QUERY_FILES_READ);
  private final Counter bytesRead = counter(Metric.QUERY_BYTES_READ);
  private final Counter rowsRead = counter(Metric.QUERY_ROWS_READ);

  /**
   * @param questionsNotLogged asked whenever the numbers are
   */
  ServerMetrics(LongSupplier questionsNotLogged) {
    CounterWithCallback.builder()
        .name(Metric.QUERY_LOG_LOST.exposedName())
        .help(Metric.QUERY_LOG_LOST.help())
        .callback(lost -> lost.call(questionsNotLogged.getAsLong()))
        .register(registry);
  }

  /** Where whoever started the server adds what it measures. */
  PrometheusRegistry registry() {
    return registry;
  }

  private Counter counter(Metric metric) {
    return Counter.builder().name(metric.exposedName()).help(metric.help()).register(registry);
  }

  void answered(String route, int status, double seconds) {
    requests.labelValues(route, Integer.toString(status)).inc();
    latency.labelValues(route).observe(seconds);
  }

  void scanned(Answer.Scan scan) {
    filesPlanned.inc(scan.filesPlanned());
    filesRead.inc(scan.filesRead());
    bytesRead.inc(scan.bytesRead());
    rowsRead.inc(scan.rowsRead());
  }

  /** All of it in the Prometheus text format. */
  byte[] text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toByteArray();
  }
}
