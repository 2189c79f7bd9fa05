package io.tributary.events.bills;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 over a sequence of texts, truncated to 128 bits. Every text goes in with its length, so
 * that two sequences never run together; null differs from empty.
 */
final class ContentDigest {

  private static final byte[] ABSENT = {-1, -1, -1, -1};

  /** 128 bits of a digest. */
  record Identity(long high, long low) {

    @Override
    public String toString() {
      HexFormat hex = HexFormat.of();
      return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
  }

  private final MessageDigest sha256;

  ContentDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  ContentDigest add(@Nullable String text) {
    if (text == null) {
      sha256.update(ABSENT);
      return this;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha256.update(
        new byte[] {
          (byte) (bytes.length >>> 24),
          (byte) (bytes.length >>> 16),
          (byte) (bytes.length >>> 8),
          (byte) bytes.length
        });
    sha256.update(bytes);
    return this;
  }

  /** The digest of what was added since the last call; the next one starts afresh. */
  Identity identity() {
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
    return new Identity(digest.getLong(), digest.getLong());
  }
}
