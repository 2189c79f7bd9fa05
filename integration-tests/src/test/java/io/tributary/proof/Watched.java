package io.tributary.proof;

import io.tributary.jobs.TraceArchive;
import io.tributary.jobs.watch.WarehouseWatch;
import io.tributary.query.http.QueryServer;
import io.tributary.query.http.ServerSettings;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.slo.Objectives;
import io.tributary.slo.PrometheusRules;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * A warehouse with what {@code run} puts beside it, and a Prometheus for which an hour is a minute.
 */
final class Watched implements AutoCloseable {

  private static final int TIMES_FASTER = 60;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final QueryServer server;
  private final WarehouseWatch watch;
  private final PrometheusUnderTest prometheus;

  private Watched(QueryServer server, WarehouseWatch watch, PrometheusUnderTest prometheus) {
    this.server = server;
    this.watch = watch;
    this.prometheus = prometheus;
  }

  static Watched start(Warehouse warehouse, Set<String> streams, Path directory, Clock clock)
      throws Exception {
    QueryServer server =
        QueryServer.start(warehouse, new TraceArchive(), ServerSettings.local(0), clock);
    WarehouseWatch watch =
        WarehouseWatch.start(
            warehouse,
            server.metrics(),
            new WarehouseWatch.Settings(
                streams, Duration.ofMillis(500), Duration.ofSeconds(2), clock::instant),
            clock);
    String rules = PrometheusRules.yaml(Objectives.own(), "", TIMES_FASTER);
    try {
      return new Watched(server, watch, PrometheusUnderTest.start(directory, server.port(), rules));
    } catch (Exception e) {
      watch.close();
      server.close();
      throw e;
    }
  }

  PrometheusUnderTest prometheus() {
    return prometheus;
  }

  /** What {@code /metrics} says now. */
  String metrics() throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(server.address().resolve("metrics")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  Set<String> firing() throws Exception {
    return prometheus.firing();
  }

  /** Waits until the alert fires, and says how long that took. */
  void awaitAlert(String alert) throws Exception {
    Instant start = LiveStream.CLOCK.instant();
    LiveStream.await(alert, PATIENCE, () -> firing().contains(alert));
    System.out.println(
        alert
            + " fires after "
            + Duration.between(start, LiveStream.CLOCK.instant()).toSeconds()
            + " s");
  }

  /** Waits until the alert has ended. */
  void awaitEnd(String alert) throws Exception {
    Instant start = LiveStream.CLOCK.instant();
    LiveStream.await("the end of " + alert, PATIENCE, () -> !firing().contains(alert));
    System.out.println(
        alert
            + " ends after "
            + Duration.between(start, LiveStream.CLOCK.instant()).toSeconds()
            + " s");
  }

  @Override
  public void close() throws Exception {
    prometheus.close();
    watch.close();
    server.close();
  }
}
