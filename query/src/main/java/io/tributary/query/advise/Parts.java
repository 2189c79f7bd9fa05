package io.tributary.query.advise;

import java.math.BigInteger;

/** Proportions of bytes. */
final class Parts {

  private Parts() {}

  /** {@code bytes} times {@code part} of {@code whole}, rounded down; of nothing, as of one. */
  static long of(long bytes, long part, long whole) {
    return BigInteger.valueOf(bytes)
        .multiply(BigInteger.valueOf(part))
        .divide(BigInteger.valueOf(Math.max(1, whole)))
        .longValueExact();
  }
}
