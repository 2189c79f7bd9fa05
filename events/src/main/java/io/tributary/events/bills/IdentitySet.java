package io.tributary.events.bills;

import io.tributary.events.bills.ContentDigest.Identity;

/** A set of identities in two arrays of longs: 16 bytes each, at most three quarters full. */
final class IdentitySet {

  private long[] high = new long[1 << 10];
  private long[] low = new long[1 << 10];
  private int size;

  /** Adds it; false where it was there. */
  boolean add(Identity identity) {
    if ((size + 1) * 4L > high.length * 3L) {
      grow();
    }
    int slot = slot(identity.high(), identity.low());
    if (taken(slot)) {
      return false;
    }
    high[slot] = identity.high();
    low[slot] = identity.low();
    size++;
    return true;
  }

  boolean contains(Identity identity) {
    return taken(slot(identity.high(), identity.low()));
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
    high = new long[oldHigh.length * 2];
    low = new long[oldLow.length * 2];
    for (int i = 0; i < oldHigh.length; i++) {
      if (oldHigh[i] != 0 || oldLow[i] != 0) {
        int slot = slot(oldHigh[i], oldLow[i]);
        high[slot] = oldHigh[i];
        low[slot] = oldLow[i];
      }
    }
  }
}
