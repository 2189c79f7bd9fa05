package io.tributary.attribution;

import io.tributary.dimensions.definitions.EntitiesAt;
import io.tributary.dimensions.definitions.TracedLine;
import io.tributary.dimensions.definitions.TracedUsage;
import io.tributary.dimensions.timeline.Timeline;
import io.tributary.events.Charge;
import io.tributary.events.TelemetryRecord;
import java.util.ArrayList;
import java.util.List;

/** What a bucket knows, and what follows from what. */
final class BucketTrace {

  private final BucketStore.Table charges;
  private final MeterDays meterDays;
  private final Coverage coverage;
  private final Lines lines;
  private final Dimensions dimensions;
  private final PoolFeed pools;

  BucketTrace(
      BucketStore.Table charges,
      MeterDays meterDays,
      Coverage coverage,
      Lines lines,
      Dimensions dimensions,
      PoolFeed pools) {
    this.charges = charges;
    this.meterDays = meterDays;
    this.coverage = coverage;
    this.lines = lines;
    this.dimensions = dimensions;
    this.pools = pools;
  }

  /** Every line as it is attributed now, with what it follows from, in no particular order. */
  List<TracedLine> lines() {
    List<TracedLine> traced = new ArrayList<>();
    for (String row : charges.keys()) {
      byte[] bytes = charges.get(row);
      Charge charge = bytes == null ? null : Bucket.charge(bytes);
      if (charge != null && coverage.counts(charge)) {
        traced.addAll(lines.traced(charge, coverage.coveredBy(charge)));
      }
    }
    for (String row : meterDays.rows()) {
      MeterDay day = meterDays.get(row);
      for (CellState state : day.cells()) {
        TracedLine line =
            coverage.isEstimated(state, day)
                ? lines.tracedEstimate(Lines.Cell.of(row, state))
                : null;
        if (line != null) {
          traced.add(line);
        }
      }
    }
    return traced;
  }

  /** Every usage cell, priced or covered or not, in no particular order. */
  List<TracedUsage> usage() {
    List<TracedUsage> usage = new ArrayList<>();
    for (String row : meterDays.rows()) {
      for (CellState state : meterDays.get(row).cells()) {
        if (state.getEvents() > 0) {
          usage.add(lines.tracedUsage(Lines.Cell.of(row, state)));
        }
      }
    }
    return usage;
  }

  /** The telemetry in force, withdrawn records included, in no particular order. */
  List<TelemetryRecord> telemetry() {
    return pools.telemetry();
  }

  /** Entities as valid at any instant. */
  EntitiesAt entities() {
    return (kind, id, instant) ->
        dimensions.entitiesAt(new AsOf(instant, Timeline.ALL)).attributes(kind, id);
  }
}
