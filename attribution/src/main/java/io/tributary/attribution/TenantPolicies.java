package io.tributary.attribution;

import io.tributary.dimensions.timeline.Timeline;
import io.tributary.dimensions.timeline.TimelineKind;
import io.tributary.events.EntityChange;
import io.tributary.events.Op;
import java.time.Instant;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The policies of any number of tenants, for whoever holds records outside of buckets. Not
 * thread-safe.
 */
public final class TenantPolicies {

  /** The kind of the entities that are policies. */
  public static final String KIND = Policy.KIND;

  private final Map<String, Timeline<EntityChange>> timelines = new TreeMap<>();
  private final LabelHashes hashes;

  /** None yet. */
  public TenantPolicies(LabelHashes hashes) {
    this.hashes = hashes;
  }

  /** Whether {@code record} says what may be kept of its tenant's labels. */
  public static boolean isPolicy(SpecificRecordBase record) {
    return record instanceof EntityChange entity
        && entity.getKind().equals(Policy.KIND)
        && entity.getEntityId().equals(entity.getTenantId());
  }

  /**
   * Takes a version of a tenant's policy.
   *
   * @param recordTime epoch microseconds
   */
  public void put(EntityChange policy, long recordTime) {
    timelines
        .computeIfAbsent(policy.getTenantId(), tenant -> new Timeline<>(TimelineKind.ENTITY))
        .put(policy, recordTime);
  }

  /** Takes what {@link #toBytes} wrote of a tenant in place of what is known of it. */
  public void restore(String tenant, byte[] bytes) {
    timelines.put(tenant, Timeline.fromBytes(TimelineKind.ENTITY, bytes));
  }

  /** What is known of a tenant. */
  public byte[] toBytes(String tenant) {
    Timeline<EntityChange> timeline = timelines.get(tenant);
    return (timeline == null ? new Timeline<>(TimelineKind.ENTITY) : timeline).toBytes();
  }

  /** Tenants of which something may not be kept, at whatever time. */
  public SortedSet<String> restricted() {
    SortedSet<String> restricted = new TreeSet<>(timelines.keySet());
    restricted.removeIf(tenant -> !restricts(tenant));
    return restricted;
  }

  /** Whether there is a time of which something of {@code tenant} may not be kept. */
  public boolean restricts(String tenant) {
    return anyVersion(tenant, Policy::restricts);
  }

  /** Whether there is a time of which a label or tag {@code name} is not kept as it comes. */
  public boolean restrictsLabel(String tenant, String name) {
    return anyVersion(tenant, policy -> policy.allowedUntil() != null || policy.restricts(name));
  }

  /** Whether there is a time of which an extra column {@code name} is not kept as it comes. */
  public boolean restrictsExtra(String tenant, String name) {
    return anyVersion(tenant, policy -> policy.restricts() && policy.concerns(name));
  }

  private boolean anyVersion(String tenant, Predicate<Policy> test) {
    Timeline<EntityChange> timeline = timelines.get(tenant);
    return timeline != null
        && timeline.versions().stream()
            .anyMatch(
                version ->
                    version.getOp() == Op.UPSERT && test.test(Policy.of(version.getAttributes())));
  }

  /** Whether there is such a tenant. */
  public boolean restrictAny() {
    return timelines.keySet().stream().anyMatch(this::restricts);
  }

  /** What may be kept of {@code record}; the same object where that is all of it. */
  public SpecificRecordBase allowed(SpecificRecordBase record) {
    String tenant = String.valueOf(record.get("tenant_id"));
    Timeline<EntityChange> timeline = timelines.get(tenant);
    return timeline == null
        ? record
        : new Policies(tenant, hashes, at -> attributes(timeline, at)).allowed(record);
  }

  private static @Nullable Map<String, String> attributes(
      Timeline<EntityChange> timeline, Instant at) {
    EntityChange policy = timeline.asOf(at);
    return policy == null ? null : policy.getAttributes();
  }
}
