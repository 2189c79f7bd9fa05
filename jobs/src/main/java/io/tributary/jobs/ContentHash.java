package io.tributary.jobs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names made of content. */
final class ContentHash {

  private static final int BYTES = 16;

  private ContentHash() {}

  /** 128 bits of SHA-256 over {@code text} in UTF-8, hexadecimal. */
  static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** 128 bits of SHA-256, hexadecimal. */
  static String of(byte[] content) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
