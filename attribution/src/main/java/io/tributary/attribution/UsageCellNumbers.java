package io.tributary.attribution;

import io.tributary.events.RecordKind;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.UsageHour;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of 32 bits for the cells that remembered events were added to, so that an event needs no
 * more than a number and the hour of its cell. There is a table for each day of cells, in which
 * those that differ in their hour alone have one number and one row.
 *
 * <p>A number begins as a hash of what the cell is, spelling of its resource included, and is
 * counted up while another cell has it; so it never stands for two.
 */
final class UsageCellNumbers {

  /** Cells whose numbers are held on the heap. */
  private static final int KNOWN = 10_000;

  private final BucketStore store;
  private final Map<String, Integer> known = new HashMap<>();

  UsageCellNumbers(BucketStore store) {
    this.store = store;
  }

  /**
   * Cells without their hour, of some hours of a day.
   *
   * @param content as a change of nothing in the first hour of the day
   */
  private record Cells(BitSet hours, byte[] content) {

    static Cells of(UsageHour change) {
      BitSet hours = new BitSet();
      hours.set(hourOf(change));
      UsageHour first = UsageCells.nothing(change);
      first.setHour(change.getHour().truncatedTo(ChronoUnit.DAYS));
      return new Cells(hours, RecordKind.USAGE_HOUR.encode(first));
    }

    boolean isLike(Cells other) {
      return Arrays.equals(content, other.content);
    }

    /** The cell in an hour of the day. */
    UsageHour cell(int hour) {
      UsageHour cell = (UsageHour) RecordKind.USAGE_HOUR.decodeOwn(content);
      cell.setHour(cell.getHour().plus(hour, ChronoUnit.HOURS));
      return cell;
    }
  }

  /**
   * The cells of a number, each hour in one part. They were alike when they got it; there are
   * several parts where what may be kept of their labels differs by the hour.
   */
  private record Row(List<Cells> parts) {

    private static final int HOUR_BYTES = 3;

    static @Nullable Row of(byte @Nullable [] row) {
      if (row == null) {
        return null;
      }
      List<Cells> parts = new ArrayList<>();
      ByteBuffer bytes = ByteBuffer.wrap(row);
      while (bytes.hasRemaining()) {
        byte[] hours = new byte[HOUR_BYTES];
        bytes.get(hours);
        byte[] content = new byte[bytes.getInt()];
        bytes.get(content);
        parts.add(new Cells(BitSet.valueOf(hours), content));
      }
      return new Row(parts);
    }

    byte[] toBytes() {
      int length = parts.stream().mapToInt(p -> HOUR_BYTES + 4 + p.content.length).sum();
      ByteBuffer bytes = ByteBuffer.allocate(length);
      for (Cells part : parts) {
        bytes
            .put(Arrays.copyOf(part.hours.toByteArray(), HOUR_BYTES))
            .putInt(part.content.length)
            .put(part.content);
      }
      return bytes.array();
    }

    private @Nullable Cells partOf(int hour) {
      return parts.stream().filter(part -> part.hours.get(hour)).findAny().orElse(null);
    }

    /** Whether the cell in {@code other} is one of these, or may become one. */
    boolean takes(Cells other) {
      Cells there = partOf(other.hours.nextSetBit(0));
      return there == null ? parts.stream().anyMatch(other::isLike) : there.isLike(other);
    }

    /** With the cells in {@code more} too, of hours that are in no part. */
    Row with(Cells more) {
      List<Cells> joined = new ArrayList<>(parts);
      for (int i = 0; i < parts.size(); i++) {
        if (parts.get(i).isLike(more)) {
          BitSet hours = BitSet.valueOf(parts.get(i).hours.toLongArray());
          hours.or(more.hours);
          joined.set(i, new Cells(hours, more.content));
          return new Row(joined);
        }
      }
      joined.add(more);
      return new Row(joined);
    }

    UsageHour cell(int hour) {
      Cells part = partOf(hour);
      if (part == null) {
        throw new IllegalStateException("no usage cell in hour " + hour);
      }
      return part.cell(hour);
    }

    /** The same cells with labels that may be kept in their hours. */
    Row relabelled(UnaryOperator<UsageHour> allowed) {
      Row relabelled = new Row(List.of());
      for (Cells part : parts) {
        for (int hour : part.hours.stream().toArray()) {
          relabelled = relabelled.with(Cells.of(allowed.apply(part.cell(hour))));
        }
      }
      return relabelled;
    }
  }

  private static int hourOf(UsageHour change) {
    Instant day = change.getHour().truncatedTo(ChronoUnit.DAYS);
    return (int) ChronoUnit.HOURS.between(day, change.getHour());
  }

  /** The number of the cell that {@code change} is of. */
  int number(String table, UsageHour change) {
    String name = table + '\0' + UsageCells.cellOf(change);
    String spelling = change.getResourceId();
    if (ResourceIdentity.isResourceManagerId(spelling)) {
      name = name + '\0' + spelling;
    }
    if (known.size() >= KNOWN) {
      known.clear();
    }
    return known.computeIfAbsent(name, n -> find(store.usageIds(table), Cells.of(change)));
  }

  private static int find(BucketStore.Table table, Cells cell) {
    int number = ByteBuffer.wrap(UsageCells.sha256().digest(cell.content)).getInt();
    Row there = Row.of(table.get(key(number)));
    while (there != null && !there.takes(cell)) {
      number++;
      there = Row.of(table.get(key(number)));
    }
    int hour = cell.hours.nextSetBit(0);
    if (there == null || there.partOf(hour) == null) {
      table.put(key(number), (there == null ? new Row(List.of()) : there).with(cell).toBytes());
    }
    return number;
  }

  /** The cell of a number in an hour, as a change of nothing. */
  UsageHour cell(String table, int number, Instant hour) {
    Row row = Row.of(store.usageIds(table).get(key(number)));
    if (row == null) {
      throw new IllegalStateException("no usage cell " + number + " in " + table);
    }
    return row.cell(hour.atOffset(ZoneOffset.UTC).getHour());
  }

  /** Keeps of the labels what may be kept. */
  void relabel(String table, UnaryOperator<UsageHour> allowed) {
    BucketStore.Table rows = store.usageIds(table);
    for (String key : rows.keys()) {
      Row row = Row.of(rows.get(key));
      if (row != null) {
        rows.put(key, row.relabelled(allowed).toBytes());
      }
    }
    known.clear();
  }

  /** Lets go of what is on the heap. */
  void rest() {
    known.clear();
  }

  private static String key(int number) {
    return Integer.toUnsignedString(number, Character.MAX_RADIX);
  }
}
