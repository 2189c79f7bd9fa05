package io.tributary.jobs;

import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.maintenance.Maintenance;
import io.tributary.sinks.maintenance.TierSettings;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done to a warehouse from time to time: late policies are followed, tables kept small. */
final class MaintenanceRound {

  private static final Logger LOG = LoggerFactory.getLogger(MaintenanceRound.class);

  private final Maintenance maintenance;
  private final Redaction redaction;
  private final TierSettings settings;
  private final Clock clock;

  /**
   * @param privacy how refused records are kept that may hold what a policy does not allow
   */
  MaintenanceRound(Warehouse warehouse, TierSettings settings, Privacy privacy, Clock clock) {
    this.maintenance = new Maintenance(warehouse, settings);
    this.redaction = new Redaction(warehouse, privacy, clock);
    this.settings = settings;
    this.clock = clock;
  }

  void run() throws IOException {
    Redaction.Report redacted = redaction.run(settings.snapshotsFor());
    if (!redacted.isEmpty()) {
      LOG.info("late policies: {}", redacted);
    }
    LOG.debug("maintenance: {}", maintenance.run(clock.instant()));
  }
}
