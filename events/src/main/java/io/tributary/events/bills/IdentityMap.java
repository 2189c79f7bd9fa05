package io.tributary.events.bills;

import io.tributary.events.bills.ContentDigest.Identity;

/** Identities, each with a number, in arrays: 20 bytes each, at most three quarters full. */
final class IdentityMap {

  /** Stands for no number. */
  static final int NONE = -1;

  private long[] high = new long[1 << 10];
  private long[] low = new long[1 << 10];
  private int[] number = new int[1 << 10];
  private int size;

  /**
   * Gives it a number.
   *
   * @param next not negative
   */
  void put(Identity identity, int next) {
    if ((size + 1) * 4L > high.length * 3L) {
      grow();
    }
    int slot = slot(identity.high(), identity.low());
    if (!taken(slot)) {
      high[slot] = identity.high();
      low[slot] = identity.low();
      size++;
    }
    number[slot] = next;
  }

  /** The number of an identity, {@link #NONE} where it has none. */
  int number(Identity identity) {
    int slot = slot(identity.high(), identity.low());
    return taken(slot) ? number[slot] : NONE;
  }

  /** Both halves 0 mean a free slot: no digest of 128 bits will ever be that. */
  private boolean taken(int slot) {
    return high[slot] != 0 || low[slot] != 0;
  }

  /** Where it is, else the free slot where it belongs. A digest is its own hash. */
  private int slot(long wantedHigh, long wantedLow) {
    int slot = (int) wantedLow & (high.length - 1);
    while (taken(slot) && (high[slot] != wantedHigh || low[slot] != wantedLow)) {
      slot = (slot + 1) & (high.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] oldHigh = high;
    long[] oldLow = low;
    int[] oldNumber = number;
    high = new long[oldHigh.length * 2];
    low = new long[oldLow.length * 2];
    number = new int[oldNumber.length * 2];
    for (int i = 0; i < oldHigh.length; i++) {
      if (oldHigh[i] != 0 || oldLow[i] != 0) {
        int slot = slot(oldHigh[i], oldLow[i]);
        high[slot] = oldHigh[i];
        low[slot] = oldLow[i];
        number[slot] = oldNumber[i];
      }
    }
  }
}
