package io.tributary.query.advise;

import org.jspecify.annotations.Nullable;

/** Hashes of tuples, for counting different ones: of 64 bits, the same on every run. */
final class Hashes {

  /** FNV-1a: offset and prime. */
  private static final long OFFSET = 0xcbf29ce484222325L;

  private static final long PRIME = 0x100000001b3L;

  private Hashes() {}

  static long of(@Nullable Object value) {
    long hash = OFFSET;
    if (value == null) {
      return hash;
    }
    String text = value.toString();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    // The empty text is not the missing one.
    return hash ^ 1;
  }

  /** The hash of a tuple and one value more. */
  static long and(long tuple, long value) {
    return (Long.rotateLeft(tuple, 23) ^ value) * PRIME + 1;
  }
}
