package io.tributary.events.bills;

import io.tributary.events.RejectedException;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A cursor over the rows of one bill file. Cells are text; every spelling of null is null. */
interface BillRows extends Closeable {

  /** Moves to the next row; false at the end. */
  boolean next() throws IOException;

  /**
   * Whether the current row can be read.
   *
   * @throws RejectedException where it cannot
   */
  void check() throws RejectedException;

  /** Whether the current row has cells, sound or not; else none is to be asked for. */
  boolean hasCells();

  /** The cell of the current row, null where it has no value. */
  @Nullable String cell(int column);

  /**
   * Line on which the current row starts (text, the first is 1) or its number (Parquet), from 1.
   */
  long position();

  /** The current row as it stands in the file; in JSON for Parquet. */
  byte[] raw() throws IOException;

  /** The text, or null where it is blank or one of the words that bills write for null. */
  static @Nullable String value(String text) {
    return text.isBlank() || isNull(text) ? null : text;
  }

  /** Asked of every cell, so it looks at the length before it compares. */
  private static boolean isNull(String text) {
    return switch (text.length()) {
      case 2 -> text.equals("\\N");
      case 3 -> text.equals("N/A");
      case 4 -> text.equals("NULL") || text.equals("null");
      case 6 -> text.equals("(null)");
      default -> false;
    };
  }
}
