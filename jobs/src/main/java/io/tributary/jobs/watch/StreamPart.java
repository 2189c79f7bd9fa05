package io.tributary.jobs.watch;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.tributary.sinks.append.Freshness;
import io.tributary.sinks.catalog.Warehouse;
import io.tributary.sinks.catalog.WarehouseTable;
import io.tributary.sinks.commit.HeardSource;
import io.tributary.sinks.commit.SnapshotMarks;
import io.tributary.slo.Metric;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Table;

/** What the newest snapshot of the ledger says of streams: counts, ages, and the last commit. */
final class StreamPart implements Part {

  private static final List<String> OUTCOMES =
      List.of("in", "applied", "duplicates", "conflicting", "rejected", "overflowed");

  private final Warehouse warehouse;
  private final Set<String> streams;
  private volatile Map<String, Instant> committed;
  private final UsageSources sources = new UsageSources();
  private volatile Map<String, Long> tallies = Map.of();

  /**
   * @param streams that should commit
   * @param started counts as the last commit of one that has made none
   */
  StreamPart(Warehouse warehouse, Set<String> streams, Instant started, Metrics metrics) {
    this.warehouse = warehouse;
    this.streams = streams;
    Map<String, Instant> none = new TreeMap<>();
    streams.forEach(stream -> none.put(stream, started));
    this.committed = none;
    metrics.ages(Metric.STREAM_COMMIT_AGE, () -> committed);
    metrics.ages(Metric.USAGE_SILENCE, sources::heard);
    metrics.counter(Metric.RECORDS, this::records);
    metrics.counter(Metric.USAGE_EVENTS, this::usageEvents);
    metrics.registry().register(this::freshness);
  }

  @Override
  public String name() {
    return "streams";
  }

  @Override
  public void look(Instant now) {
    Table ledger = warehouse.table(WarehouseTable.COST_LEDGER);
    Map<String, Instant> newest = new TreeMap<>(committed);
    for (String stream : streams) {
      Instant last = SnapshotMarks.lastCommit(ledger, stream);
      if (last != null && last.isAfter(newest.getOrDefault(stream, Instant.MIN))) {
        newest.put(stream, last);
      }
    }
    tallies = SnapshotMarks.tallies(ledger);
    committed = newest;
    sources.look(
        HeardSource.of(tallies).stream().filter(heard -> streams.contains(heard.stream())).toList(),
        now);
  }

  private void records(Metrics.Values values) {
    for (String stream : streams) {
      for (String outcome : OUTCOMES) {
        values.add(tallies.getOrDefault(outcome + "." + stream, 0L), stream, outcome);
      }
    }
  }

  private void usageEvents(Metrics.Values values) {
    Map<String, Long> counted = tallies;
    for (String stream : streams) {
      long inTime =
          Freshness.of(counted).stream()
              .filter(fresh -> fresh.stream().equals(stream))
              .flatMap(fresh -> fresh.counts().stream())
              .mapToLong(Long::longValue)
              .sum();
      values.add(inTime, stream, "in_time");
      values.add(counted.getOrDefault("late." + stream, 0L), stream, "late");
      values.add(counted.getOrDefault("ahead." + stream, 0L), stream, "ahead");
    }
  }

  private HistogramSnapshot freshness() {
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder()
            .name(Metric.USAGE_FRESHNESS.exposedName())
            .help(Metric.USAGE_FRESHNESS.help());
    for (Freshness fresh : Freshness.of(tallies)) {
      if (streams.contains(fresh.stream())) {
        histogram.dataPoint(
            HistogramDataPointSnapshot.builder()
                .labels(Labels.of("stream", fresh.stream(), "class", fresh.kind()))
                .classicHistogramBuckets(buckets(fresh.counts()))
                .build());
      }
    }
    return histogram.build();
  }

  private static ClassicHistogramBuckets buckets(List<Long> counts) {
    List<Double> bounds = new ArrayList<>();
    Freshness.BOUNDS_MS.forEach(bound -> bounds.add(bound / 1000.0));
    bounds.add(Double.POSITIVE_INFINITY);
    return ClassicHistogramBuckets.of(bounds, counts);
  }
}
