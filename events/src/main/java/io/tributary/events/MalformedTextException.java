package io.tributary.events;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/** A text that is not in the encoding it is read in. It is refused whole, naming the place. */
public final class MalformedTextException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int CHUNK_BYTES = 1 << 16;

  private MalformedTextException(String message) {
    super(message);
  }

  /**
   * The refusal of the text in {@code bytes}, which names the first byte that is not in {@code
   * charset}: its offset, from 0, and its line, from 1.
   *
   * @param name of the file, for people
   * @param bytes of the whole text, without byte order mark; read up to that byte
   * @param skipped bytes before them, the byte order mark
   * @param advice what to do, to stand behind the place; empty for nothing
   */
  public static MalformedTextException of(
      String name, InputStream bytes, int skipped, Charset charset, String advice)
      throws IOException {
    CharsetDecoder decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.allocate(CHUNK_BYTES);
    CharBuffer out = CharBuffer.allocate(CHUNK_BYTES);
    Lines lines = new Lines();
    long before = skipped;
    boolean end = false;
    CoderResult result = CoderResult.UNDERFLOW;
    while (!result.isError() && !(end && result.isUnderflow())) {
      int read = bytes.read(in.array(), in.position(), in.remaining());
      end = read < 0;
      in.position(in.position() + Math.max(0, read)).flip();
      do {
        out.clear();
        result = decoder.decode(in, out, end);
        lines.count(out.flip());
      } while (result.isOverflow());
      if (result.isError()) {
        break;
      }
      before += in.position();
      in.compact();
    }
    long offset = before + in.position();
    String value = in.hasRemaining() ? " (0x%02X)".formatted(in.get(in.position())) : "";
    return new MalformedTextException(
        "%s: line %d: byte %d%s is not %s%s"
            .formatted(
                name,
                lines.number,
                offset,
                value,
                charset.name(),
                advice.isEmpty() ? "" : "; " + advice));
  }

  /** Counts lines, which end with LF, CR or CR LF. */
  private static final class Lines {

    private long number = 1;
    private boolean afterReturn;

    void count(CharBuffer text) {
      while (text.hasRemaining()) {
        char c = text.get();
        if (c == '\r' || (c == '\n' && !afterReturn)) {
          number++;
        }
        afterReturn = c == '\r';
      }
    }
  }
}
