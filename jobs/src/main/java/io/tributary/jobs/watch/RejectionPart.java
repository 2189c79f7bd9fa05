package io.tributary.jobs.watch;

import io.tributary.events.RejectReason;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.read.WarehouseReader;
import io.tributary.slo.Metric;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was refused since it was first looked, by reason. */
final class RejectionPart implements Part {

  private static final Logger LOG = LoggerFactory.getLogger(RejectionPart.class);

  private final Warehouse warehouse;
  private final Map<String, Long> counts = new ConcurrentHashMap<>();
  private boolean looked;
  private @Nullable Long seen;

  RejectionPart(Warehouse warehouse, Metrics metrics) {
    this.warehouse = warehouse;
    Arrays.stream(RejectReason.values()).forEach(reason -> counts.put(reason.name(), 0L));
    metrics.counter(
        Metric.REJECTED, values -> counts.forEach((reason, count) -> values.add(count, reason)));
  }

  @Override
  public String name() {
    return "rejections";
  }

  @Override
  public void look(Instant now) throws IOException {
    WarehouseReader reader = WarehouseReader.sealed(warehouse);
    Snapshot newest = reader.snapshot(WarehouseTable.REJECTED);
    if (looked && newest != null) {
      try (CloseableIterable<Record> rows =
          reader.appended(WarehouseTable.REJECTED, seen, "reason")) {
        rows.forEach(this::count);
      } catch (WarehouseException e) {
        LOG.warn("what was refused meanwhile is not counted: {}", e.getMessage());
      }
    }
    looked = true;
    seen = newest == null ? null : newest.snapshotId();
  }

  private void count(Record row) {
    String reason = row.getField("reason").toString();
    counts.merge(counts.containsKey(reason) ? reason : Metric.OTHER, 1L, Long::sum);
  }
}
