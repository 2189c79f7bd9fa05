package io.tributary.events.bills;

import io.tributary.events.MalformedTextException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A bill that is text, in its encoding. */
final class BillText {

  private final BillSource source;
  private final Charset charset;
  private final int mark;

  private BillText(BillSource source, Charset charset, int mark) {
    this.source = source;
    this.charset = charset;
    this.mark = mark;
  }

  /**
   * Finds out the encoding.
   *
   * @param encoding where no byte order mark says otherwise
   */
  static BillText of(BillSource source, TextEncoding encoding) throws IOException {
    try (InputStream in = source.open()) {
      TextEncoding.Opened opened = encoding.open(in);
      return new BillText(source, opened.charset(), opened.mark());
    } catch (IOException e) {
      throw DamagedFileException.of(source, e);
    }
  }

  BillSource source() {
    return source;
  }

  /** The characters. Bytes that are none in this encoding are a {@link #malformed} text. */
  Reader reader() throws IOException {
    return new InputStreamReader(bytes(), charset.newDecoder());
  }

  /** The bytes of its lines. */
  RawLines lines() throws IOException {
    return new RawLines(bytes(), charset);
  }

  private InputStream bytes() throws IOException {
    InputStream in = source.open();
    in.skipNBytes(mark);
    return in;
  }

  /** What a failure to decode it says: where. */
  MalformedTextException malformed() throws IOException {
    try (InputStream in = bytes()) {
      return MalformedTextException.of(
          source.name(),
          in,
          mark,
          charset,
          charset.equals(StandardCharsets.UTF_8)
              ? "say what it is, as --encoding windows-1252"
              : "is it " + charset.name() + "?");
    }
  }
}
