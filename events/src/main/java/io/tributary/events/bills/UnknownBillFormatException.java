package io.tributary.events.bills;

import java.io.IOException;
import java.nio.file.Path;

/** A file whose header is that of no bill we know. It is refused whole; no row of it is read. */
public final class UnknownBillFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int SHOWN = 100;

  UnknownBillFormatException(Path file, String seen) {
    super(file + ": no known bill: " + shown(seen) + "; known are " + BillFormat.known());
  }

  /** One printable line. */
  private static String shown(String seen) {
    String line = seen.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }
}
