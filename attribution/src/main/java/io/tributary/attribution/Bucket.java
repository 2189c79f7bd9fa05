package io.tributary.attribution;

import io.tributary.events.AvroCodec;
import io.tributary.events.Charge;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.Delivery;
import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import io.tributary.events.PriceChange;
import io.tributary.events.RecordKind;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.TelemetryRecord;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * One bucket of one tenant: its lines and all they depend on. {@link #apply} takes inputs in any
 * order and writes them to the store; {@link #drain} brings the ledger up to date with them.
 *
 * <p>A charge, a delivery or usage is followed at once, with {@link #drainInputs}. What a change of
 * an entity, a price or definitions touches is found in the {@link LineIndex}, remembered in the
 * store and worked off with {@link #reattribute}, in as many pieces as the caller likes.
 *
 * <p>Between two drains, what changed is remembered on the heap; after a drain the store alone is
 * the whole truth, which is why the job drains before every checkpoint.
 */
public final class Bucket {

  /** What a bucket is for. */
  public enum Use {
    /** It follows a stream of inputs, at a cost proportional to each change. */
    FOLLOW,
    /** All its inputs are applied, then it is drained once; it keeps no index. */
    EVALUATE_ONCE
  }

  private static final AvroCodec<ChargeState> CHARGE_STATE =
      new AvroCodec<>(ChargeState.getClassSchema(), Bucket.class);

  private static final char CHARGE = 'c';
  private static final char METER_DAY = 'm';
  private static final char TELEMETRY = 't';
  private static final String PENDING = "P";

  /** Before the name of a time in {@link #PENDING}; no shard begins so. */
  private static final String USAGE_IDS = "I";

  private static final byte[] PRESENT = new byte[0];

  private final int number;
  private final BucketStore store;
  private final Admission admission;
  private final boolean follows;
  private final Reads reads;
  private final LineIndex index;
  private final Dimensions dimensions;
  private final Lines lines;
  private final MeterDays meterDays;
  private final Coverage coverage;
  private final PoolFeed pools;
  private final EstimateErrors errors;
  private final Policies policies;
  private final UsageIds usageIds;
  private final TreeSet<String> pending;

  private final Map<String, UsageHour> addedUsage = new LinkedHashMap<>();
  private final Map<String, Long> addedUsageTime = new HashMap<>();
  private final Map<String, Emitted> replaced = new HashMap<>();
  private final Set<String> dirtyCharges = new LinkedHashSet<>();
  private final Set<String> dirtyMeterDays = new LinkedHashSet<>();
  private final Set<String> dirtyScopes = new LinkedHashSet<>();
  private final Set<Instant> keeping = new HashSet<>();

  /** The bucket whose rows are in {@code store}, of a tenant whose policies hash nothing. */
  public Bucket(
      String tenantId,
      int number,
      BucketStore store,
      CompiledDefinitions compiled,
      Admission admission,
      Use use) {
    this(tenantId, number, store, compiled, admission, use, LabelHashes.MISSING);
  }

  /** The bucket whose rows are in {@code store}. */
  public Bucket(
      String tenantId,
      int number,
      BucketStore store,
      CompiledDefinitions compiled,
      Admission admission,
      Use use,
      LabelHashes hashes) {
    this.number = number;
    this.store = store;
    this.admission = admission;
    this.follows = use == Use.FOLLOW;
    this.reads = new Reads(follows);
    this.index = new LineIndex(store);
    this.dimensions = new Dimensions(store.timelines(), compiled, reads);
    this.lines = new Lines(tenantId, dimensions, admission);
    this.meterDays = new MeterDays(store.meterDays());
    this.coverage = new Coverage(store.scopes(), meterDays, reads);
    this.pools = new PoolFeed(store.timelines(), dimensions);
    this.errors = new EstimateErrors(tenantId, follows);
    this.policies = new Policies(tenantId, hashes, at -> dimensions.policyAt(tenantId, at));
    this.usageIds = new UsageIds(store, admission, policies::allowed);
    this.pending = new TreeSet<>();
    if (follows) {
      pending.addAll(store.index(PENDING).keys());
    }
  }

  /** Takes an input. Archives and counts it if it is fresh; the ledger follows with the drain. */
  public void apply(Input input, BucketOutput output) {
    SpecificRecordBase received = input.record();
    SpecificRecordBase record =
        received instanceof UsageEvent ? received : policies.allowed(received);
    byte[] payload = record == received ? input.payload() : input.kind().encode(record);
    Outcome outcome = apply(input, record, payload, output);
    boolean ours = number == 0 || !Buckets.isTenantWide(record);
    if (ours && (outcome == Outcome.APPLIED || outcome == Outcome.CONFLICT)) {
      tellAllocations(record, output);
    }
    if (!input.fresh() || !ours) {
      return;
    }
    output.count(input.kind(), outcome);
    if (outcome != Outcome.DUPLICATE && input.kind() != RecordKind.USAGE) {
      output.archive(input.kind(), record, input.recordTime());
    }
  }

  private void tellAllocations(SpecificRecordBase record, BucketOutput output) {
    if (record instanceof TelemetryRecord telemetry) {
      pools.tell(telemetry, output);
    } else if (record instanceof EntityChange entity && Buckets.isTenantWide(record)) {
      pools.tell(entity, output);
    }
  }

  private Outcome apply(
      Input input, SpecificRecordBase record, byte[] payload, BucketOutput output) {
    long recordTime = input.recordTime();
    return switch (input.kind()) {
      case CHARGE -> apply((Charge) record, payload);
      case DELIVERY -> apply((Delivery) record, output);
      case USAGE -> apply((UsageEvent) record, input, output);
      case USAGE_HOUR -> apply((UsageHour) record);
      case ENTITY -> apply((EntityChange) record, recordTime);
      case PRICE -> changed(dimensions.put((PriceChange) record, recordTime));
      case DEFINITIONS -> changed(dimensions.put((DefinitionsPublished) record, recordTime));
      case TELEMETRY -> apply((TelemetryRecord) record, output);
      case REFUSAL -> throw new IllegalStateException("a refusal is kept, not applied");
    };
  }

  private Outcome apply(Charge charge, byte[] payload) {
    String row = chargeRow(charge);
    byte[] knownBytes = store.charges().get(row);
    Outcome outcome = Outcome.APPLIED;
    List<String> parts = List.of();
    if (knownBytes != null) {
      ChargeState known = CHARGE_STATE.decodeOwn(knownBytes);
      byte[] knownCharge = bytes(known.getCharge());
      Charge knownRecord = (Charge) RecordKind.CHARGE.decodeOwn(knownCharge);
      outcome =
          Versions.compare(knownRecord.getVersion(), knownCharge, charge.getVersion(), payload);
      if (!Versions.replaces(outcome, knownCharge, payload)) {
        return outcome;
      }
      replaced.putIfAbsent(row, lines.emitted(knownRecord, known.getEmitted()));
      dirtyMeterDays.addAll(meterDays.unregister(row, knownRecord));
      parts = known.getParts();
    }
    // What was emitted is in `replaced` until the drain; the row keeps none of it.
    store.charges().put(row, encode(payload, List.of(), parts));
    dirtyCharges.add(row);
    if (charge.getOp() == Op.UPSERT) {
      dirtyMeterDays.addAll(meterDays.register(row, charge));
    }
    return outcome;
  }

  private Outcome apply(Delivery delivery, BucketOutput output) {
    Outcome outcome = coverage.put(delivery);
    if (outcome == Outcome.APPLIED || outcome == Outcome.CONFLICT) {
      dirtyScopes.add(Scope.of(delivery));
      if (follows) {
        keepTheDay(admission.closes(delivery), output);
      }
    }
    return outcome;
  }

  private Outcome apply(UsageEvent event, Input input, BucketOutput output) {
    UsageIds.Effect effect =
        usageIds.add(
            policies.allowed(event),
            input.recordTime(),
            input.cameAt(),
            until -> keep(until, output));
    effect.changes().forEach(change -> add(change, input.recordTime()));
    return effect.outcome();
  }

  private void add(UsageHour change, long recordTime) {
    String cell = UsageCells.cellOf(change);
    addedUsage.merge(cell, change, UsageCells::plus);
    addedUsageTime.merge(cell, recordTime, Math::max);
  }

  private Outcome apply(UsageHour change) {
    dirtyMeterDays.add(meterDays.add(change));
    return Outcome.APPLIED;
  }

  private Outcome apply(TelemetryRecord record, BucketOutput output) {
    if (dimensions.learn(record)) {
      touch(Reads.DEFINITIONS, null, null);
    }
    if (number != 0) {
      // The first bucket keeps it.
      return Outcome.APPLIED;
    }
    Outcome outcome = pools.put(record);
    if (follows && outcome == Outcome.APPLIED) {
      Instant until = admission.telemetryKeptUntil(record.getPeriodStart());
      index.add(LineIndex.part(Reads.CLOSED, until), TELEMETRY + PoolFeed.telemetryRow(record));
      keepTheDay(until, output);
    }
    return outcome;
  }

  private Outcome apply(EntityChange entity, long recordTime) {
    Dimensions.Change change = dimensions.put(entity, recordTime);
    if (change.isEffective() && entity.getKind().equals(Policy.KIND)) {
      // A policy is about every line, and no line remembers that.
      touch(Reads.DEFINITIONS, change.from(), null);
      usageIds.tablesOfLabels().forEach(table -> behindWith(USAGE_IDS + table));
    }
    return changed(change);
  }

  private Outcome changed(Dimensions.Change change) {
    if (change.isEffective()) {
      Instant to = change.to();
      touch(change.thing(), change.from(), to == null ? null : to.minusNanos(1));
    }
    return change.outcome();
  }

  /** What depends on {@code thing} in that time is to be worked out again. */
  private void touch(String thing, @Nullable Instant from, @Nullable Instant to) {
    if (follows) {
      for (String shard : index.shards(thing, from, to)) {
        behindWith(shard);
      }
    }
  }

  private void behindWith(String shard) {
    if (follows && pending.add(shard)) {
      store.index(PENDING).put(shard, PRESENT);
    }
  }

  /** Emits the entries that make the ledger equal to the attribution of everything applied. */
  public void drain(BucketOutput output) {
    drainInputs(output);
    reattribute(output, Integer.MAX_VALUE);
  }

  /** Emits what follows from charges, deliveries and usage. */
  public void drainInputs(BucketOutput output) {
    addedUsage.forEach(
        (cell, added) -> {
          for (UsageHour row : UsageCells.rows(added)) {
            UsageHour change = policies.allowed(row);
            output.archive(RecordKind.USAGE_HOUR, change, addedUsageTime.getOrDefault(cell, 0L));
            dirtyMeterDays.add(meterDays.add(change));
          }
        });
    addedUsage.clear();
    addedUsageTime.clear();
    usageIds.rest();
    if (follows) {
      for (String scope : dirtyScopes) {
        index.shards(Reads.scope(scope), null, null).forEach(this::markRows);
      }
    } else {
      dirtyCharges.addAll(store.charges().keys());
      dirtyMeterDays.addAll(meterDays.rows());
    }
    dirtyScopes.clear();
    settle(output);
  }

  /** Whether changes of entities, prices or definitions have not been followed to their end. */
  public boolean isBehind() {
    return !pending.isEmpty();
  }

  /**
   * Follows changes of entities, prices and definitions for about {@code rows} rows of lines;
   * answers how many it was.
   */
  public int reattribute(BucketOutput output, int rows) {
    int done = 0;
    while (done < rows && !pending.isEmpty()) {
      String shard = pending.first();
      if (shard.startsWith(USAGE_IDS)) {
        usageIds.relabel(shard.substring(USAGE_IDS.length()));
      } else {
        markRows(shard);
      }
      done += dirtyCharges.size() + dirtyMeterDays.size();
      settle(output);
      pending.remove(shard);
      store.index(PENDING).remove(shard);
    }
    return done;
  }

  private void markRows(String shard) {
    for (String row : index.rows(shard)) {
      (row.charAt(0) == CHARGE ? dirtyCharges : dirtyMeterDays).add(row.substring(1));
    }
  }

  private void settle(BucketOutput output) {
    for (String row : dirtyMeterDays) {
      MeterDay day = meterDays.get(row);
      output.folded(day.folded());
      // Before the charges over the cells: their parts are of cells as they may be kept.
      day.relabel(policies::allowed);
      for (UsageCharge charge : day.charges()) {
        dirtyCharges.add(charge.getRow());
      }
    }
    for (String row : dirtyCharges) {
      drainCharge(row, output);
    }
    for (String row : dirtyMeterDays) {
      drainMeterDay(row, output);
    }
    errors.send(output);
    meterDays.write();
    replaced.clear();
    dirtyCharges.clear();
    dirtyMeterDays.clear();
  }

  private void drainCharge(String row, BucketOutput output) {
    byte[] kept = store.charges().get(row);
    if (kept == null) {
      // Forgotten before the cells that it covers: nothing about it changes any more.
      return;
    }
    ChargeState state = CHARGE_STATE.decodeOwn(kept);
    Charge known = charge(state);
    Emitted before = replaced.get(row);
    if (before == null) {
      before = lines.emitted(known, state.getEmitted());
    }
    Charge charge = policies.allowed(known);
    List<EmittedLine> now = linesOf(charge);
    pools.announcePlans(now, output);
    boolean changed = before.replaceBy(lines.emitted(charge, now), output, errors);
    reads.add(Reads.DEFINITIONS, charge.getChargePeriodStart());
    List<String> parts =
        reindex(CHARGE + row, state.getParts(), admission.keptUntil(charge), output);
    if (changed
        || charge != known
        || replaced.containsKey(row)
        || !parts.equals(state.getParts())) {
      store.charges().put(row, encode(RecordKind.CHARGE.encode(charge), now, parts));
    }
  }

  private List<EmittedLine> linesOf(Charge charge) {
    if (!coverage.counts(charge)) {
      return List.of();
    }
    List<Lines.Cell> cells = coverage.coveredBy(charge);
    return cells.isEmpty() ? List.of(lines.whole(charge)) : lines.parts(charge, cells);
  }

  private void drainMeterDay(String row, BucketOutput output) {
    MeterDay day = meterDays.get(row);
    for (CellState state : day.takeGone()) {
      Lines.Cell cell = Lines.Cell.of(row, state);
      Emitted before = lines.emitted(cell, state.getEmitted(), state.getCompared());
      before.replaceBy(lines.emitted(cell, null, null), output, errors);
      pools.weights(state, List.of(), output);
    }
    for (CellState state : day.cells()) {
      Lines.Cell cell = Lines.Cell.of(row, state);
      Set<String> billedIn = coverage.billedIn(state, day);
      boolean counts = UsageCells.counts(state);
      EmittedLine now = counts && billedIn.isEmpty() ? lines.estimate(cell) : null;
      ComparedState compared =
          counts && !billedIn.isEmpty() ? lines.compared(cell, billedIn) : null;
      if (counts && now == null && compared == null && lines.isTooLarge(cell)) {
        output.estimateTooLarge(cell.resourceId(), cell.meter(), state.getHour());
      }
      pools.announcePlans(now == null ? List.of() : List.of(now), output);
      Emitted before = lines.emitted(cell, state.getEmitted(), state.getCompared());
      before.replaceBy(lines.emitted(cell, now, compared), output, errors);
      state.setEmitted(now);
      state.setCompared(compared);
      pools.weights(state, lines.weights(cell), output);
      reads.add(Reads.DEFINITIONS, state.getHour());
    }
    if (!day.cells().isEmpty()) {
      Instant kept = admission.cellsKeptUntil(day.cells().iterator().next().getHour());
      day.indexed(reindex(METER_DAY + row, day.parts(), kept, output));
    }
  }

  /** Puts a row under what was just read for it, and nothing else; answers under what. */
  private List<String> reindex(
      String row, List<String> before, Instant keptUntil, BucketOutput output) {
    if (!follows) {
      return List.of();
    }
    reads.add(Reads.CLOSED, keptUntil);
    List<String> now = reads.take();
    if (!now.equals(before)) {
      now.stream().filter(part -> !before.contains(part)).forEach(part -> index.add(part, row));
      before.stream().filter(part -> !now.contains(part)).forEach(part -> index.remove(part, row));
      keepTheDay(keptUntil, output);
    }
    return now;
  }

  /** What is in the index by the day until which it is kept is kept until the day is over. */
  private void keepTheDay(Instant until, BucketOutput output) {
    keep(until.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS), output);
  }

  private void keep(Instant until, BucketOutput output) {
    if (keeping.add(until)) {
      output.keepUntil(until);
    }
  }

  /**
   * Forgets what no record that is still let in can be about. Everything must have been drained.
   *
   * @param passed a record time that every partition has passed
   */
  public void forget(Instant passed) {
    dimensions.passed(Admission.micros(admission.lookedAtBy(passed)));
    usageIds.forget(passed);
    List<String> closed = index.shards(Reads.CLOSED, null, passed.minus(1, ChronoUnit.DAYS));
    // A cell is kept while a charge may cover it.
    for (char kind : new char[] {CHARGE, METER_DAY, TELEMETRY}) {
      for (String shard : closed) {
        for (String row : index.rows(shard)) {
          if (row.charAt(0) == kind) {
            forget(row, shard);
          }
        }
      }
    }
    meterDays.write();
    coverage.forget(
        passed, admission, scope -> index.shards(Reads.scope(scope), null, null).isEmpty());
    keeping.removeIf(until -> until.isBefore(passed));
  }

  private void forget(String indexed, String shard) {
    String row = indexed.substring(1);
    switch (indexed.charAt(0)) {
      case CHARGE -> {
        ChargeState state = chargeState(row);
        meterDays.forgetCharge(row, charge(state));
        state.getParts().forEach(part -> index.remove(part, indexed));
        store.charges().remove(row);
      }
      case METER_DAY -> {
        MeterDay day = meterDays.get(row);
        if (day.charges().stream().noneMatch(charge -> isKept(charge.getRow()))) {
          day.parts().forEach(part -> index.remove(part, indexed));
          meterDays.remove(row);
        }
      }
      default -> {
        pools.forget(row);
        index.remove(LineIndex.partOf(shard), indexed);
      }
    }
  }

  /** Whether a charge over cells may still change; cells are kept for longer than some. */
  private boolean isKept(String chargeRow) {
    return store.charges().get(chargeRow) != null;
  }

  /** What the bucket knows, for questions about it. Changes nothing. */
  BucketTrace trace() {
    return new BucketTrace(store.charges(), meterDays, coverage, lines, dimensions, pools);
  }

  private ChargeState chargeState(String row) {
    byte[] bytes = store.charges().get(row);
    if (bytes == null) {
      throw new IllegalStateException("no charge " + row.replace('\0', '/'));
    }
    return CHARGE_STATE.decodeOwn(bytes);
  }

  private static Charge charge(ChargeState state) {
    return (Charge) RecordKind.CHARGE.decodeOwn(bytes(state.getCharge()));
  }

  /** The charge in a row of {@link BucketStore#charges}. */
  static Charge charge(byte[] row) {
    return charge(CHARGE_STATE.decodeOwn(row));
  }

  private static String chargeRow(Charge charge) {
    String resource = ResourceIdentity.of(charge.getResourceId());
    return (resource == null ? "" : resource) + "\0" + charge.getChargeKey();
  }

  private static byte[] encode(byte[] charge, List<EmittedLine> emitted, List<String> parts) {
    return CHARGE_STATE.encode(new ChargeState(ByteBuffer.wrap(charge), emitted, parts));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
