package io.tributary.query.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import io.tributary.query.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.LongSupplier;

/** What the server counts. No label is a tenant's, so the numbers may be read without a key. */
final class ServerMetrics {

  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests =
      Counter.builder()
          .name("tributary_http_requests_total")
          .help("Requests answered.")
          .labelNames("route", "status")
          .register(registry);
  private final Histogram latency =
      Histogram.builder()
          .name("tributary_http_request_duration_seconds")
          .help("Time from a request to its answer.")
          .unit(Unit.SECONDS)
          .labelNames("route")
          .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
          .classicOnly()
          .register(registry);
  private final Counter filesPlanned =
      counter("files_planned", "Files of the ledger or its sums that may matter.");
  private final Counter filesRead =
      counter("files_read", "Files of the ledger or its sums opened.");
  private final Counter bytesRead = counter("bytes_read", "Bytes read of files.");
  private final Counter rowsRead =
      counter("rows_read", "Rows of the ledger or its sums looked at.");

  /**
   * @param questionsNotLogged asked whenever the numbers are
   */
  ServerMetrics(LongSupplier questionsNotLogged) {
    CounterWithCallback.builder()
        .name("tributary_query_log_lost_total")
        .help("Questions that could not be written to query_log.")
        .callback(lost -> lost.call(questionsNotLogged.getAsLong()))
        .register(registry);
  }

  private Counter counter(String name, String help) {
    return Counter.builder()
        .name("tributary_query_" + name + "_total")
        .help(help)
        .register(registry);
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
