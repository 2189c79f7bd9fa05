package io.tributary.jobs.watch;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.slo.Metric;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at a warehouse every few seconds, from threads of its own, and tells Prometheus. */
public final class WarehouseWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WarehouseWatch.class);

  /**
   * @param streams ids of the streams that should commit to the warehouse
   * @param pause between the end of a look and the next
   * @param filesPause between two looks whether every file is there
   * @param maintained when maintenance last ended well; null where it is done elsewhere
   */
  public record Settings(
      Set<String> streams,
      Duration pause,
      Duration filesPause,
      @Nullable Supplier<Instant> maintained) {

    /** Every 5 seconds; files every minute. */
    public static Settings of(String stream, @Nullable Supplier<Instant> maintained) {
      return new Settings(Set.of(stream), Duration.ofSeconds(5), Duration.ofMinutes(1), maintained);
    }
  }

  private final List<Part> parts;
  private final ProbePart probe;

  /** In a thread of its own: the first audit, and that of a large bill, take long. */
  private final AuditPart audit;

  private final Clock clock;
  private final ScheduledExecutorService threads;
  private volatile Instant looked;

  private WarehouseWatch(
      Warehouse warehouse, PrometheusRegistry registry, Settings settings, Clock clock) {
    Instant started = clock.instant();
    Metrics metrics = new Metrics(registry, clock);
    this.clock = clock;
    this.looked = started;
    this.probe = new ProbePart(warehouse, metrics);
    this.parts =
        List.of(
            new StreamPart(warehouse, settings.streams, started, metrics),
            new DeliveryPart(warehouse, metrics),
            new RejectionPart(warehouse, metrics),
            probe,
            new CoveragePart(warehouse, metrics));
    this.audit = new AuditPart(warehouse, settings.filesPause, started, metrics);
    metrics.age(Metric.WATCH_AGE, () -> looked);
    Supplier<Instant> maintained = settings.maintained;
    if (maintained != null) {
      metrics.age(Metric.MAINTENANCE_AGE, maintained);
    }
    this.threads =
        Executors.newScheduledThreadPool(
            2,
            task -> {
              Thread daemon = new Thread(task, "watch-warehouse");
              daemon.setDaemon(true);
              return daemon;
            });
  }

  /**
   * @param warehouse stays the caller's to close, after this
   * @param registry to which the metrics are added
   */
  public static WarehouseWatch start(
      Warehouse warehouse, PrometheusRegistry registry, Settings settings, Clock clock) {
    WarehouseWatch watch = new WarehouseWatch(warehouse, registry, settings, clock);
    watch.again(watch::look, settings.pause);
    watch.again(() -> watch.isSeen(watch.audit), settings.pause);
    return watch;
  }

  private void again(Runnable look, Duration pause) {
    ScheduledFuture<?> unused =
        threads.scheduleWithFixedDelay(look, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Every part, whatever becomes of the others: what one cannot see, another may. */
  private void look() {
    boolean all = true;
    for (Part part : parts) {
      all &= isSeen(part) || part == probe;
    }
    if (all) {
      looked = clock.instant();
    }
  }

  private boolean isSeen(Part part) {
    try {
      part.look(clock.instant());
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} cannot be seen and is looked at again: {}", part.name(), e.getMessage(), e);
      return false;
    }
  }

  /** Ends after the look under way, if there is one. */
  @Override
  public void close() throws InterruptedException {
    threads.shutdown();
    if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
      LOG.warn("a look at the warehouse is given up: it takes too long to end");
    }
    probe.close();
  }
}
