package io.tributary.attribution;

import io.tributary.events.Charge;
import io.tributary.events.EntityChange;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.UsageEvent;
import io.tributary.events.UsageHour;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Which of a tenant's buckets an input belongs to. What hangs on a resource lives in the bucket of
 * the resource; a charge without one in the bucket of its key; everything else in all of them.
 */
public final class Buckets {

  /** B: buckets per tenant. A constant of the product; a warehouse remembers it. */
  public static final int COUNT = 16;

  private static final List<Integer> ALL = IntStream.range(0, COUNT).boxed().toList();

  private Buckets() {}

  /** The buckets that must see {@code record}: one, or all. */
  public static List<Integer> of(SpecificRecordBase record) {
    OptionalInt one = home(record);
    return one.isPresent() ? List.of(one.getAsInt()) : ALL;
  }

  /** Whether {@code record} is copied into every bucket of its tenant. */
  public static boolean isTenantWide(SpecificRecordBase record) {
    return home(record).isEmpty();
  }

  private static OptionalInt home(SpecificRecordBase record) {
    if (record instanceof Charge charge) {
      return OptionalInt.of(ofResource(charge.getResourceId(), charge.getChargeKey()));
    } else if (record instanceof UsageEvent usage) {
      return OptionalInt.of(ofResource(usage.getResourceId(), ""));
    } else if (record instanceof UsageHour usage) {
      return OptionalInt.of(ofResource(usage.getResourceId(), ""));
    } else if (record instanceof EntityChange entity && entity.getKind().equals("resource")) {
      return OptionalInt.of(ofResource(entity.getEntityId(), ""));
    }
    return OptionalInt.empty();
  }

  /** The bucket of a resource, or of a charge key where the resource is null or empty. */
  static int ofResource(@Nullable String resourceId, String chargeKey) {
    String name =
        resourceId == null || resourceId.isEmpty() ? chargeKey : ResourceIdentity.of(resourceId);
    return Math.floorMod(fnv1a(name), COUNT);
  }

  /** FNV-1a, 32 bits, over UTF-8 (Fowler, Noll, Vo), finished by the mixer of MurmurHash3. */
  static int fnv1a(String text) {
    int hash = 0x811c9dc5;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
    return hash ^ (hash >>> 16);
  }
}
