package io.tributary.attribution;

import java.util.Arrays;

/** Which of two records with one identity holds. */
final class Versions {

  private Versions() {}

  /** What a record does to a known one: the higher version wins, then the greater encoding. */
  static Outcome compare(long known, byte[] knownBytes, long next, byte[] nextBytes) {
    if (next != known) {
      return next > known ? Outcome.APPLIED : Outcome.SUPERSEDED;
    }
    int order = Arrays.compareUnsigned(nextBytes, knownBytes);
    return order == 0 ? Outcome.DUPLICATE : Outcome.CONFLICT;
  }

  /** Whether the next record replaces the known one. */
  static boolean replaces(Outcome outcome, byte[] knownBytes, byte[] nextBytes) {
    return outcome == Outcome.APPLIED
        || (outcome == Outcome.CONFLICT && Arrays.compareUnsigned(nextBytes, knownBytes) > 0);
  }
}
