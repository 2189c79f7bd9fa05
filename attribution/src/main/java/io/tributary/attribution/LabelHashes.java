package io.tributary.attribution;

import java.io.Serializable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is kept in the place of the value of a label that a policy has hashed. The same tenant,
 * label and value have the same hash, so that costs can still be told apart; without the key nobody
 * can tell whether a guess is the value, nor make up a hash. What is a hash of the label already
 * stays.
 */
public interface LabelHashes {

  /** {@code hashed:}, 32 digits of the value, 16 that vouch for these. */
  Pattern FORM = Pattern.compile("hashed:[0-9a-f]{48}");

  /** For who makes hashes and was given no key. */
  LabelHashes MISSING =
      (tenantId, label, value) -> {
        throw new MissingLabelKeyException(
            "the policy of tenant '%s' has label '%s' hashed, which needs a key: give privacy.labelKey"
                .formatted(tenantId, label));
      };

  /**
   * For who only looks at what is archived and needs no key: what has the form of a hash is one,
   * and anything else, which a policy that came late has not been followed in yet, is left out.
   */
  LabelHashes ARCHIVED = (tenantId, label, value) -> FORM.matcher(value).matches() ? value : null;

  /**
   * What is kept.
   *
   * @return the value itself where it is a hash, null where nothing may be kept
   * @throws MissingLabelKeyException where a key is needed
   */
  @Nullable String of(String tenantId, String label, String value);

  /** Has the keys, and is asked where they are needed, so that no job carries them. */
  interface Source extends Serializable {

    /** Hashes under the keys. */
    LabelHashes labelHashes();
  }
}
