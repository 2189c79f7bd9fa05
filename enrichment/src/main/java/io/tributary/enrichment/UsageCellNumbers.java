package io.tributary.enrichment;

import io.tributary.events.RecordKind;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.UsageHour;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of 32 bits for the cells that remembered events were added to, so that an event needs no
 * more than a number of its cell. There is a table for each day of cells, in which those that
 * differ in their hour alone are one row that says which hours these are.
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
   * A cell without its hour.
   *
   * @param hours of the day, of which there are such cells
   * @param content as a change of nothing in the first hour of the day
   */
  private record Row(BitSet hours, byte[] content) {

    private static final int HOUR_BYTES = 3;

    static Row of(UsageHour change) {
      BitSet hours = new BitSet();
      hours.set(hourOf(change));
      UsageHour first = UsageCells.nothing(change);
      first.setHour(change.getHour().truncatedTo(ChronoUnit.DAYS));
      return new Row(hours, RecordKind.USAGE_HOUR.encode(first));
    }

    static @Nullable Row of(byte @Nullable [] row) {
      return row == null
          ? null
          : new Row(
              BitSet.valueOf(Arrays.copyOf(row, HOUR_BYTES)),
              Arrays.copyOfRange(row, HOUR_BYTES, row.length));
    }

    byte[] toBytes() {
      return ByteBuffer.allocate(HOUR_BYTES + content.length)
          .put(Arrays.copyOf(hours.toByteArray(), HOUR_BYTES))
          .put(content)
          .array();
    }

    /** The cell in an hour of the day. */
    UsageHour cell(int hour) {
      UsageHour cell = (UsageHour) RecordKind.USAGE_HOUR.decodeOwn(content);
      cell.setHour(cell.getHour().plus(hour, ChronoUnit.HOURS));
      return cell;
    }

    List<UsageHour> cells() {
      return hours.stream().mapToObj(this::cell).toList();
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
    return known.computeIfAbsent(name, n -> find(store.usageIds(table), Row.of(change)));
  }

  private static int find(BucketStore.Table table, Row row) {
    int number = ByteBuffer.wrap(UsageCells.sha256().digest(row.content)).getInt();
    Row there = Row.of(table.get(key(number)));
    while (there != null && !Arrays.equals(there.content, row.content)) {
      number++;
      there = Row.of(table.get(key(number)));
    }
    if (there != null) {
      row.hours.or(there.hours);
    }
    if (there == null || !there.hours.equals(row.hours)) {
      table.put(key(number), row.toBytes());
    }
    return number;
  }

  /** The cell of a number in an hour, as a change of nothing. */
  UsageHour cell(String table, int number, Instant hour) {
    Row row = Row.of(store.usageIds(table).get(key(number)));
    if (row == null) {
      throw new IllegalStateException("no usage cell " + number + " in " + table);
    }
    UsageHour cell = row.cell(0);
    cell.setHour(hour);
    return cell;
  }

  /** Keeps of the labels what may be kept in any of the hours. */
  void relabel(String table, UnaryOperator<UsageHour> allowed) {
    BucketStore.Table rows = store.usageIds(table);
    for (String key : rows.keys()) {
      Row row = Row.of(rows.get(key));
      if (row != null) {
        rows.put(key, new Row(row.hours, Row.of(kept(row, allowed)).content).toBytes());
      }
    }
    known.clear();
  }

  /** The cell from which what may be kept in each of its hours can be had. */
  private static UsageHour kept(Row row, UnaryOperator<UsageHour> allowed) {
    List<UsageHour> kept = row.cells().stream().map(allowed).toList();
    for (UsageHour candidate : kept) {
      boolean suffices = true;
      for (UsageHour wanted : kept) {
        UsageHour copy = UsageHour.newBuilder(candidate).setHour(wanted.getHour()).build();
        suffices &= allowed.apply(copy).getLabels().equals(wanted.getLabels());
      }
      if (suffices) {
        return candidate;
      }
    }
    return row.cell(0);
  }

  /** Lets go of what is on the heap. */
  void rest() {
    known.clear();
  }

  private static String key(int number) {
    return Integer.toUnsignedString(number, Character.MAX_RADIX);
  }
}
