package io.tributary.attribution;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Hashes by HMAC-SHA-256 under keys derived from those given: 128 bits over tenant, label and
 * value, then 64 bits over tenant, label and these, by which a hash is told from a text that looks
 * like one. Values are hashed under the first key; a hash under any of them is known as one, so
 * that what was hashed before a key was replaced stays as it is.
 */
public final class KeyedLabelHashes implements LabelHashes {

  /** Length of a key. */
  public static final int KEY_BYTES = 32;

  private static final String HMAC = "HmacSHA256";
  private static final String FORMAT = "hashed:";
  private static final int VALUE_BYTES = 16;
  private static final int TAG_BYTES = 8;

  /** Those of one key. */
  private record Derived(SecretKeySpec value, SecretKeySpec tag) {

    static Derived of(byte[] key) {
      if (key.length != KEY_BYTES) {
        throw new IllegalArgumentException(
            "a key has %d bytes, not %d".formatted(KEY_BYTES, key.length));
      }
      SecretKeySpec given = new SecretKeySpec(key, HMAC);
      return new Derived(derived(given, "value"), derived(given, "tag"));
    }

    private static SecretKeySpec derived(SecretKeySpec key, String use) {
      return new SecretKeySpec(hmac(key, "tributary labels 1 " + use), HMAC);
    }
  }

  private final List<Derived> keys;

  /**
   * @param keys the newest first, one at least
   */
  public KeyedLabelHashes(List<byte[]> keys) {
    this.keys = keys.stream().map(Derived::of).toList();
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no key");
    }
  }

  @Override
  public String of(String tenantId, String label, String value) {
    if (isHash(tenantId, label, value)) {
      return value;
    }
    Derived key = keys.get(0);
    String digits =
        HexFormat.of().formatHex(hmac(key.value, text(tenantId, label, value)), 0, VALUE_BYTES);
    return FORMAT + digits + tag(key, tenantId, label, digits);
  }

  private boolean isHash(String tenantId, String label, String value) {
    if (!FORM.matcher(value).matches()) {
      return false;
    }
    String digits = value.substring(FORMAT.length(), FORMAT.length() + 2 * VALUE_BYTES);
    byte[] tag = value.substring(FORMAT.length() + digits.length()).getBytes(UTF_8);
    return keys.stream()
        .anyMatch(
            key -> MessageDigest.isEqual(tag, tag(key, tenantId, label, digits).getBytes(UTF_8)));
  }

  private static String tag(Derived key, String tenantId, String label, String digits) {
    return HexFormat.of().formatHex(hmac(key.tag, text(tenantId, label, digits)), 0, TAG_BYTES);
  }

  private static String text(String tenantId, String label, String value) {
    return tenantId + "\0" + label + "\0" + value;
  }

  private static byte[] hmac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + HMAC, e);
    }
  }
}
