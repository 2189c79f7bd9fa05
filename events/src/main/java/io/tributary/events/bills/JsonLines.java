package io.tributary.events.bills;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.tributary.events.RecordKind;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** The lines of a text, each a JSON object: rows of a bill, or records of our own. */
final class JsonLines implements Closeable {

  /** Characters that a line may have. */
  static final int MAX_LINE = 1 << 24;

  private static final int BUFFER_CHARS = 1 << 14;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final BillText text;
  private final Reader in;
  private final char[] buffer = new char[BUFFER_CHARS];
  private int at;
  private int length;
  private boolean afterReturn;
  private long number;

  JsonLines(BillText text) throws IOException {
    this.text = text;
    this.in = text.reader();
  }

  /** Whether the first character that is not blank is a brace. */
  static boolean beginsAsObject(BillText text) throws IOException {
    try (JsonLines lines = new JsonLines(text)) {
      int next = lines.read();
      while (next >= 0 && next <= ' ') {
        next = lines.read();
      }
      return next == '{';
    }
  }

  /** Whether the first line that is not blank is a record of our own, by its {@code type}. */
  static boolean beginsWithRecord(BillText text) throws IOException {
    try (JsonLines lines = new JsonLines(text)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (!line.isBlank()) {
          return isRecord(line);
        }
      }
      return false;
    }
  }

  /** Whether a line is a JSON object whose member {@code type} names a kind of record. */
  static boolean isRecord(String line) {
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isType = parser.currentName().equals("type");
        JsonToken value = parser.nextToken();
        if (isType) {
          return value == JsonToken.VALUE_STRING
              && RecordKind.ofTypeName(parser.getText()).isPresent();
        }
        parser.skipChildren();
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  /** The next line without its end, or null behind the last. */
  @Nullable String next() throws IOException {
    StringBuilder line = null;
    number++;
    while (fill()) {
      int end = at;
      while (end < length && buffer[end] != '\n' && buffer[end] != '\r') {
        end++;
      }
      if (end < length) {
        String part = new String(buffer, at, end - at);
        afterReturn = buffer[end] == '\r';
        at = end + 1;
        return line == null ? part : line.append(part).toString();
      }
      line = (line == null ? new StringBuilder() : line).append(buffer, at, end - at);
      at = end;
      if (line.length() > MAX_LINE) {
        throw new DamagedFileException(
            text.source(), "line " + number + " is longer than " + MAX_LINE + " characters", null);
      }
    }
    return line == null ? null : line.toString();
  }

  /** The number of the line that was read last, from 1. */
  long number() {
    return number;
  }

  private int read() throws IOException {
    return fill() ? buffer[at++] : -1;
  }

  /** Makes sure that there is a character to read, unless the text has ended. */
  private boolean fill() throws IOException {
    while (true) {
      if (at < length && afterReturn) {
        afterReturn = false;
        at += buffer[at] == '\n' ? 1 : 0;
      }
      if (at < length) {
        return true;
      }
      at = 0;
      try {
        length = in.read(buffer, 0, buffer.length);
      } catch (CharacterCodingException e) {
        throw text.malformed();
      } catch (IOException e) {
        throw DamagedFileException.of(text.source(), e);
      }
      if (length < 0) {
        length = 0;
        return false;
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
