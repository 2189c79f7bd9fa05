package io.tributary.jobs;

import io.tributary.attribution.KeyedLabelHashes;
import io.tributary.attribution.LabelHashes;
import io.tributary.attribution.MissingLabelKeyException;
import io.tributary.attribution.RejectedPrivacy;
import io.tributary.attribution.RejectedSeal;
import io.tributary.sinks.catalog.LabelKeyFile;
import io.tributary.sinks.catalog.ValueReferences;
import io.tributary.sinks.catalog.WarehouseException;
import io.tributary.sinks.catalog.WarehouseSettings;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How refused records are kept that may hold what a policy does not allow, and how labels are
 * hashed. Keys stay references until they are needed, so that no job, message or plan holds one.
 *
 * @param key a text with {@link ValueReferences} that stands for the key of refused records, null
 *     for none
 * @param hashes whether only hash and length are kept although there is a key
 * @param all whether records that cannot be read are sealed even where no tenant has a policy
 * @param labelKeys the same for the keys of labels, one a line, the newest first
 */
public record Privacy(@Nullable String key, boolean hashes, boolean all, @Nullable String labelKeys)
    implements RejectedPrivacy.Source {

  /** Hash and length, where there are policies; no label can be hashed. */
  public static final Privacy DEFAULT = new Privacy(null, true, false, null);

  private static final long serialVersionUID = 1L;

  /** That of a warehouse where nothing is said: a local one has a key for its labels. */
  public static Privacy of(WarehouseSettings warehouse) {
    String directory = warehouse.directory();
    return directory == null ? DEFAULT : DEFAULT.labelledBy(labelKeysOf(Path.of(directory)));
  }

  /** What stands for the keys of labels that a local warehouse has. */
  public static String labelKeysOf(Path directory) {
    return "${file:" + LabelKeyFile.of(directory.toAbsolutePath().normalize()) + "}";
  }

  /** The same with these keys of labels. */
  public Privacy labelledBy(@Nullable String references) {
    return new Privacy(key, hashes, all, references);
  }

  /** Of refused records that are still in a file, hash and length are enough. */
  Privacy ofFiles() {
    return DEFAULT.labelledBy(labelKeys);
  }

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
   * @throws MissingLabelKeyException where there are to be keys and they cannot be had
   */
  @Override
  public LabelHashes labelHashes() {
    if (labelKeys == null) {
      return LabelHashes.MISSING;
    }
    try {
      return new KeyedLabelHashes(keysOf(ValueReferences.resolve(labelKeys, System.getenv())));
    } catch (WarehouseException | IllegalArgumentException e) {
      throw new MissingLabelKeyException("the key of labels " + e.getMessage(), e);
    }
  }

  /**
   * The keys that a text is, one a line.
   *
   * @throws IllegalArgumentException where it is none, without what it is
   */
  public static List<byte[]> keysOf(String text) {
    List<byte[]> keys = text.lines().filter(line -> !line.isBlank()).map(Privacy::keyOf).toList();
    return keys.isEmpty() ? List.of(keyOf("")) : keys;
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
