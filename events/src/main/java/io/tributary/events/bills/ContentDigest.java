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

  private static final int ABSENT = -1;
  private static final int BUFFER_BYTES = 4_096;

  /** 128 bits of a digest. */
  record Identity(long high, long low) {

    @Override
    public String toString() {
      HexFormat hex = HexFormat.of();
      return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
  }

  private final MessageDigest sha256;

  /** What was added and not yet digested. */
  private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

  ContentDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  ContentDigest add(@Nullable String text) {
    if (text == null) {
      room(Integer.BYTES).putInt(ABSENT);
      return this;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
    return this;
  }

  private ByteBuffer room(int bytes) {
    if (buffer.remaining() < bytes) {
      flush();
      buffer = buffer.capacity() < bytes ? ByteBuffer.allocate(bytes) : buffer;
    }
    return buffer;
  }

  private void flush() {
    sha256.update(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  /** The digest of what was added since the last call; the next one starts afresh. */
  Identity identity() {
    flush();
    ByteBuffer digest = ByteBuffer.wrap(sha256.digest());
    return new Identity(digest.getLong(), digest.getLong());
  }
}
