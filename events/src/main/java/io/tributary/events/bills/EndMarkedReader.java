package io.tributary.events.bills;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/**
 * A text with a line of its own behind its end. A reader of CSV that sees this line has seen all
 * rows; where it does not, an opening quote has swallowed it.
 */
final class EndMarkedReader extends FilterReader {

  /** The line; no text has this character, which Unicode sets aside for such uses. */
  static final String MARK = "\uFFFF";

  private final char[] end = ("\n" + MARK).toCharArray();
  private int given;

  EndMarkedReader(Reader text) {
    super(text);
  }

  @Override
  public int read(char[] buffer, int offset, int length) throws IOException {
    if (given == 0) {
      int read = in.read(buffer, offset, length);
      if (read >= 0) {
        return read;
      }
    }
    int count = Math.min(length, end.length - given);
    System.arraycopy(end, given, buffer, offset, count);
    given += count;
    return count == 0 && length > 0 ? -1 : count;
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
