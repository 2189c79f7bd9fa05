package io.tributary.attribution;

import java.util.Locale;

/** Proofs that take long run whole under {@code mvn -Pproof}, and say what they did. */
final class Proof {

  static final String PROPERTY = "tributary.proof";

  static final boolean FULL = Boolean.getBoolean(PROPERTY);

  private Proof() {}

  static void print(String format, Object... args) {
    if (FULL) {
      System.out.println("proof: " + String.format(Locale.ROOT, format, args));
    }
  }
}
