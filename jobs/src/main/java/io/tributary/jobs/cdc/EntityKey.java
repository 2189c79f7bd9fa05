package io.tributary.jobs.cdc;

import io.tributary.events.EntityChange;
import io.tributary.events.ResourceIdentity;
import java.util.Comparator;

/** Which entity, by the identity of its id. */
record EntityKey(String tenant, String kind, String id) implements Comparable<EntityKey> {

  private static final Comparator<EntityKey> ORDER =
      Comparator.comparing(EntityKey::tenant)
          .thenComparing(EntityKey::kind)
          .thenComparing(EntityKey::id);

  static EntityKey of(EntityChange change) {
    return new EntityKey(
        change.getTenantId(), change.getKind(), ResourceIdentity.of(change.getEntityId()));
  }

  @Override
  public int compareTo(EntityKey other) {
    return ORDER.compare(this, other);
  }
}
