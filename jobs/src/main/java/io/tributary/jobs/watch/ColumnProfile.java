package io.tributary.jobs.watch;

import io.tributary.events.Charge;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;

/**
 * Which columns of a bill have values, and of what type, so that two bills can be compared. Small
 * bills and rarely filled columns tell nothing: a column counts where at least half of the charges
 * have a value, and a bill where it has at least {@link #ENOUGH} charges.
 */
final class ColumnProfile {

  static final int ENOUGH = 20;

  /** What a provider writes for every charge, and columns of ours, say nothing of the export. */
  private static final Set<String> OURS = Set.of("tags", "extras");

  private static final class Column {
    long filled;
    long numbers;
  }

  private final SortedMap<String, Column> columns = new TreeMap<>();
  private long charges;

  /** What one bill has otherwise than another. */
  record Change(SortedSet<String> added, SortedSet<String> vanished, SortedSet<String> retyped) {

    static final Change NONE = new Change(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
  }

  void add(Charge charge) {
    charges++;
    for (Schema.Field field : charge.getSchema().getFields()) {
      Object value = charge.get(field.pos());
      if (value != null && !OURS.contains(field.name())) {
        count(field.name(), value.toString());
      }
    }
    for (Map.Entry<String, String> extra : charge.getExtras().entrySet()) {
      count(extra.getKey(), extra.getValue());
    }
  }

  private void count(String name, String value) {
    if (!value.isEmpty()) {
      Column column = columns.computeIfAbsent(name, n -> new Column());
      column.filled++;
      column.numbers += isNumber(value) ? 1 : 0;
    }
  }

  private static boolean isNumber(String value) {
    try {
      return value.length() < 64 && new BigDecimal(value).scale() < 64;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** What this bill has otherwise than {@code before}. */
  Change since(ColumnProfile before) {
    if (charges < ENOUGH || before.charges < ENOUGH) {
      return Change.NONE;
    }
    Change change = new Change(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    SortedSet<String> names = new TreeSet<>(columns.keySet());
    names.addAll(before.columns.keySet());
    for (String name : names) {
      Column now = columns.getOrDefault(name, new Column());
      Column then = before.columns.getOrDefault(name, new Column());
      if (then.filled == 0 && now.filled * 2 >= charges) {
        change.added.add(name);
      } else if (now.filled == 0 && then.filled * 2 >= before.charges) {
        change.vanished.add(name);
      } else if (isOtherType(now, then)) {
        change.retyped.add(name);
      }
    }
    return change;
  }

  private static boolean isOtherType(Column now, Column then) {
    boolean wereNumbers = then.filled > 0 && then.numbers == then.filled;
    boolean areNumbers = now.filled > 0 && now.numbers == now.filled;
    return wereNumbers && now.filled > 0 && now.numbers == 0
        || areNumbers && then.filled > 0 && then.numbers == 0;
  }
}
