package io.tributary.enrichment;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of priced usage that is not in the ledger because its estimate would take too many rows:
 * once for each tenant and meter since the operator was opened, to the logger {@code
 * tributary.estimates}; each time to a counter.
 */
final class LargeEstimates {

  private static final Logger LOG = LoggerFactory.getLogger("tributary.estimates");

  /** Beyond these, what was told is forgotten, and may be told again. */
  private static final int MOST_REMEMBERED = 10_000;

  private record Place(String tenant, String meter) {}

  private final Counter counter;
  private final Set<Place> told = new HashSet<>();

  LargeEstimates(MetricGroup metrics) {
    this.counter = metrics.counter("estimates.too-large");
  }

  void tell(String tenant, String resourceId, String meter, Instant hour) {
    counter.inc();
    if (told.size() >= MOST_REMEMBERED) {
      told.clear();
    }
    if (told.add(new Place(tenant, meter))) {
      LOG.warn(
          "{}: the estimate of meter {} of {} at {} would take more than 1,000 rows, and has none",
          tenant,
          meter,
          resourceId,
          hour);
    }
  }
}
