package io.tributary.attribution;

import io.tributary.dimensions.definitions.AllocationPool;
import io.tributary.dimensions.definitions.EntitiesAt;
import io.tributary.dimensions.definitions.NegativeWeight;
import io.tributary.dimensions.definitions.StreamWeight;
import io.tributary.dimensions.definitions.Transfer;
import io.tributary.dimensions.definitions.TupleSum;
import io.tributary.dimensions.timeline.Timeline;
import io.tributary.events.AvroCodec;
import io.tributary.events.BillingMonth;
import io.tributary.events.EntityChange;
import io.tributary.events.LedgerEntry;
import io.tributary.events.Measures;
import io.tributary.events.RecordKind;
import io.tributary.events.TelemetryRecord;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * The allocations of one tenant: sums of lines, weights and entities come in, in any order; the
 * entries that make the ledger's transfers equal to what follows from them go out with {@link
 * #drain}. Everything is written to the store at once; the heap has a copy to work with.
 */
public final class TenantPools {

  private static final AvroCodec<PlanPublished> PLAN =
      new AvroCodec<>(PlanPublished.getClassSchema(), TenantPools.class);
  private static final AvroCodec<TupleChange> TUPLE =
      new AvroCodec<>(TupleChange.getClassSchema(), TenantPools.class);
  private static final AvroCodec<UsageWeight> USAGE =
      new AvroCodec<>(UsageWeight.getClassSchema(), TenantPools.class);
  private static final AvroCodec<TransferState> TRANSFER =
      new AvroCodec<>(TransferState.getClassSchema(), TenantPools.class);

  private static final String TELEMETRY = "t\0";

  /** A plan with what it is evaluated over. */
  private record Pooled(PlanInForce inForce, AllocationPool pool) {}

  /** What is split as a whole: every sum and transfer of a plan, currency and month. */
  private record Whole(String plan, String currency, BillingMonth month) {

    static Whole of(TupleChange row) {
      return new Whole(
          row.getPlan(), row.getCurrency(), BillingMonth.ofFirstDay(row.getBillingMonth()));
    }

    static Whole of(TransferState row) {
      return new Whole(
          row.getPlan(), row.getCurrency(), BillingMonth.ofFirstDay(row.getBillingMonth()));
    }
  }

  private final String tenantId;
  private final PoolStore store;
  private final CompiledDefinitions compiled;
  private final Dimensions dimensions;
  private final Map<String, Pooled> pools = new LinkedHashMap<>();

  /** The allocations whose rows are in {@code store}. */
  public TenantPools(String tenantId, PoolStore store, CompiledDefinitions compiled) {
    this.tenantId = tenantId;
    this.store = store;
    this.compiled = compiled;
    this.dimensions = new Dimensions(store.timelines(), compiled, new Reads(false));
    rows(store.plans(), PLAN).forEach(this::open);
    for (TupleChange row : rows(store.sums(), TUPLE)) {
      pooled(row.getPlan()).pool.add(PoolRows.tuple(row), PoolRows.sum(row));
    }
    rows(store.usage(), USAGE).forEach(this::addUsage);
    for (TransferState row : rows(store.transfers(), TRANSFER)) {
      pooled(row.getPlan()).pool.answered(PoolRows.transfer(row), PoolRows.measures(row));
    }
  }

  private static <T extends SpecificRecordBase> List<T> rows(
      BucketStore.Table table, AvroCodec<T> codec) {
    List<T> rows = new ArrayList<>();
    for (String key : table.keys()) {
      byte[] row = table.get(key);
      if (row != null) {
        rows.add(codec.decodeOwn(row));
      }
    }
    return rows;
  }

  private void open(PlanPublished published) {
    PlanInForce inForce = PlanInForce.of(published, compiled);
    EntitiesAt entities =
        (kind, id, instant) ->
            dimensions.entitiesAt(new AsOf(instant, Timeline.ALL)).attributes(kind, id);
    AllocationPool pool = new AllocationPool(inForce.plan(), entities);
    for (String key : store.timelines().keys()) {
      byte[] row = key.startsWith(TELEMETRY) ? store.timelines().get(key) : null;
      if (row != null) {
        put(pool, inForce, (TelemetryRecord) RecordKind.TELEMETRY.decodeOwn(row));
      }
    }
    pools.put(inForce.key(), new Pooled(inForce, pool));
  }

  /** A plan made before a stream was as it is now has no lines any more, or soon none. */
  private static void put(AllocationPool pool, PlanInForce inForce, TelemetryRecord telemetry) {
    StreamWeight weight = StreamWeight.of(telemetry);
    if (inForce.plan().streams().cover(weight)) {
      pool.put(weight);
    }
  }

  private Pooled pooled(String plan) {
    Pooled pooled = pools.get(plan);
    if (pooled == null) {
      throw new IllegalStateException("no allocation plan " + plan + " of " + tenantId);
    }
    return pooled;
  }

  /** Takes what a bucket says. */
  public void apply(PoolInput input) {
    Object change = input.getChange();
    if (change instanceof TupleChange tuple) {
      add(tuple);
    } else if (change instanceof UsageWeight usage) {
      add(usage);
    } else if (change instanceof PlanPublished plan) {
      if (!pools.containsKey(plan.getPlan())) {
        store.plans().put(plan.getPlan(), PLAN.encode(plan));
        open(plan);
      }
    } else if (change instanceof PoolRecord row) {
      take(record(row), bytes(row.getPayload()));
    } else {
      throw new IllegalStateException("no change of allocations: " + change);
    }
  }

  private void add(TupleChange change) {
    var tuple = PoolRows.tuple(change);
    String key = PoolRows.key(change.getPlan(), tuple);
    byte[] known = store.sums().get(key);
    TupleSum sum = PoolRows.sum(change);
    Instant keptUntil = change.getKeptUntil();
    if (known != null) {
      TupleChange before = TUPLE.decodeOwn(known);
      sum = sum.plus(PoolRows.sum(before));
      keptUntil = before.getKeptUntil().isAfter(keptUntil) ? before.getKeptUntil() : keptUntil;
    }
    if (sum.isNone()) {
      store.sums().remove(key);
    } else {
      store.sums().put(key, TUPLE.encode(PoolRows.change(change.getPlan(), tuple, sum, keptUntil)));
    }
    pooled(change.getPlan()).pool.add(tuple, PoolRows.sum(change));
  }

  private void add(UsageWeight change) {
    String key = PoolRows.key(change);
    byte[] known = store.usage().get(key);
    UsageWeight sum = UsageWeight.newBuilder(change).build();
    if (known != null) {
      sum.setQuantity(sum.getQuantity().add(USAGE.decodeOwn(known).getQuantity()));
    }
    if (sum.getQuantity().signum() == 0) {
      store.usage().remove(key);
    } else {
      store.usage().put(key, USAGE.encode(sum));
    }
    addUsage(change);
  }

  private void addUsage(UsageWeight change) {
    Pooled pooled = pooled(change.getPlan());
    pooled.pool.add(
        pooled
            .inForce
            .plan()
            .usageWeight(
                change.getStream(), change.getHour(), change.getElement(), change.getQuantity()));
  }

  private void take(SpecificRecordBase row, byte[] payload) {
    if (row instanceof TelemetryRecord telemetry) {
      // The bucket that sends it has found it to be the one that holds.
      store.timelines().put(TELEMETRY + PoolFeed.telemetryRow(telemetry), payload);
      pools.values().forEach(pooled -> put(pooled.pool, pooled.inForce, telemetry));
    } else if (row instanceof EntityChange entity) {
      dimensions.put(entity, Long.MIN_VALUE);
      pools.values().forEach(pooled -> pooled.pool.entitiesChanged());
    }
  }

  /** When there is something to forget that {@code input} is about. */
  public static Optional<Instant> keptUntil(PoolInput input, Admission admission) {
    Object change = input.getChange();
    if (change instanceof TupleChange tuple) {
      return Optional.of(tuple.getKeptUntil());
    } else if (change instanceof UsageWeight usage) {
      return Optional.of(admission.telemetryKeptUntil(usage.getHour()));
    } else if (change instanceof PoolRecord row
        && record(row) instanceof TelemetryRecord telemetry) {
      return Optional.of(admission.telemetryKeptUntil(telemetry.getPeriodStart()));
    }
    return Optional.empty();
  }

  /**
   * Removes rows that no record that is still let in can be about: of what is split as a whole, all
   * when its last line cannot change any more, since each sum is weight for the others; and weights
   * that nothing left sees. Everything must have been drained. What is on the heap is as it was:
   * this is not to be used any more.
   *
   * @param passed a record time that every partition has passed
   */
  public void forget(Instant passed, Admission admission) {
    Set<Whole> open = new HashSet<>();
    for (TupleChange row : rows(store.sums(), TUPLE)) {
      if (!row.getKeptUntil().isBefore(passed)) {
        open.add(Whole.of(row));
      }
    }
    remove(store.sums(), row -> !open.contains(Whole.of(TUPLE.decodeOwn(row))));
    remove(store.transfers(), row -> !open.contains(Whole.of(TRANSFER.decodeOwn(row))));
    Predicate<Instant> isSeen =
        weight ->
            !admission.telemetryKeptUntil(weight).isBefore(passed)
                || open.stream().anyMatch(whole -> AllocationPool.sees(whole.month, weight));
    remove(store.usage(), row -> !isSeen.test(USAGE.decodeOwn(row).getHour()));
    for (String key : store.timelines().keys()) {
      byte[] row = key.startsWith(TELEMETRY) ? store.timelines().get(key) : null;
      if (row != null
          && RecordKind.TELEMETRY.decodeOwn(row) instanceof TelemetryRecord telemetry
          && !isSeen.test(telemetry.getPeriodStart())) {
        store.timelines().remove(key);
      }
    }
  }

  private static void remove(BucketStore.Table table, Predicate<byte[]> isOver) {
    for (String key : table.keys()) {
      byte[] row = table.get(key);
      if (row != null && isOver.test(row)) {
        table.remove(key);
      }
    }
  }

  private static SpecificRecordBase record(PoolRecord row) {
    return RecordKind.valueOf(row.getKind()).decodeOwn(bytes(row.getPayload()));
  }

  /** Emits the entries that make the ledger's transfers equal to what follows from all changes. */
  public void drain(Consumer<LedgerEntry> output) {
    List<LedgerEntry> before = new ArrayList<>();
    List<LedgerEntry> after = new ArrayList<>();
    for (Pooled pooled : pools.values()) {
      long version = pooled.inForce.published().getDefinitionsVersion();
      pooled
          .pool
          .changes()
          .forEach(
              (transfer, change) -> {
                write(pooled.inForce.key(), transfer, change.after());
                before.add(transfer.entry(tenantId, change.before(), version));
                after.add(transfer.entry(tenantId, change.after(), version));
              });
    }
    // A plan may have taken over from another with the same answers.
    Entries.difference(before, after).forEach(output);
  }

  /** The elements that weigh less than 0, as of the last {@link #drain}. */
  public List<NegativeWeight> negativeWeights() {
    return pools.values().stream()
        .flatMap(pooled -> pooled.pool.negativeWeights().stream())
        .toList();
  }

  private void write(String plan, Transfer transfer, Measures now) {
    String key = PoolRows.key(plan, transfer);
    if (now.isZero()) {
      store.transfers().remove(key);
    } else {
      store.transfers().put(key, TRANSFER.encode(PoolRows.state(plan, transfer, now)));
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
