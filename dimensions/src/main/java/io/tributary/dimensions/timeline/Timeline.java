package io.tributary.dimensions.timeline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The history of one thing (an entity, a price, the definitions) as a slowly changing dimension of
 * type 2: each version holds from its instant until the next one's.
 *
 * <p>The order in which versions arrive does not matter: of one instant the highest version wins,
 * and of one version with two contents the greater canonical encoding.
 *
 * <p>It is bitemporal: each version has a record time, and a look-up may be limited to what was
 * recorded by some time. A version that came too late for a billing period does not exist for it,
 * however high it is. So beside the version that wins, those are kept that were recorded before it.
 *
 * @param <T> the record of a version
 */
public final class Timeline<T extends SpecificRecordBase> {

  /** A limit that every record time is within. */
  public static final long ALL = Long.MAX_VALUE;

  /** Written first into {@link #toBytes}, so that a later layout can be told from this one. */
  private static final int LAYOUT = 1;

  /** What a new version did to the timeline. */
  public enum Change {
    /** It holds now, or would without one that was recorded later. */
    APPLIED,
    /** It was there already, to the byte. */
    DUPLICATE,
    /** A higher version of the same instant was recorded before. */
    SUPERSEDED,
    /** Another content of the same version; the greater one holds now. */
    CONFLICT
  }

  /** A version and the earliest time it was recorded, in epoch microseconds. */
  private record Entry<T>(long version, byte[] encoding, T record, long recordTime) {

    int compareRank(Entry<T> other) {
      int order = Long.compare(version, other.version);
      return order != 0 ? order : Arrays.compareUnsigned(encoding, other.encoding);
    }
  }

  private final TimelineKind<T> kind;

  /** Of each instant, the highest version first, and each recorded before the one above it. */
  private final TreeMap<Instant, List<Entry<T>>> entries = new TreeMap<>();

  /** An empty timeline. */
  public Timeline(TimelineKind<T> kind) {
    this.kind = kind;
  }

  /** The timeline that {@link #toBytes} wrote. */
  public static <T extends SpecificRecordBase> Timeline<T> fromBytes(
      TimelineKind<T> kind, byte[] bytes) {
    Timeline<T> timeline = new Timeline<>(kind);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int layout = in.readUnsignedByte();
      if (layout != LAYOUT) {
        throw new IllegalStateException("timeline of unknown layout " + layout);
      }
      for (int left = in.readInt(); left > 0; left--) {
        long recordTime = in.readLong();
        T record = kind.cast(kind.recordKind().decodeOwn(in.readNBytes(in.readInt())));
        timeline.put(record, recordTime);
      }
      return timeline;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The versions that hold, compactly, in the order of their instants. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(LAYOUT);
      out.writeInt(entries.values().stream().mapToInt(List::size).sum());
      for (List<Entry<T>> versions : entries.values()) {
        for (Entry<T> entry : versions) {
          out.writeLong(entry.recordTime);
          out.writeInt(entry.encoding.length);
          out.write(entry.encoding);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Adds a version.
   *
   * @param recordTime when it was recorded, epoch microseconds
   */
  public Change put(T record, long recordTime) {
    Entry<T> next =
        new Entry<>(kind.version(record), kind.recordKind().encode(record), record, recordTime);
    List<Entry<T>> known =
        entries.computeIfAbsent(kind.validFrom(record), instant -> new ArrayList<>(1));
    boolean conflict = false;
    for (Entry<T> entry : known) {
      int order = next.compareRank(entry);
      boolean later = next.recordTime >= entry.recordTime;
      if (order == 0 && later) {
        return Change.DUPLICATE;
      }
      boolean sameVersion = order != 0 && next.version == entry.version;
      if (order < 0 && later) {
        return sameVersion ? Change.CONFLICT : Change.SUPERSEDED;
      }
      conflict |= sameVersion;
    }
    known.removeIf(entry -> next.compareRank(entry) >= 0 && next.recordTime <= entry.recordTime);
    known.add(next);
    known.sort((left, right) -> right.compareRank(left));
    return conflict ? Change.CONFLICT : Change.APPLIED;
  }

  /**
   * Forgets versions that no look-up needs any more.
   *
   * @param passed every look-up to come is limited to this record time or a later one
   */
  public void forget(long passed) {
    for (List<Entry<T>> versions : entries.values()) {
      for (int i = 0; i < versions.size(); i++) {
        if (versions.get(i).recordTime <= passed) {
          versions.subList(i + 1, versions.size()).clear();
        }
      }
    }
  }

  /** The version that holds at {@code instant}, whenever it was recorded. */
  public @Nullable T asOf(Instant instant) {
    return asOf(instant, ALL);
  }

  /**
   * The version that holds at {@code instant} of those recorded by {@code recordedBy} (epoch
   * microseconds, inclusive); null before the first, and where the version that holds says that the
   * thing is absent.
   */
  public @Nullable T asOf(Instant instant, long recordedBy) {
    for (List<Entry<T>> versions : entries.headMap(instant, true).descendingMap().values()) {
      for (Entry<T> entry : versions) {
        if (entry.recordTime <= recordedBy) {
          return kind.absent(entry.record) ? null : entry.record;
        }
      }
    }
    return null;
  }

  /**
   * When what holds at {@code instant} ends, exclusive: the instant of the next version recorded by
   * {@code recordedBy}, whatever it says; null where there is none.
   */
  public @Nullable Instant endOf(Instant instant, long recordedBy) {
    for (Map.Entry<Instant, List<Entry<T>>> next : entries.tailMap(instant, false).entrySet()) {
      if (next.getValue().stream().anyMatch(entry -> entry.recordTime <= recordedBy)) {
        return next.getKey();
      }
    }
    return null;
  }

  /** Of each instant the version that holds, whenever it was recorded, in their order. */
  public List<T> versions() {
    return entries.values().stream().map(versions -> versions.get(0).record).toList();
  }

  /** The highest version known for exactly {@code validFrom}, or 0. */
  public long versionAt(Instant validFrom) {
    List<Entry<T>> versions = entries.get(validFrom);
    return versions == null ? 0 : versions.get(0).version;
  }
}
