package io.tributary.events.bills;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;

/**
 * How the bytes of a text are characters. A byte order mark decides by itself.
 *
 * @param charset of a text without byte order mark
 */
public record TextEncoding(Charset charset) {

  /** What a text is in unless the user says otherwise. */
  public static final TextEncoding DEFAULT = new TextEncoding(StandardCharsets.UTF_8);

  private static final List<String> EXAMPLES =
      List.of("UTF-8", "UTF-16", "windows-1252", "ISO-8859-1", "Shift_JIS", "GB18030");

  private static final Charset UTF_32LE = Charset.forName("UTF-32LE");
  private static final Charset UTF_32BE = Charset.forName("UTF-32BE");

  /** Byte order marks, those before others that they begin with. */
  private static final List<Mark> MARKS =
      List.of(
          new Mark(UTF_32LE, 0xff, 0xfe, 0, 0),
          new Mark(UTF_32BE, 0, 0, 0xfe, 0xff),
          new Mark(StandardCharsets.UTF_8, 0xef, 0xbb, 0xbf),
          new Mark(StandardCharsets.UTF_16LE, 0xff, 0xfe),
          new Mark(StandardCharsets.UTF_16BE, 0xfe, 0xff));

  private static final int LONGEST_MARK = 4;

  private record Mark(Charset charset, int... bytes) {

    boolean begins(byte[] text) {
      if (text.length < bytes.length) {
        return false;
      }
      for (int i = 0; i < bytes.length; i++) {
        if ((text[i] & 0xff) != bytes[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * The encoding of one text.
   *
   * @param charset without a byte order mark of its own
   * @param mark length of the byte order mark, which has been read
   * @param in the text behind it
   */
  record Opened(Charset charset, int mark, InputStream in) {}

  /**
   * The encoding with this name.
   *
   * @throws IllegalArgumentException where there is none, with a sentence that names others
   */
  public static TextEncoding named(String name) {
    try {
      Charset charset = Charset.forName(name.strip());
      if (charset.canEncode()) {
        return new TextEncoding(charset);
      }
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      // Falls through to the refusal, which says all there is to say.
    }
    throw new IllegalArgumentException(
        "no encoding '" + name + "'; known are " + String.join(", ", EXAMPLES) + " and others");
  }

  /** Finds out the encoding of the text in {@code bytes}. */
  Opened open(InputStream bytes) throws IOException {
    PushbackInputStream in = new PushbackInputStream(bytes, LONGEST_MARK);
    byte[] begin = in.readNBytes(LONGEST_MARK);
    for (Mark mark : MARKS) {
      if (mark.begins(begin)) {
        in.unread(begin, mark.bytes.length, begin.length - mark.bytes.length);
        return new Opened(mark.charset, mark.bytes.length, in);
      }
    }
    in.unread(begin);
    return new Opened(ordered(begin), 0, in);
  }

  /** UTF-16 and UTF-32 without a mark: the first character of a bill is of ASCII. */
  private Charset ordered(byte[] begin) {
    boolean zeroFirst = begin.length > 0 && begin[0] == 0;
    return switch (charset.name().toUpperCase(Locale.ROOT)) {
      case "UTF-16" -> zeroFirst ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
      case "UTF-32" -> zeroFirst ? UTF_32BE : UTF_32LE;
      default -> charset;
    };
  }
}
