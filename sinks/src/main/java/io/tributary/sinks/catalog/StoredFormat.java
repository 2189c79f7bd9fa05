package io.tributary.sinks.catalog;

import org.jspecify.annotations.Nullable;

/**
 * The number of the format in which this version keeps tables and state. What says another number,
 * or none, is refused by whatever opens it.
 */
public final class StoredFormat {

  /** The one number. */
  public static final int NUMBER = 1;

  /** What it is called, as a property of each table and in the file beside checkpoints. */
  public static final String NAME = "tributary.format";

  private StoredFormat() {}

  /**
   * Passes what says the number.
   *
   * @param what says it, for people: {@code table cost_ledger of wh}
   * @param found what it says, null for nothing
   * @throws UnknownFormatException where that is anything else
   */
  public static void refuseOther(String what, @Nullable String found) {
    if (!Integer.toString(NUMBER).equals(found)) {
      throw new UnknownFormatException(what, found);
    }
  }
}
