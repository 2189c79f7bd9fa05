package io.tributary.jobs;

import io.tributary.enrichment.RejectedPrivacy;
import io.tributary.enrichment.RejectedSeal;
import io.tributary.enrichment.flink.ProtectRejected;
import io.tributary.sinks.ValueReferences;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * How refused records are kept that may hold what a policy does not allow. The key stays a
 * reference until it is needed, so that no job, message or plan holds it.
 *
 * @param key a text with {@link ValueReferences} that stands for the key, null for none
 * @param hashes whether only hash and length are kept although there is a key
 * @param all whether records that cannot be read are sealed even where no tenant has a policy
 */
public record Privacy(@Nullable String key, boolean hashes, boolean all)
    implements ProtectRejected.Protection {

  /** Hash and length, where there are policies. */
  public static final Privacy DEFAULT = new Privacy(null, true, false);

  private static final long serialVersionUID = 1L;

  @Override
  public RejectedPrivacy privacy() {
    return new RejectedPrivacy(seal(), all);
  }

  /** What seals, and opens what it encrypted. */
  public RejectedSeal seal() {
    if (key == null) {
      return RejectedSeal.digest();
    }
    byte[] bytes = keyOf(ValueReferences.resolve(key, System.getenv()));
    return hashes ? RejectedSeal.keyedDigest(bytes) : RejectedSeal.encrypting(bytes);
  }

  /**
   * The key that a text is: 32 bytes as 64 hexadecimal digits or as Base64.
   *
   * @throws IllegalArgumentException where it is none, without what it is
   */
  public static byte[] keyOf(String text) {
    String stripped = text.strip();
    byte[] bytes;
    try {
      bytes =
          stripped.length() == 2 * RejectedSeal.KEY_BYTES
              ? HexFormat.of().parseHex(stripped)
              : Base64.getDecoder().decode(stripped);
    } catch (IllegalArgumentException e) {
      // Its message quotes the text, and so it is no cause.
      bytes = new byte[0];
    }
    if (bytes.length != RejectedSeal.KEY_BYTES) {
      throw new IllegalArgumentException(
          "is not a key: 32 bytes, as 64 hexadecimal digits or Base64");
    }
    return bytes;
  }
}
