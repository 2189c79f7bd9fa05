package io.tributary.jobs.bills;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Charges by identity, of each the highest version: about 90 bytes a charge, so that a bill of ten
 * million lines passes. Of two contents of one version the one with the greater digest of its
 * measures is kept, whatever the order in which they come.
 */
final class ChargeTable {

  private static final int DELETED = -1;
  private static final int NOWHERE = -1;
  private static final int AMOUNT_SCALE = 18;
  private static final ChargeGroup NO_GROUP = new ChargeGroup("", null);

  /** Open addressing over the rows below: the number of a row plus 1, 0 for a free slot. */
  private int[] slots = new int[1 << 6];

  private long[] high = new long[1 << 5];
  private long[] low = new long[1 << 5];
  private long[] version = new long[1 << 5];
  private long[] measures = new long[1 << 5];
  private Amounts billed = new Amounts(1 << 5);
  private Amounts effective = new Amounts(1 << 5);
  private int[] group = new int[1 << 5];
  private int size;

  private final List<ChargeGroup> groups = new ArrayList<>();
  private final Map<ChargeGroup, Integer> groupNumbers = new HashMap<>();

  /** Takes a charge, unless a higher version of it is there. */
  void put(ChargeFacts charge) {
    int row = find(charge.id());
    if (row == NOWHERE) {
      row = append(charge.id());
    } else if (charge.version() < version[row]
        || (charge.version() == version[row] && charge.measures() <= measures[row])) {
      return;
    }
    version[row] = charge.version();
    measures[row] = charge.measures();
    billed.set(row, charge.billed());
    effective.set(row, charge.effective());
    group[row] = charge.deleted() ? DELETED : number(charge.group());
  }

  /** The number of a charge that is live, negative where there is none. */
  int live(ChargeId id) {
    int row = find(id);
    return row == NOWHERE || group[row] == DELETED ? NOWHERE : row;
  }

  /** How many rows there are; those that are not live included. */
  int size() {
    return size;
  }

  boolean isLive(int row) {
    return group[row] != DELETED;
  }

  long version(int row) {
    return version[row];
  }

  long measures(int row) {
    return measures[row];
  }

  ChargeGroup group(int row) {
    return groups.get(group[row]);
  }

  BigDecimal billed(int row) {
    return billed.get(row);
  }

  BigDecimal effective(int row) {
    return effective.get(row);
  }

  /** A charge as it was put; one that is deleted without its group. */
  ChargeFacts charge(int row) {
    return new ChargeFacts(
        new ChargeId(high[row], low[row]),
        version[row],
        isLive(row) ? group(row) : NO_GROUP,
        billed(row),
        effective(row),
        measures[row],
        !isLive(row));
  }

  /** What the live charges are billed, by currency. */
  SortedMap<String, BigDecimal> billed() {
    SortedMap<String, BigDecimal> sums = new TreeMap<>();
    for (int row = 0; row < size; row++) {
      if (isLive(row)) {
        sums.merge(group(row).currency(), billed(row), BigDecimal::add);
      }
    }
    return sums;
  }

  private int number(ChargeGroup wanted) {
    return groupNumbers.computeIfAbsent(
        wanted,
        missing -> {
          groups.add(missing);
          return groups.size() - 1;
        });
  }

  private int find(ChargeId id) {
    return slots[slot(id.high(), id.low())] - 1;
  }

  private int append(ChargeId id) {
    if (size == high.length) {
      growRows();
    }
    if ((size + 1) * 4L > slots.length * 3L) {
      growSlots();
    }
    high[size] = id.high();
    low[size] = id.low();
    slots[slot(id.high(), id.low())] = size + 1;
    return size++;
  }

  /** Where it is, else the free slot where it belongs. A digest is its own hash. */
  private int slot(long wantedHigh, long wantedLow) {
    int slot = (int) wantedLow & (slots.length - 1);
    while (slots[slot] != 0
        && (high[slots[slot] - 1] != wantedHigh || low[slots[slot] - 1] != wantedLow)) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  private void growRows() {
    int length = high.length + (high.length >> 1);
    high = Arrays.copyOf(high, length);
    low = Arrays.copyOf(low, length);
    version = Arrays.copyOf(version, length);
    measures = Arrays.copyOf(measures, length);
    billed = billed.copy(length);
    effective = effective.copy(length);
    group = Arrays.copyOf(group, length);
  }

  /** Amounts of {@code DECIMAL(38,18)} by row, 16 bytes each. */
  private record Amounts(long[] high, long[] low) {

    Amounts(int length) {
      this(new long[length], new long[length]);
    }

    void set(int row, BigDecimal amount) {
      BigInteger units = amount.setScale(AMOUNT_SCALE).unscaledValue();
      high[row] = units.shiftRight(Long.SIZE).longValueExact();
      low[row] = units.longValue();
    }

    BigDecimal get(int row) {
      byte[] units =
          ByteBuffer.allocate(2 * Long.BYTES).putLong(high[row]).putLong(low[row]).array();
      return new BigDecimal(new BigInteger(units), AMOUNT_SCALE);
    }

    Amounts copy(int length) {
      return new Amounts(Arrays.copyOf(high, length), Arrays.copyOf(low, length));
    }
  }

  private void growSlots() {
    slots = new int[slots.length * 2];
    for (int row = 0; row < size; row++) {
      slots[slot(high[row], low[row])] = row + 1;
    }
  }
}
