package io.tributary.jobs;

import io.tributary.sinks.Warehouse;
import io.tributary.sinks.maintenance.Maintenance;
import io.tributary.sinks.maintenance.TierSettings;
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

  private final Maintenance maintenance;
  private final Clock clock;
  private final ScheduledExecutorService thread;
  private volatile Instant ended;

  private BackgroundMaintenance(Maintenance maintenance, Clock clock) {
    this.maintenance = maintenance;
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
   * @param pause between the end of a round and the next
   */
  public static BackgroundMaintenance start(
      Warehouse warehouse, TierSettings settings, Duration pause, Clock clock) {
    BackgroundMaintenance background =
        new BackgroundMaintenance(new Maintenance(warehouse, settings), clock);
    ScheduledFuture<?> unused =
        background.thread.scheduleWithFixedDelay(
            background::round, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    return background;
  }

  private void round() {
    try {
      LOG.debug("maintenance: {}", maintenance.run(clock.instant()));
      ended = clock.instant();
    } catch (RuntimeException e) {
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
