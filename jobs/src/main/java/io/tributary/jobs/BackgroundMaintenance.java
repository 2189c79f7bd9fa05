package io.tributary.jobs;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.maintenance.TierSettings;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maintenance of a warehouse beside the stream that writes it, from time to time. */
public final class BackgroundMaintenance implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundMaintenance.class);

  private final MaintenanceRound round;
  private final Clock clock;
  private final ScheduledExecutorService thread;
  private volatile Instant ended;

  private BackgroundMaintenance(
      Warehouse warehouse, TierSettings settings, Privacy privacy, Clock clock) {
    this.round = new MaintenanceRound(warehouse, settings, privacy, clock);
    this.clock = clock;
    this.ended = clock.instant();
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread daemon = new Thread(task, "maintain-warehouse");
              daemon.setDaemon(true);
              return daemon;
            });
  }

  /**
   * @param warehouse stays the caller's to close, after this
   * @param privacy how refused records are kept that may hold what a policy does not allow
   * @param pause between the end of a round and the next
   */
  public static BackgroundMaintenance start(
      Warehouse warehouse, TierSettings settings, Privacy privacy, Duration pause, Clock clock) {
    BackgroundMaintenance background =
        new BackgroundMaintenance(warehouse, settings, privacy, clock);
    ScheduledFuture<?> unused =
        background.thread.scheduleWithFixedDelay(
            background::round, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    return background;
  }

  private void round() {
    try {
      round.run();
      ended = clock.instant();
    } catch (RuntimeException | IOException e) {
      // What a round could not do the next one does; the stream must not end for it.
      LOG.warn("a round of maintenance failed and is repeated: {}", e.getMessage(), e);
    }
  }

  /** When a round last ended well; before the first, when it was started. */
  public Instant ended() {
    return ended;
  }

  /** Ends after the round under way, if there is one. */
  @Override
  public void close() throws InterruptedException {
    thread.shutdown();
    if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
      LOG.warn("a round of maintenance is given up: it takes too long to end");
    }
  }
}
