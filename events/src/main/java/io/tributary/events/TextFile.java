package io.tributary.events;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of text in UTF-8 that people write: definitions, configurations, lists. */
public final class TextFile {

  private TextFile() {}

  /**
   * All of a file, without a byte order mark.
   *
   * @throws MalformedTextException where it is not UTF-8
   */
  public static String read(Path file) throws IOException {
    return decoded(file.toString(), Files.readAllBytes(file));
  }

  private static String decoded(String name, byte[] bytes) throws IOException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw MalformedTextException.of(
          name, new ByteArrayInputStream(bytes), 0, StandardCharsets.UTF_8, "");
    }
  }
}
