package io.tributary.attribution;

import io.tributary.dimensions.definitions.StreamWeight;
import io.tributary.events.EntityChange;
import io.tributary.events.RecordKind;
import io.tributary.events.TelemetryRecord;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What a bucket tells the allocations of its tenant; and telemetry, which only they need. */
final class PoolFeed {

  private static final String TELEMETRY = "t\0";
  private static final String ANNOUNCED = "a\0";
  private static final byte[] PRESENT = new byte[0];

  private final BucketStore.Table timelines;
  private final Dimensions dimensions;
  private final Set<String> announced = new HashSet<>();

  PoolFeed(BucketStore.Table timelines, Dimensions dimensions) {
    this.timelines = timelines;
    this.dimensions = dimensions;
  }

  Outcome put(TelemetryRecord record) {
    String row = TELEMETRY + telemetryRow(record);
    byte[] payload = RecordKind.TELEMETRY.encode(record);
    byte[] known = timelines.get(row);
    Outcome outcome = Outcome.APPLIED;
    if (known != null) {
      long version = ((TelemetryRecord) RecordKind.TELEMETRY.decodeOwn(known)).getVersion();
      outcome = Versions.compare(version, known, record.getVersion(), payload);
    }
    if (known == null || Versions.replaces(outcome, known, payload)) {
      timelines.put(row, payload);
    }
    return outcome;
  }

  /** What identifies a telemetry record. Filters that select the same are the same. */
  static String telemetryRow(TelemetryRecord record) {
    StreamWeight weight = StreamWeight.of(record);
    return String.join(
        "\0",
        record.getStream(),
        record.getPeriodStart().toString(),
        record.getGranularity().name(),
        weight.element(),
        weight.filter().toString());
  }

  void forget(String telemetryRow) {
    timelines.remove(TELEMETRY + telemetryRow);
  }

  /** The telemetry in force, withdrawn records included, in no particular order. */
  List<TelemetryRecord> telemetry() {
    List<TelemetryRecord> telemetry = new ArrayList<>();
    for (String row : timelines.keys()) {
      byte[] bytes = row.startsWith(TELEMETRY) ? timelines.get(row) : null;
      if (bytes != null) {
        telemetry.add((TelemetryRecord) RecordKind.TELEMETRY.decodeOwn(bytes));
      }
    }
    return telemetry;
  }

  /** What holds of a telemetry record now. */
  void tell(TelemetryRecord record, BucketOutput output) {
    byte[] holds = Objects.requireNonNull(timelines.get(TELEMETRY + telemetryRow(record)));
    output.pool(new PoolRecord(ByteBuffer.wrap(holds), RecordKind.TELEMETRY.name()));
  }

  /** Allocations read entities of kinds that are no resource. */
  void tell(EntityChange entity, BucketOutput output) {
    byte[] payload = RecordKind.ENTITY.encode(entity);
    output.pool(new PoolRecord(ByteBuffer.wrap(payload), RecordKind.ENTITY.name()));
  }

  /** The allocations hear of a plan before they hear of lines that are summed for it. */
  void announcePlans(List<EmittedLine> emitted, BucketOutput output) {
    for (EmittedLine line : emitted) {
      PooledState pooled = line.getPooled();
      if (pooled != null) {
        announce(pooled.getPlan(), output);
      }
    }
  }

  private void announce(String plan, BucketOutput output) {
    String row = ANNOUNCED + plan;
    if (announced.add(plan) && timelines.get(row) == null) {
      timelines.put(row, PRESENT);
      output.pool(dimensions.plan(plan).published());
    }
  }

  /** A cell is weight for other streams, or for more, than before. */
  void weights(CellState cell, List<WeightState> now, BucketOutput output) {
    if (now.equals(cell.getWeights())) {
      return;
    }
    now.forEach(weight -> announce(weight.getPlan(), output));
    cell.getWeights().forEach(weight -> output.pool(change(cell, weight, -1)));
    now.forEach(weight -> output.pool(change(cell, weight, 1)));
    cell.setWeights(now);
  }

  private static UsageWeight change(CellState cell, WeightState weight, int sign) {
    return new UsageWeight(
        weight.getPlan(),
        weight.getStream(),
        weight.getElement(),
        cell.getHour(),
        weight.getQuantity().multiply(BigDecimal.valueOf(sign)));
  }
}
