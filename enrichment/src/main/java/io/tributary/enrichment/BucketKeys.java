package io.tributary.enrichment;

import io.tributary.attribution.Buckets;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The keys under which Flink keeps buckets: {@code bucket:salt:tenant}. The salt is the smallest
 * number that puts the key into the bucket's own sixteenth of the key groups, rotated by tenant, so
 * that the buckets of a tenant fall evenly over subtasks and small tenants over all of them.
 */
public final class BucketKeys {

  /** Key groups of the keyed stages; part of the state's layout. */
  public static final int MAX_PARALLELISM = 128;

  private static final int CACHED_TENANTS = 10_000;

  private final Map<String, String[]> byTenant = new HashMap<>();

  /** The key of a bucket. */
  public String of(String tenantId, int bucket) {
    String[] keys = byTenant.get(tenantId);
    if (keys == null) {
      if (byTenant.size() >= CACHED_TENANTS) {
        byTenant.clear();
      }
      keys = new String[Buckets.COUNT];
      for (int b = 0; b < keys.length; b++) {
        keys[b] = salted(tenantId, b);
      }
      byTenant.put(tenantId, keys);
    }
    return keys[bucket];
  }

  /** The tenant in a key. */
  static String tenantOf(String key) {
    return key.substring(key.indexOf(':', key.indexOf(':') + 1) + 1);
  }

  /** The bucket in a key. */
  static int bucketOf(String key) {
    return Integer.parseInt(key.substring(0, key.indexOf(':')));
  }

  private static String salted(String tenantId, int bucket) {
    int sixteenth = Math.floorMod(bucket + tenantId.hashCode(), Buckets.COUNT);
    for (int salt = 0; ; salt++) {
      String key = bucket + ":" + salt + ":" + tenantId;
      int group = KeyGroupRangeAssignment.assignToKeyGroup(key, MAX_PARALLELISM);
      if (group * Buckets.COUNT / MAX_PARALLELISM == sixteenth) {
        return key;
      }
    }
  }
}
