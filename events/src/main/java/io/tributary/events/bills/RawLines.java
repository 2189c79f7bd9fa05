package io.tributary.events.bills;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Arrays;

/**
 * The bytes of the physical lines of a text, forward only. A line ends with LF, CR or CR LF, each
 * of as many bytes as the encoding has for a character of ASCII.
 */
final class RawLines implements Closeable {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final long END = -1;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int length;

  /** How many bytes a character of ASCII has. */
  private final int width;

  private final long feed;
  private final long carriageReturn;

  /** The next character of this width, as a number of these bytes. */
  private long next;

  private long line = 1;

  /**
   * @param in behind the byte order mark
   * @param charset which writes none
   */
  RawLines(InputStream in, Charset charset) throws IOException {
    this.in = in;
    byte[] encoded = "\n".getBytes(charset);
    this.width = encoded.length;
    this.feed = number(encoded);
    this.carriageReturn = number("\r".getBytes(charset));
    this.next = unit();
  }

  private static long number(byte[] bytes) {
    long number = 0;
    for (byte b : bytes) {
      number = number << 8 | (b & 0xff);
    }
    return number;
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
    int content = 0;
    while (line <= last && next != END) {
      long unit = next;
      next = unit();
      if (line >= first) {
        for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
          bytes.write((int) (unit >>> shift));
        }
        content = unit == feed || unit == carriageReturn ? content : bytes.size();
      }
      if (unit == feed || (unit == carriageReturn && next != feed)) {
        line++;
      }
    }
    return Arrays.copyOf(bytes.toByteArray(), content);
  }

  private long unit() throws IOException {
    long unit = 0;
    for (int i = 0; i < width; i++) {
      if (at == length) {
        length = in.readNBytes(buffer, 0, buffer.length);
        at = 0;
        if (length == 0) {
          return END;
        }
      }
      unit = unit << 8 | (buffer[at++] & 0xff);
    }
    return unit;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
