package io.tributary.events.bills;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;

/** The physical lines of a text, forward only. A line ends with LF, CR or CR LF. */
final class RawLines implements Closeable {

  private final PushbackInputStream in;
  private long line = 1;

  RawLines(InputStream in) {
    this.in = new PushbackInputStream(in, 1);
  }

  /** How often {@code text} breaks the line. */
  static long breaks(String text) {
    long breaks = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' || (c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'))) {
        breaks++;
      }
    }
    return breaks;
  }

  /** The bytes of the lines {@code first} to {@code last}, without the line end of the last. */
  byte[] read(long first, long last) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (line <= last) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      if (line >= first) {
        bytes.write(b);
      }
      if (b == '\n' || (b == '\r' && !lineFeedFollows())) {
        line++;
      }
    }
    return withoutLineEnd(bytes.toByteArray());
  }

  private boolean lineFeedFollows() throws IOException {
    int b = in.read();
    if (b >= 0) {
      in.unread(b);
    }
    return b == '\n';
  }

  private static byte[] withoutLineEnd(byte[] bytes) {
    int length = bytes.length;
    while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
      length--;
    }
    return Arrays.copyOf(bytes, length);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
