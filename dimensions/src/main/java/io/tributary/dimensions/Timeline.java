package io.tributary.dimensions;

import io.tributary.events.RecordKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
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
 * @param <T> the record of a version
 */
public final class Timeline<T extends SpecificRecordBase> {

  /** Written first into {@link #toBytes}, so that a later layout can be told from this one. */
  private static final int LAYOUT = 1;

  /** What a new version did to the timeline. */
  public enum Change {
    /** It holds now. */
    APPLIED,
    /** It was there already, to the byte. */
    DUPLICATE,
    /** A higher version of the same instant is known. */
    SUPERSEDED,
    /** Another content of the same version; the greater one holds now. */
    CONFLICT
  }

  private record Entry<T>(long version, byte[] encoding, T record) {}

  private final TimelineKind<T> kind;
  private final TreeMap<Instant, Entry<T>> entries = new TreeMap<>();

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
        timeline.put(kind.cast(kind.recordKind().decodeOwn(in.readNBytes(in.readInt()))));
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
      out.writeInt(entries.size());
      for (Entry<T> entry : entries.values()) {
        out.writeInt(entry.encoding.length);
        out.write(entry.encoding);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Adds a version. */
  public Change put(T record) {
    RecordKind recordKind = kind.recordKind();
    Entry<T> next = new Entry<>(kind.version(record), recordKind.encode(record), record);
    Entry<T> known = entries.get(kind.validFrom(record));
    if (known != null) {
      if (known.version > next.version) {
        return Change.SUPERSEDED;
      }
      if (known.version == next.version) {
        int order = Arrays.compareUnsigned(next.encoding, known.encoding);
        if (order == 0) {
          return Change.DUPLICATE;
        }
        if (order > 0) {
          entries.put(kind.validFrom(record), next);
        }
        return Change.CONFLICT;
      }
    }
    entries.put(kind.validFrom(record), next);
    return Change.APPLIED;
  }

  /**
   * The version that holds at {@code instant}; null before the first, and where the version that
   * holds says that the thing is absent.
   */
  public @Nullable T asOf(Instant instant) {
    Map.Entry<Instant, Entry<T>> floor = entries.floorEntry(instant);
    return floor == null || kind.absent(floor.getValue().record) ? null : floor.getValue().record;
  }

  /**
   * When what holds at {@code instant} ends, exclusive: the instant of the next version, whatever
   * it says; null where there is none.
   */
  public @Nullable Instant endOf(Instant instant) {
    return entries.higherKey(instant);
  }

  /** The highest version known for exactly {@code validFrom}, or 0. */
  public long versionAt(Instant validFrom) {
    Entry<T> entry = entries.get(validFrom);
    return entry == null ? 0 : entry.version;
  }
}
