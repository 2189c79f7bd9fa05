package io.tributary.attribution;

import io.tributary.events.Rejection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes the bytes of refused records unreadable without a key, or for good.
 *
 * <p>{@link #ENCRYPTED}: a byte 1, 8 bytes that tell the key, a nonce of 12 bytes, then AES-256-GCM
 * with its tag of 16 bytes. The nonce is derived from position and content by HMAC, so that the
 * same record gets the same bytes in every attempt, and two records the same nonce only by a
 * collision of 96 bits. Position, key and format are authenticated with it. {@link #HMAC_SHA256}
 * and {@link #SHA256}: 32 bytes of it, then the length in 8 bytes. The three uses of a key have
 * keys of their own, derived by HMAC.
 */
public final class RejectedSeal {

  /** Can be opened with the key. */
  public static final String ENCRYPTED = "encrypted";

  /** Who has the key can tell whether a record is this one. */
  public static final String HMAC_SHA256 = "hmac-sha256";

  /** Who guesses the record can tell that it is this one. */
  public static final String SHA256 = "sha256";

  /** Length of a key. */
  public static final int KEY_BYTES = 32;

  private static final byte FORMAT = 1;
  private static final int KEY_ID_BYTES = 8;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String HMAC = "HmacSHA256";

  /** Why sealed bytes cannot be opened. Names no content. */
  public static final class CannotOpenException extends Exception {

    private static final long serialVersionUID = 1L;

    CannotOpenException(String message) {
      super(message);
    }
  }

  private final byte @Nullable [] key;
  private final boolean encrypts;

  private RejectedSeal(byte @Nullable [] key, boolean encrypts) {
    this.key = key;
    this.encrypts = encrypts;
  }

  /** Keeps hash and length. */
  public static RejectedSeal digest() {
    return new RejectedSeal(null, false);
  }

  /** Keeps hash and length; only who has the key can test a guess. */
  public static RejectedSeal keyedDigest(byte[] key) {
    return new RejectedSeal(checked(key), false);
  }

  /** Encrypts, and opens. */
  public static RejectedSeal encrypting(byte[] key) {
    return new RejectedSeal(checked(key), true);
  }

  private static byte[] checked(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "a key has %d bytes, not %d".formatted(KEY_BYTES, key.length));
    }
    return key.clone();
  }

  /** Puts the sealed bytes of {@code rejection} in place of what it has. */
  public void seal(Rejection rejection) {
    byte[] raw = bytes(rejection.getRaw());
    byte[] sealed;
    if (key == null) {
      sealed = withLength(sha256(raw), raw.length);
      rejection.setRawForm(SHA256);
    } else if (encrypts) {
      sealed = encrypted(key, rejection, raw);
      rejection.setRawForm(ENCRYPTED);
    } else {
      sealed = withLength(hmac(derived(key, "digest"), raw), raw.length);
      rejection.setRawForm(HMAC_SHA256);
    }
    rejection.setRaw(ByteBuffer.wrap(sealed));
  }

  private static byte[] withLength(byte[] digest, long length) {
    return ByteBuffer.allocate(digest.length + Long.BYTES).put(digest).putLong(length).array();
  }

  private static byte[] encrypted(byte[] key, Rejection rejection, byte[] raw) {
    byte[] nonce =
        Arrays.copyOf(hmac(derived(key, "nonce"), position(rejection), raw), NONCE_BYTES);
    byte[] id = keyId(key);
    try {
      byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, key, nonce, id, rejection).doFinal(raw);
      return ByteBuffer.allocate(1 + KEY_ID_BYTES + NONCE_BYTES + encrypted.length)
          .put(FORMAT)
          .put(id)
          .put(nonce)
          .put(encrypted)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /**
   * The bytes of {@code rejection} as they came.
   *
   * @throws CannotOpenException where they cannot be had, with this key or with any
   */
  public byte[] open(Rejection rejection) throws CannotOpenException {
    String form = rejection.getRawForm();
    byte[] sealed = bytes(rejection.getRaw());
    if (form == null) {
      return sealed;
    } else if (!form.equals(ENCRYPTED)) {
      throw new CannotOpenException("only hash and length were kept");
    } else if (key == null) {
      throw new CannotOpenException("it is encrypted: a key is needed");
    }
    ByteBuffer buffer = ByteBuffer.wrap(sealed);
    if (sealed.length < 1 + KEY_ID_BYTES + NONCE_BYTES + TAG_BITS / 8 || buffer.get() != FORMAT) {
      throw new CannotOpenException("it is encrypted in a way that is not known here");
    }
    byte[] id = take(buffer, KEY_ID_BYTES);
    if (!Arrays.equals(id, keyId(key))) {
      throw new CannotOpenException("it is encrypted with another key");
    }
    byte[] nonce = take(buffer, NONCE_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, nonce, id, rejection)
          .doFinal(take(buffer, buffer.remaining()));
    } catch (AEADBadTagException e) {
      throw new CannotOpenException("it was changed, or cut short, since it was encrypted");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] nonce, byte[] id, Rejection rejection)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        new SecretKeySpec(derived(key, "encryption"), "AES"),
        new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(new byte[] {FORMAT});
    cipher.updateAAD(id);
    cipher.updateAAD(position(rejection));
    return cipher;
  }

  private static byte[] position(Rejection rejection) {
    Integer partition = rejection.getPartition();
    String position =
        "%s\0%d\0%d\0"
            .formatted(
                rejection.getSource(), partition == null ? -1 : partition, rejection.getPosition());
    return utf8(position);
  }

  private static byte[] keyId(byte[] key) {
    return Arrays.copyOf(derived(key, "id"), KEY_ID_BYTES);
  }

  private static byte[] derived(byte[] key, String use) {
    return hmac(key, utf8("tributary rejected 1 " + use));
  }

  private static byte[] hmac(byte[] key, byte[]... texts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      for (byte[] text : texts) {
        mac.update(text);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }

  private static byte[] sha256(byte[] text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] take(ByteBuffer from, int length) {
    byte[] bytes = new byte[length];
    from.get(bytes);
    return bytes;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    return take(buffer.duplicate(), buffer.remaining());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
