package io.tributary.attribution;

import io.tributary.events.AvroCodec;
import io.tributary.events.EstimateError;
import io.tributary.events.LedgerEntry;
import io.tributary.events.RecordKind;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;

/** All buckets of one tenant on maps, with what they sent out. */
final class InMemoryTenant {

  static final Instant RECORD_TIME = Instant.parse("2026-01-05T12:00:00Z");

  private static final AvroCodec<PoolInput> POOL_INPUT =
      new AvroCodec<>(PoolInput.getClassSchema(), InMemoryTenant.class);

  /** Under a key that every test has. */
  static final LabelHashes HASHES =
      new KeyedLabelHashes(List.of(new byte[KeyedLabelHashes.KEY_BYTES]));

  private static final CompiledDefinitions COMPILED = new CompiledDefinitions();

  private final String tenantId;
  private final Map<Integer, InMemoryBucketStore> stores = new TreeMap<>();
  private final Map<Integer, Bucket> buckets = new TreeMap<>();
  private final List<LedgerEntry> entries = new ArrayList<>();
  private final List<SpecificRecordBase> archived = new ArrayList<>();
  private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
  private final NetErrors errors = new NetErrors();
  private final List<EstimateError> errorRows = new ArrayList<>();
  private final List<Long> trueUps = new ArrayList<>();
  private final BucketOutput output = new Output();
  private NetLedger net = new NetLedger();
  private LedgerSums sums = new LedgerSums();
  private PoolStore poolStore = new InMemoryPoolStore();
  private final TreeSet<Instant> kept = new TreeSet<>();
  private Instant recordTime = RECORD_TIME;
  private long cameAt = Admission.micros(RECORD_TIME);
  private int folded;
  private int tooLarge;
  private int reattributed;
  private TenantPools pools;

  /** What a checkpoint holds: the rows, and the outputs that were committed with it. */
  record Checkpoint(
      Map<Integer, InMemoryBucketStore> stores,
      PoolStore pools,
      NetLedger net,
      LedgerSums sums,
      List<SpecificRecordBase> archived,
      Map<Outcome, Integer> counts) {

    /** Rows by table and key, in one text: equal where all rows are. */
    String rows() {
      StringBuilder rows = new StringBuilder();
      stores.forEach((number, store) -> StoreCopies.describe(store, rows));
      StoreCopies.describe(pools, rows);
      return rows.toString();
    }
  }

  InMemoryTenant(String tenantId) {
    this(tenantId, IntStream.range(0, Buckets.COUNT).boxed().toList());
  }

  private InMemoryTenant(String tenantId, List<Integer> numbers) {
    this.tenantId = tenantId;
    numbers.forEach(number -> stores.put(number, new InMemoryBucketStore()));
    this.pools = new TenantPools(tenantId, poolStore, COMPILED);
    restart();
  }

  private record InMemoryPoolStore(
      BucketStore.Table plans,
      BucketStore.Table sums,
      BucketStore.Table usage,
      BucketStore.Table timelines,
      BucketStore.Table transfers)
      implements PoolStore {

    InMemoryPoolStore() {
      this(
          new InMemoryTable(),
          new InMemoryTable(),
          new InMemoryTable(),
          new InMemoryTable(),
          new InMemoryTable());
    }
  }

  /** A tenant of which only the bucket of one resource lives: quicker where nothing else is. */
  static InMemoryTenant ofResource(String tenantId, String resourceId) {
    return new InMemoryTenant(tenantId, List.of(Buckets.ofResource(resourceId, "")));
  }

  /** When the records that follow are recorded, where nothing else is said of them. */
  InMemoryTenant recordedAt(Instant time) {
    recordTime = time;
    return this;
  }

  /** When the broker takes the records that follow. */
  InMemoryTenant cameAt(Instant time) {
    cameAt = Admission.micros(time);
    return this;
  }

  /** Applies new records, without draining. */
  InMemoryTenant apply(SpecificRecordBase... records) {
    for (SpecificRecordBase record : records) {
      apply(record, true);
    }
    return this;
  }

  /** Applies records that are archived already. */
  InMemoryTenant applyArchived(Iterable<SpecificRecordBase> records) {
    records.forEach(record -> apply(record, false));
    return this;
  }

  private void apply(SpecificRecordBase record, boolean fresh) {
    RecordKind kind = RecordKind.of(record);
    byte[] payload = kind.encode(record);
    long recorded = Admission.micros(Records.recordTime(record, recordTime));
    for (int number : Buckets.of(record)) {
      Bucket bucket = buckets.get(number);
      if (bucket != null) {
        bucket.apply(new Input(tenantId, number, kind, fresh, recorded, cameAt, payload), output);
      }
    }
  }

  /** Drains every bucket and answers the entries that this brought. */
  List<LedgerEntry> drain() {
    entries.clear();
    reattributed = 0;
    for (Bucket bucket : buckets.values()) {
      bucket.drainInputs(output);
      reattributed += bucket.reattribute(output, Integer.MAX_VALUE);
    }
    pools.drain(output::entry);
    return List.copyOf(entries);
  }

  /** How many rows the last drain looked at for changes of entities, prices and definitions. */
  int reattributed() {
    return reattributed;
  }

  /** Lets go of what is on the heap, as a restart does; the rows stay. */
  InMemoryTenant restart() {
    stores.forEach(
        (number, store) ->
            buckets.put(
                number,
                new Bucket(
                    tenantId,
                    number,
                    store,
                    COMPILED,
                    Admission.DEFAULT,
                    Bucket.Use.FOLLOW,
                    HASHES)));
    pools = new TenantPools(tenantId, poolStore, COMPILED);
    return this;
  }

  /** Takes a checkpoint, which a drain must have come before. */
  Checkpoint checkpoint() {
    Map<Integer, InMemoryBucketStore> copies = new TreeMap<>();
    stores.forEach((number, store) -> copies.put(number, copy(store)));
    return new Checkpoint(
        copies,
        copy(poolStore),
        net.copy(),
        sums.copy(),
        List.copyOf(archived),
        Map.copyOf(counts));
  }

  /** Forgets all since a checkpoint, rows and outputs, as a restart from it does. */
  InMemoryTenant restore(Checkpoint checkpoint) {
    checkpoint.stores.forEach((number, store) -> stores.put(number, copy(store)));
    poolStore = copy(checkpoint.pools);
    net = checkpoint.net.copy();
    sums = checkpoint.sums.copy();
    entries.clear();
    archived.clear();
    archived.addAll(checkpoint.archived);
    counts.clear();
    counts.putAll(checkpoint.counts);
    return restart();
  }

  private static InMemoryBucketStore copy(InMemoryBucketStore store) {
    InMemoryBucketStore copy = new InMemoryBucketStore();
    StoreCopies.copy(store, copy);
    return copy;
  }

  private static PoolStore copy(PoolStore store) {
    PoolStore copy = new InMemoryPoolStore();
    StoreCopies.copy(store, copy);
    return copy;
  }

  /** The tables of every bucket. */
  Collection<InMemoryBucketStore> stores() {
    return stores.values();
  }

  NetLedger net() {
    return net;
  }

  LedgerSums sums() {
    return sums;
  }

  /** What estimates and bills of covered cells come to. */
  NetErrors errors() {
    return errors;
  }

  /** The same, row by row as sent. */
  List<EstimateError> errorRows() {
    return errorRows;
  }

  /** How much bills were above estimates, in permille, since this was last asked. */
  List<Long> takeTrueUps() {
    List<Long> taken = List.copyOf(trueUps);
    trueUps.clear();
    return taken;
  }

  /** When there is something to forget. */
  SortedSet<Instant> kept() {
    return kept;
  }

  /** How often a cell had no line since its estimate takes too many rows. */
  int tooLarge() {
    return tooLarge;
  }

  /** How many sets of labels were one too many. */
  int folded() {
    return folded;
  }

  /** Forgets what nothing that is let in after {@code passed} can be about; sums a day later. */
  InMemoryTenant forget(Instant passed) {
    buckets.values().forEach(bucket -> bucket.forget(passed));
    kept.headSet(passed).clear();
    pools.forget(passed.minus(1, ChronoUnit.DAYS), Admission.DEFAULT);
    pools = new TenantPools(tenantId, poolStore, COMPILED);
    return this;
  }

  /** Whether no usage cell is kept. */
  boolean hasNoUsage() {
    return stores.values().stream().allMatch(store -> store.meterDays().keys().isEmpty());
  }

  /** Whether nothing is kept of what was allocated, beside the definitions and entities. */
  boolean hasNoSums() {
    return poolStore.sums().keys().isEmpty()
        && poolStore.transfers().keys().isEmpty()
        && poolStore.usage().keys().isEmpty()
        && poolStore.timelines().keys().stream().noneMatch(row -> row.startsWith("t\0"));
  }

  /** How many rows the buckets keep. */
  int size() {
    return stores.values().stream().mapToInt(InMemoryBucketStore::size).sum();
  }

  /** Whether {@code text} is in any row of the buckets. */
  boolean contains(String text) {
    return stores.values().stream().anyMatch(store -> store.contains(text));
  }

  List<SpecificRecordBase> archived() {
    return archived;
  }

  int count(Outcome outcome) {
    return counts.getOrDefault(outcome, 0);
  }

  private final class Output implements BucketOutput {

    @Override
    public void entry(LedgerEntry entry) {
      entries.add(entry);
      net.add(entry);
      sums.add(entry);
    }

    @Override
    public void estimateError(EstimateError change) {
      errorRows.add(change);
      errors.add(change);
    }

    @Override
    public void trueUp(long permille) {
      trueUps.add(permille);
    }

    @Override
    public void pool(Object change) {
      // As the job sends it: in bytes.
      pools.apply(POOL_INPUT.decodeOwn(POOL_INPUT.encode(new PoolInput(tenantId, false, change))));
    }

    @Override
    public void archive(RecordKind kind, SpecificRecordBase record, long recordTime) {
      archived.add(record);
    }

    @Override
    public void count(RecordKind kind, Outcome outcome) {
      counts.merge(outcome, 1, Integer::sum);
    }

    @Override
    public void keepUntil(Instant until) {
      kept.add(until);
    }

    @Override
    public void folded(int labelSets) {
      folded += labelSets;
    }

    @Override
    public void estimateTooLarge(String resourceId, String meter, Instant hour) {
      tooLarge++;
    }
  }
}
