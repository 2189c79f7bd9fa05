package io.tributary.attribution;

import io.tributary.dimensions.definitions.EntityLookup;
import io.tributary.dimensions.definitions.EntityVersion;
import io.tributary.dimensions.definitions.StreamFacts;
import io.tributary.dimensions.definitions.StreamWeight;
import io.tributary.dimensions.definitions.TracedLine.InForce;
import io.tributary.dimensions.timeline.PriceBook;
import io.tributary.dimensions.timeline.Timeline;
import io.tributary.dimensions.timeline.TimelineKind;
import io.tributary.events.DefinitionsPublished;
import io.tributary.events.EntityChange;
import io.tributary.events.Money;
import io.tributary.events.PriceChange;
import io.tributary.events.TelemetryRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * What a bucket knows of entities, prices and definitions, read through to its timelines and cached
 * on the heap until one changes.
 */
final class Dimensions {

  private static final int CACHED_TIMELINES = 20_000;
  private static final String STREAM_FACTS = "s";

  private final BucketStore.Table timelines;
  private final CompiledDefinitions compiled;
  private final Reads reads;
  private final Map<String, Timeline<?>> cache = new HashMap<>();
  private final Map<String, PriceBook> priceBooks = new HashMap<>();

  // By record, since to find definitions by their text compares all of it.
  private final Map<DefinitionsPublished, InForce> inForce = new IdentityHashMap<>();

  private final Map<DefinitionsPublished, PlanInForce> plans = new IdentityHashMap<>();
  private final Map<String, PlanInForce> plansByKey = new HashMap<>();
  private @Nullable StreamFacts facts;
  private long passed = Long.MIN_VALUE;

  Dimensions(BucketStore.Table timelines, CompiledDefinitions compiled, Reads reads) {
    this.timelines = timelines;
    this.compiled = compiled;
    this.reads = reads;
  }

  /**
   * What a record did.
   *
   * @param thing what lines depend on that may have changed
   * @param from since when it may be another
   * @param to until when, exclusive; null for ever
   */
  record Change(Outcome outcome, String thing, Instant from, @Nullable Instant to) {

    /** Whether anything may be another. */
    boolean isEffective() {
      return outcome == Outcome.APPLIED || outcome == Outcome.CONFLICT;
    }
  }

  /**
   * Takes an entity.
   *
   * @param recordTime epoch microseconds
   */
  Change put(EntityChange change, long recordTime) {
    String row = Reads.entity(change.getKind(), change.getEntityId());
    return put(TimelineKind.ENTITY, row, row, change, recordTime);
  }

  /** Takes definitions. */
  Change put(DefinitionsPublished published, long recordTime) {
    inForce.clear();
    plans.clear();
    return put(
        TimelineKind.DEFINITIONS, Reads.DEFINITIONS, Reads.DEFINITIONS, published, recordTime);
  }

  /** Takes a price. */
  Change put(PriceChange price, long recordTime) {
    priceBooks.clear();
    String currencies = Reads.price(price.getMeter(), price.getUnit());
    TreeSet<String> known = currencies(currencies);
    if (known.add(price.getCurrency())) {
      timelines.put(currencies, String.join("\0", known).getBytes(StandardCharsets.UTF_8));
    }
    String row = priceRow(currencies, price.getCurrency());
    return put(TimelineKind.PRICE, row, currencies, price, recordTime);
  }

  private <T extends SpecificRecordBase> Change put(
      TimelineKind<T> kind, String row, String thing, T record, long recordTime) {
    Timeline<T> timeline = timeline(kind, row);
    Timeline.Change change = timeline.put(record, recordTime);
    if (change == Timeline.Change.APPLIED || change == Timeline.Change.CONFLICT) {
      timeline.forget(passed);
      timelines.put(row, timeline.toBytes());
    }
    Instant from = kind.validFrom(record);
    return new Change(outcome(change), thing, from, timeline.endOf(from, recordTime));
  }

  private static Outcome outcome(Timeline.Change change) {
    return switch (change) {
      case APPLIED -> Outcome.APPLIED;
      case DUPLICATE -> Outcome.DUPLICATE;
      case SUPERSEDED -> Outcome.SUPERSEDED;
      case CONFLICT -> Outcome.CONFLICT;
    };
  }

  /** Every look-up to come is limited to {@code recordTime} or a later one. */
  void passed(long recordTime) {
    passed = recordTime;
  }

  /** The definitions in force, or null. */
  @Nullable InForce definitionsAt(AsOf asOf) {
    reads.add(Reads.DEFINITIONS, asOf.instant());
    DefinitionsPublished published =
        timeline(TimelineKind.DEFINITIONS, Reads.DEFINITIONS)
            .asOf(asOf.instant(), asOf.recordedBy());
    return published == null
        ? null
        : inForce.computeIfAbsent(published, p -> new InForce(p, compiled.of(p.getYaml())));
  }

  /** The allocations in force, or null where nothing is allocated. */
  @Nullable PlanInForce planAt(AsOf asOf) {
    InForce definitions = definitionsAt(asOf);
    if (definitions == null || definitions.definitions().isWithoutAllocations()) {
      return null;
    }
    PlanInForce plan = plans.get(definitions.published());
    if (plan == null) {
      plan = PlanInForce.of(definitions.published(), streamFacts(), compiled);
      plans.put(definitions.published(), plan);
      plansByKey.put(plan.key(), plan);
    }
    return plan;
  }

  /** The allocations of a key that was worked out before. */
  PlanInForce plan(String key) {
    PlanInForce plan = plansByKey.get(key);
    if (plan == null) {
      throw new IllegalStateException("no allocation plan " + key);
    }
    return plan;
  }

  /** Whether {@code telemetry} tells something about its stream that was not known. */
  boolean learn(TelemetryRecord telemetry) {
    StreamFacts known = streamFacts();
    StreamFacts now = known.plus(StreamFacts.of(List.of(StreamWeight.of(telemetry))));
    if (now.equals(known)) {
      return false;
    }
    facts = now;
    plans.clear();
    timelines.put(STREAM_FACTS, PlanInForce.encode(now));
    return true;
  }

  private StreamFacts streamFacts() {
    if (facts == null) {
      byte[] row = timelines.get(STREAM_FACTS);
      facts = row == null ? StreamFacts.NONE : PlanInForce.decode(row);
    }
    return facts;
  }

  /** The entities in force. */
  EntityLookup entitiesAt(AsOf asOf) {
    return new EntityLookup() {
      @Override
      public @Nullable Map<String, String> attributes(String kind, String id) {
        EntityChange entity = entityTimeline(kind, id).asOf(asOf.instant(), asOf.recordedBy());
        return entity == null ? null : entity.getAttributes();
      }

      @Override
      public @Nullable EntityVersion version(String kind, String id) {
        Timeline<EntityChange> timeline = entityTimeline(kind, id);
        EntityChange entity = timeline.asOf(asOf.instant(), asOf.recordedBy());
        return entity == null
            ? null
            : new EntityVersion(
                entity.getValidFrom(),
                timeline.endOf(asOf.instant(), asOf.recordedBy()),
                entity.getVersion());
      }

      private Timeline<EntityChange> entityTimeline(String kind, String id) {
        String row = Reads.entity(kind, id);
        reads.add(row, asOf.instant());
        return timeline(TimelineKind.ENTITY, row);
      }
    };
  }

  /** The attributes of the tenant's policy at {@code at}, whenever it was recorded, or null. */
  @Nullable Map<String, String> policyAt(String tenantId, Instant at) {
    EntityChange policy =
        timeline(TimelineKind.ENTITY, Reads.entity(Policy.KIND, tenantId)).asOf(at);
    return policy == null ? null : policy.getAttributes();
  }

  /** The unit price in force, or null. */
  @Nullable Money priceAt(String meter, String unit, AsOf asOf) {
    reads.add(Reads.price(meter, unit), asOf.instant());
    return priceBook(meter, unit).priceAt(asOf.instant(), asOf.recordedBy());
  }

  /** The version behind {@link #priceAt}, or null. */
  @Nullable PriceChange priceVersionAt(String meter, String unit, AsOf asOf) {
    return priceBook(meter, unit).versionAt(asOf.instant(), asOf.recordedBy());
  }

  private PriceBook priceBook(String meter, String unit) {
    String currencies = Reads.price(meter, unit);
    PriceBook book = priceBooks.get(currencies);
    if (book == null) {
      // Reading a timeline may let go of the cached books, so the map must not be busy meanwhile.
      book = priceBook(currencies);
      priceBooks.put(currencies, book);
    }
    return book;
  }

  private PriceBook priceBook(String currenciesRow) {
    Map<String, Timeline<PriceChange>> byCurrency = new TreeMap<>();
    for (String currency : currencies(currenciesRow)) {
      byCurrency.put(currency, timeline(TimelineKind.PRICE, priceRow(currenciesRow, currency)));
    }
    return new PriceBook(byCurrency);
  }

  private TreeSet<String> currencies(String row) {
    byte[] bytes = timelines.get(row);
    TreeSet<String> currencies = new TreeSet<>();
    if (bytes != null) {
      currencies.addAll(List.of(new String(bytes, StandardCharsets.UTF_8).split("\0")));
    }
    return currencies;
  }

  @SuppressWarnings("unchecked") // A row holds timelines of one kind, by its first letter.
  private <T extends SpecificRecordBase> Timeline<T> timeline(TimelineKind<T> kind, String row) {
    Timeline<?> cached = cache.get(row);
    if (cached == null) {
      if (cache.size() >= CACHED_TIMELINES) {
        cache.clear();
        priceBooks.clear();
        inForce.clear();
        plans.clear();
      }
      byte[] bytes = timelines.get(row);
      cached = bytes == null ? new Timeline<>(kind) : Timeline.fromBytes(kind, bytes);
      cache.put(row, cached);
    }
    return (Timeline<T>) cached;
  }

  private static String priceRow(String currenciesRow, String currency) {
    return currenciesRow + "\0\0" + currency;
  }
}
