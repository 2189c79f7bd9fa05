package io.tributary.attribution;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which rows depend on a thing, by UTC day: an inverted index, so that a change of the thing from
 * one instant to another touches the rows of these days only. The rows of a day are divided over
 * shards by hash, so that a change of what very many rows depend on can be worked off in pieces.
 */
final class LineIndex {

  private static final int SHARDS = 8;
  private static final int KNOWN_SHARDS = 4_096;
  private static final char BETWEEN = '\1';
  private static final String DIRECTORY = "D";
  private static final String SHARD = "S";
  private static final byte[] PRESENT = new byte[0];

  private final BucketStore store;
  private final Set<String> known = new HashSet<>();

  LineIndex(BucketStore store) {
    this.store = store;
  }

  /** The part of the index for a thing on the day of {@code at}. */
  static String part(String thing, Instant at) {
    return thing + BETWEEN + day(at);
  }

  private static long day(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), 86_400L);
  }

  void add(String part, String row) {
    String shard = part + BETWEEN + shardOf(row);
    store.index(SHARD + shard).put(row, PRESENT);
    if (known.size() >= KNOWN_SHARDS) {
      known.clear();
    }
    if (known.add(shard)) {
      directory(thingOf(part)).put(shard.substring(thingOf(part).length() + 1), PRESENT);
    }
  }

  void remove(String part, String row) {
    String shard = part + BETWEEN + shardOf(row);
    BucketStore.Table rows = store.index(SHARD + shard);
    rows.remove(row);
    if (rows.isEmpty()) {
      directory(thingOf(part)).remove(shard.substring(thingOf(part).length() + 1));
      known.remove(shard);
    }
  }

  /**
   * The shards with rows that depend on {@code thing} from the day of {@code from} to the day of
   * {@code to}, both inclusive; null for no limit.
   */
  List<String> shards(String thing, @Nullable Instant from, @Nullable Instant to) {
    List<String> shards = new ArrayList<>();
    for (String entry : directory(thing).keys()) {
      long day = Long.parseLong(entry.substring(0, entry.indexOf(BETWEEN)));
      if ((from == null || day >= day(from)) && (to == null || day <= day(to))) {
        shards.add(thing + BETWEEN + entry);
      }
    }
    return shards;
  }

  /** The part that a shard is of. */
  static String partOf(String shard) {
    return shard.substring(0, shard.lastIndexOf(BETWEEN));
  }

  /** The rows of a shard. */
  List<String> rows(String shard) {
    return store.index(SHARD + shard).keys();
  }

  private BucketStore.Table directory(String thing) {
    return store.index(DIRECTORY + thing);
  }

  private static String thingOf(String part) {
    return part.substring(0, part.lastIndexOf(BETWEEN));
  }

  private static int shardOf(String row) {
    return Math.floorMod(Buckets.fnv1a(row), SHARDS);
  }
}
