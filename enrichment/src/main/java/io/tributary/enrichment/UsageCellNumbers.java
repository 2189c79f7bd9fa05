package io.tributary.enrichment;

import io.tributary.events.RecordKind;
import io.tributary.events.ResourceIdentity;
import io.tributary.events.UsageHour;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Numbers of 32 bits for the cells that remembered events were added to, so that an event needs no
 * more than a number of its cell: a table for each time until which events are remembered.
 *
 * <p>A number begins as a hash of what the cell is, spelling of its resource included, and is
 * counted up while another cell has it; so it never stands for two.
 */
final class UsageCellNumbers {

  private static final String TABLE = "c";

  /** Cells whose numbers are held on the heap. */
  private static final int KNOWN = 10_000;

  private final BucketStore store;
  private final Map<String, Integer> known = new HashMap<>();

  UsageCellNumbers(BucketStore store) {
    this.store = store;
  }

  /** The number of the cell that {@code change} is of. */
  int number(String period, UsageHour change) {
    String name = period + '\0' + UsageCells.cellOf(change);
    String spelling = change.getResourceId();
    if (ResourceIdentity.isResourceManagerId(spelling)) {
      name = name + '\0' + spelling;
    }
    if (known.size() >= KNOWN) {
      known.clear();
    }
    return known.computeIfAbsent(name, n -> find(period, content(change)));
  }

  private int find(String period, byte[] content) {
    BucketStore.Table table = store.usageIds(TABLE + period);
    int number = ByteBuffer.wrap(UsageCells.sha256().digest(content)).getInt();
    while (true) {
      byte[] there = table.get(key(number));
      if (there == null) {
        table.put(key(number), content);
        return number;
      } else if (Arrays.equals(there, content)) {
        return number;
      }
      number++;
    }
  }

  /** The cell of a number, as a change of nothing. */
  UsageHour cell(String period, int number) {
    byte[] content = store.usageIds(TABLE + period).get(key(number));
    if (content == null) {
      throw new IllegalStateException("no usage cell " + number + " until " + period);
    }
    return (UsageHour) RecordKind.USAGE_HOUR.decodeOwn(content);
  }

  /** What a cell is: two changes of one cell, spelled alike, have one. */
  static byte[] content(UsageHour change) {
    return RecordKind.USAGE_HOUR.encode(UsageCells.nothing(change));
  }

  /** Keeps of the labels what may be kept. */
  void relabel(String period, UnaryOperator<UsageHour> allowed) {
    BucketStore.Table table = store.usageIds(TABLE + period);
    for (String key : table.keys()) {
      byte[] content = table.get(key);
      if (content != null) {
        UsageHour cell = (UsageHour) RecordKind.USAGE_HOUR.decodeOwn(content);
        UsageHour kept = allowed.apply(cell);
        if (kept != cell) {
          table.put(key, content(kept));
        }
      }
    }
    known.clear();
  }

  void forget(String period) {
    store.usageIds(TABLE + period).clear();
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
