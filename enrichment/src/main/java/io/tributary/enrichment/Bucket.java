package io.tributary.enrichment;

import io.tributary.attribution.EntitiesAt;
import io.tributary.attribution.TracedLine;
import io.tributary.attribution.TracedUsage;
import io.tributary.events.AvroCodec;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.EntityChange;
import io.tributary.events.Money;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import io.tributary.events.RecordKind;
import io.tributary.events.TelemetryRecord;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * One bucket of one tenant: its lines and all they depend on. {@link #apply} takes inputs in any
 * order and writes them to the store; {@link #drain} brings the ledger up to date with them.
 *
 * <p>Between two drains, what changed is remembered on the heap; after a drain the store alone is
 * the whole truth, which is why the job drains before every checkpoint.
 */
public final class Bucket {

  private static final AvroCodec<ChargeState> CHARGE_STATE =
      new AvroCodec<>(ChargeState.getClassSchema(), Bucket.class);

  private static final String TELEMETRY = "t\0";
  private static final String ANNOUNCED = "a\0";
  private static final byte[] PRESENT = new byte[0];

  private final int number;
  private final BucketStore store;
  private final Dimensions dimensions;
  private final Lines lines;
  private final MeterDays meterDays;
  private final Map<String, @Nullable Delivery> scopes = new HashMap<>();

  private final Map<String, UsageHour> addedUsage = new LinkedHashMap<>();
  private final Map<String, Long> addedUsageTime = new HashMap<>();
  private final Map<String, Emitted> replaced = new HashMap<>();
  private final Set<String> dirtyCharges = new LinkedHashSet<>();
  private final Set<String> dirtyMeterDays = new LinkedHashSet<>();
  private final Set<String> dirtyScopes = new LinkedHashSet<>();
  private final Set<String> announced = new HashSet<>();
  private boolean dimensionsChanged;

  /** The bucket whose rows are in {@code store}. */
  public Bucket(String tenantId, int number, BucketStore store, CompiledDefinitions compiled) {
    this.number = number;
    this.store = store;
    this.dimensions = new Dimensions(store.timelines(), compiled);
    this.lines = new Lines(tenantId, dimensions);
    this.meterDays = new MeterDays(store.meterDays());
  }

  /** Takes an input. Archives and counts it if it is fresh; the ledger follows with the drain. */
  public void apply(Input input, BucketOutput output) {
    var record = input.record();
    Outcome outcome = apply(input, record);
    boolean ours = number == 0 || !Buckets.isTenantWide(record);
    if (ours) {
      tellAllocations(record, outcome, output);
    }
    if (!input.fresh() || !ours) {
      return;
    }
    output.count(input.kind(), outcome);
    if (outcome != Outcome.DUPLICATE && input.kind() != RecordKind.USAGE) {
      output.archive(input.kind(), record, input.recordTime());
    }
  }

  /** The allocations read telemetry, and entities of kinds that are no resource. */
  private void tellAllocations(SpecificRecordBase record, Outcome outcome, BucketOutput output) {
    boolean changed = outcome == Outcome.APPLIED || outcome == Outcome.CONFLICT;
    if (changed && record instanceof TelemetryRecord telemetry) {
      byte[] holds = store.timelines().get(TELEMETRY + telemetryRow(telemetry));
      output.pool(
          new PoolRecord(
              ByteBuffer.wrap(Objects.requireNonNull(holds)), RecordKind.TELEMETRY.name()));
    } else if (changed && record instanceof EntityChange && Buckets.isTenantWide(record)) {
      output.pool(
          new PoolRecord(
              ByteBuffer.wrap(RecordKind.ENTITY.encode(record)), RecordKind.ENTITY.name()));
    }
  }

  private Outcome apply(Input input, SpecificRecordBase record) {
    return switch (input.kind()) {
      case CHARGE -> apply((Charge) record, input.payload());
      case DELIVERY -> apply((Delivery) record);
      case USAGE -> apply((UsageEvent) record, input.recordTime());
      case USAGE_HOUR -> apply((UsageHour) record);
      case ENTITY -> dimensionChange(dimensions.put((EntityChange) record));
      case PRICE -> dimensionChange(dimensions.put((PriceChange) record));
      case DEFINITIONS -> dimensionChange(dimensions.put((DefinitionsPublished) record));
      case TELEMETRY -> apply((TelemetryRecord) record);
    };
  }

  private Outcome apply(Charge charge, byte[] payload) {
    String row = chargeRow(charge);
    byte[] knownBytes = store.charges().get(row);
    Outcome outcome = Outcome.APPLIED;
    if (knownBytes != null) {
      ChargeState known = CHARGE_STATE.decodeOwn(knownBytes);
      byte[] knownCharge = bytes(known.getCharge());
      Charge knownRecord = (Charge) RecordKind.CHARGE.decodeOwn(knownCharge);
      outcome =
          Versions.compare(knownRecord.getVersion(), knownCharge, charge.getVersion(), payload);
      if (!Versions.replaces(outcome, knownCharge, payload)) {
        return outcome;
      }
      replaced.putIfAbsent(row, Lines.emitted(knownRecord, known.getEmitted()));
      touchMeterDays(meterDays.unregister(row, knownRecord));
    }
    // What was emitted is in `replaced` until the drain; the row keeps none of it.
    store.charges().put(row, encode(payload, List.of()));
    dirtyCharges.add(row);
    if (charge.getOp() == Op.UPSERT) {
      touchMeterDays(meterDays.register(row, charge));
    }
    return outcome;
  }

  private Outcome apply(Delivery delivery) {
    String scope = Scope.of(delivery);
    byte[] payload = RecordKind.DELIVERY.encode(delivery);
    Delivery known = deliveryOf(scope);
    Outcome outcome = Outcome.APPLIED;
    if (known != null) {
      byte[] knownBytes = RecordKind.DELIVERY.encode(known);
      outcome = Versions.compare(known.getSequence(), knownBytes, delivery.getSequence(), payload);
      if (!Versions.replaces(outcome, knownBytes, payload)) {
        return outcome;
      }
    }
    store.scopes().put(scope, payload);
    scopes.put(scope, delivery);
    dirtyScopes.add(scope);
    return outcome;
  }

  private Outcome apply(UsageEvent event, long recordTime) {
    String id = UsageCells.idOf(event);
    if (store.usageIds().get(id) != null) {
      return Outcome.DUPLICATE;
    }
    store.usageIds().put(id, PRESENT);
    UsageHour change = UsageCells.change(event);
    String cell = UsageCells.cellOf(change);
    UsageHour known = addedUsage.get(cell);
    if (known != null && !Money.fits(known.getQuantity().add(change.getQuantity()))) {
      cell = cell + "\0" + addedUsage.size();
    }
    addedUsage.merge(cell, change, UsageCells::plus);
    addedUsageTime.merge(cell, recordTime, Math::max);
    return Outcome.APPLIED;
  }

  private Outcome apply(UsageHour change) {
    touchMeterDays(List.of(meterDays.add(change)));
    return Outcome.APPLIED;
  }

  private Outcome apply(TelemetryRecord record) {
    dimensionsChanged |= dimensions.learn(record);
    if (number != 0) {
      // The first bucket keeps it.
      return Outcome.APPLIED;
    }
    String row = TELEMETRY + telemetryRow(record);
    byte[] payload = RecordKind.TELEMETRY.encode(record);
    byte[] known = store.timelines().get(row);
    Outcome outcome = Outcome.APPLIED;
    if (known != null) {
      long version = ((TelemetryRecord) RecordKind.TELEMETRY.decodeOwn(known)).getVersion();
      outcome = Versions.compare(version, known, record.getVersion(), payload);
    }
    if (known == null || Versions.replaces(outcome, known, payload)) {
      store.timelines().put(row, payload);
    }
    return outcome;
  }

  /** What identifies a telemetry record. */
  static String telemetryRow(TelemetryRecord record) {
    return String.join(
        "\0",
        record.getStream(),
        record.getPeriodStart().toString(),
        record.getGranularity().name(),
        record.getElement(),
        new TreeMap<>(record.getFilter()).toString());
  }

  private Outcome dimensionChange(Outcome outcome) {
    dimensionsChanged |= outcome == Outcome.APPLIED || outcome == Outcome.CONFLICT;
    return outcome;
  }

  /** Emits the entries that make the ledger equal to the attribution of everything applied. */
  public void drain(BucketOutput output) {
    addUsage(output);
    if (dimensionsChanged) {
      dirtyCharges.addAll(store.charges().keys());
      dirtyMeterDays.addAll(meterDays.rows());
    } else if (!dirtyScopes.isEmpty()) {
      touchScopes();
    }
    for (String row : dirtyMeterDays) {
      for (UsageCharge charge : meterDays.get(row).getCharges()) {
        dirtyCharges.add(charge.getRow());
      }
    }
    for (String row : dirtyCharges) {
      drainCharge(row, output);
    }
    for (String row : dirtyMeterDays) {
      drainMeterDay(row, output);
    }
    meterDays.write();
    replaced.clear();
    dirtyCharges.clear();
    dirtyMeterDays.clear();
    dirtyScopes.clear();
    dimensionsChanged = false;
  }

  private void addUsage(BucketOutput output) {
    addedUsage.forEach(
        (cell, change) -> {
          output.archive(RecordKind.USAGE_HOUR, change, addedUsageTime.getOrDefault(cell, 0L));
          dirtyMeterDays.add(meterDays.add(change));
        });
    addedUsage.clear();
    addedUsageTime.clear();
  }

  private void touchScopes() {
    for (String row : store.charges().keys()) {
      Charge charge = charge(row);
      if (dirtyScopes.contains(Scope.of(charge))) {
        dirtyCharges.add(row);
        touchMeterDays(MeterDays.rowsOf(charge));
      }
    }
  }

  private void drainCharge(String row, BucketOutput output) {
    ChargeState state = chargeState(row);
    byte[] payload = bytes(state.getCharge());
    Charge charge = (Charge) RecordKind.CHARGE.decodeOwn(payload);
    Emitted before = replaced.get(row);
    if (before == null) {
      before = Lines.emitted(charge, state.getEmitted());
    }
    List<EmittedLine> now = linesOf(charge);
    announcePlans(now, output);
    boolean changed = before.replaceBy(Lines.emitted(charge, now), output);
    if (changed || replaced.containsKey(row)) {
      store.charges().put(row, encode(payload, now));
    }
  }

  /**
   * Every line as it is attributed now, with what it follows from, in no particular order. Changes
   * nothing.
   */
  List<TracedLine> trace() {
    List<TracedLine> traced = new ArrayList<>();
    for (String row : store.charges().keys()) {
      Charge charge = charge(row);
      if (counts(charge)) {
        traced.addAll(lines.traced(charge, coveredBy(charge)));
      }
    }
    for (String row : meterDays.rows()) {
      MeterDayState day = meterDays.get(row);
      for (CellState state : day.getCells()) {
        TracedLine line = isEstimated(state, day) ? lines.tracedEstimate(cellOf(row, state)) : null;
        if (line != null) {
          traced.add(line);
        }
      }
    }
    return traced;
  }

  /** Every usage cell, priced or covered or not, in no particular order. */
  List<TracedUsage> traceUsage() {
    List<TracedUsage> usage = new ArrayList<>();
    for (String row : meterDays.rows()) {
      for (CellState state : meterDays.get(row).getCells()) {
        usage.add(lines.tracedUsage(cellOf(row, state)));
      }
    }
    return usage;
  }

  /** The telemetry in force, withdrawn records included, in no particular order. */
  List<TelemetryRecord> telemetry() {
    List<TelemetryRecord> telemetry = new ArrayList<>();
    for (String row : store.timelines().keys()) {
      byte[] bytes = row.startsWith(TELEMETRY) ? store.timelines().get(row) : null;
      if (bytes != null) {
        telemetry.add((TelemetryRecord) RecordKind.TELEMETRY.decodeOwn(bytes));
      }
    }
    return telemetry;
  }

  /** Entities as valid at any instant. */
  EntitiesAt entities() {
    return (kind, id, instant) -> dimensions.entitiesAt(instant).attributes(kind, id);
  }

  private List<EmittedLine> linesOf(Charge charge) {
    if (!counts(charge)) {
      return List.of();
    }
    List<Lines.Cell> cells = coveredBy(charge);
    return cells.isEmpty() ? List.of(lines.whole(charge)) : lines.parts(charge, cells);
  }

  private boolean counts(Charge charge) {
    return charge.getOp() != Op.DELETE && isLive(Scope.of(charge), charge.getVersion());
  }

  private List<Lines.Cell> coveredBy(Charge charge) {
    List<Lines.Cell> cells = new ArrayList<>();
    for (String row : MeterDays.rowsOf(charge)) {
      for (CellState cell : meterDays.get(row).getCells()) {
        if (Money.fits(cell.getQuantity())
            && covers(
                Scope.of(charge),
                charge.getChargePeriodStart(),
                charge.getChargePeriodEnd(),
                cell.getHour())) {
          cells.add(cellOf(row, cell));
        }
      }
    }
    return cells;
  }

  private void drainMeterDay(String row, BucketOutput output) {
    MeterDayState day = meterDays.get(row);
    for (CellState state : day.getCells()) {
      Lines.Cell cell = cellOf(row, state);
      EmittedLine now = isEstimated(state, day) ? lines.estimate(cell) : null;
      announcePlans(now == null ? List.of() : List.of(now), output);
      lines.emitted(cell, state.getEmitted()).replaceBy(lines.emitted(cell, now), output);
      state.setEmitted(now);
      drainWeights(cell, output);
    }
  }

  private void drainWeights(Lines.Cell cell, BucketOutput output) {
    CellState state = cell.state();
    List<WeightState> now = lines.weights(cell);
    if (now.equals(state.getWeights())) {
      return;
    }
    for (WeightState weight : now) {
      announcePlan(weight.getPlan(), output);
    }
    state.getWeights().forEach(weight -> output.pool(change(state, weight, -1)));
    now.forEach(weight -> output.pool(change(state, weight, 1)));
    state.setWeights(now);
  }

  private static UsageWeight change(CellState cell, WeightState weight, int sign) {
    return new UsageWeight(
        weight.getPlan(),
        weight.getStream(),
        weight.getElement(),
        cell.getHour(),
        weight.getQuantity().multiply(BigDecimal.valueOf(sign)));
  }

  /** The allocations hear of a plan before they hear of lines that are summed for it. */
  private void announcePlans(List<EmittedLine> emitted, BucketOutput output) {
    for (EmittedLine line : emitted) {
      PooledState pooled = line.getPooled();
      if (pooled != null) {
        announcePlan(pooled.getPlan(), output);
      }
    }
  }

  private void announcePlan(String plan, BucketOutput output) {
    String row = ANNOUNCED + plan;
    if (announced.add(plan) && store.timelines().get(row) == null) {
      store.timelines().put(row, PRESENT);
      output.pool(dimensions.plan(plan).published());
    }
  }

  private boolean isEstimated(CellState cell, MeterDayState day) {
    return Money.fits(cell.getQuantity())
        && day.getCharges().stream()
            .noneMatch(
                charge ->
                    isLive(charge.getScope(), charge.getVersion())
                        && covers(
                            charge.getScope(), charge.getStart(), charge.getEnd(), cell.getHour()));
  }

  /** Whether a charge of {@code scope} over [start, end) covers the cell of {@code hour}. */
  private boolean covers(String scope, Instant start, Instant end, Instant hour) {
    Instant hourEnd = hour.plus(1, ChronoUnit.HOURS);
    Delivery delivery = deliveryOf(scope);
    Instant through = delivery == null ? null : delivery.getDataThrough();
    return !hour.isBefore(start)
        && !hourEnd.isAfter(end)
        && (through == null || !hourEnd.isAfter(through));
  }

  private boolean isLive(String scope, long version) {
    Delivery delivery = deliveryOf(scope);
    return delivery == null || version >= delivery.getSequence();
  }

  private @Nullable Delivery deliveryOf(String scope) {
    if (!scopes.containsKey(scope)) {
      byte[] bytes = store.scopes().get(scope);
      scopes.put(scope, bytes == null ? null : (Delivery) RecordKind.DELIVERY.decodeOwn(bytes));
    }
    return scopes.get(scope);
  }

  private void touchMeterDays(List<String> rows) {
    dirtyMeterDays.addAll(rows);
  }

  private ChargeState chargeState(String row) {
    byte[] bytes = store.charges().get(row);
    if (bytes == null) {
      throw new IllegalStateException("no charge " + row.replace('\0', '/'));
    }
    return CHARGE_STATE.decodeOwn(bytes);
  }

  private Charge charge(String row) {
    return (Charge) RecordKind.CHARGE.decodeOwn(bytes(chargeState(row).getCharge()));
  }

  private static Lines.Cell cellOf(String row, CellState cell) {
    String[] parts = row.split("\0", -1);
    return new Lines.Cell(parts[0], parts[1], cell);
  }

  private static String chargeRow(Charge charge) {
    String resource = charge.getResourceId();
    return (resource == null ? "" : resource) + "\0" + charge.getChargeKey();
  }

  private static byte[] encode(byte[] charge, List<EmittedLine> emitted) {
    return CHARGE_STATE.encode(new ChargeState(ByteBuffer.wrap(charge), emitted));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
