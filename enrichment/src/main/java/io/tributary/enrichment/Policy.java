package io.tributary.enrichment;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What may be kept of a tenant's labels and tags: the attributes of its entity of kind {@code
 * tenant}.
 *
 * @param drop names that are left out: {@code drop_labels}, separated by commas
 * @param hash names whose values are kept as hashes: {@code hash_labels}
 * @param allowedUntil from when on no label is kept at all: {@code allowed_until}; null for never
 */
record Policy(Set<String> drop, Set<String> hash, @Nullable Instant allowedUntil) {

  /** The kind of the entity. Its id is the tenant's. */
  static final String KIND = "tenant";

  static Policy of(Map<String, String> attributes) {
    return new Policy(
        names(attributes.get("drop_labels")),
        names(attributes.get("hash_labels")),
        instant(attributes.get("allowed_until")));
  }

  /** Whether there is anything it does not allow. */
  boolean restricts() {
    return !drop.isEmpty() || !hash.isEmpty() || allowedUntil != null;
  }

  private static Set<String> names(@Nullable String list) {
    return list == null
        ? Set.of()
        : Arrays.stream(list.split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
  }

  /** What cannot be read allows nothing: the careful reading of a permission. */
  private static @Nullable Instant instant(@Nullable String text) {
    try {
      return text == null || text.isBlank() ? null : Instant.parse(text.strip());
    } catch (DateTimeParseException e) {
      return Instant.MIN;
    }
  }

  /**
   * What of {@code labels} may be kept; the same object where that is all of them.
   *
   * @param at the own time of the record they are of
   */
  Map<String, String> allowed(String tenantId, Map<String, String> labels, Instant at) {
    if (labels.isEmpty()) {
      return labels;
    }
    if (allowedUntil != null && !at.isBefore(allowedUntil)) {
      return Map.of();
    }
    Map<String, String> kept = new TreeMap<>(labels);
    kept.keySet().removeAll(drop);
    kept.replaceAll(
        (name, value) ->
            hash.contains(name) && !isHash(value) ? hash(tenantId, name, value) : value);
    return kept.equals(labels) ? labels : kept;
  }

  private static boolean isHash(String value) {
    return value.matches("sha256:[0-9a-f]{32}");
  }

  /** Equal values of a label of a tenant stay equal, so that costs can still be told apart. */
  private static String hash(String tenantId, String name, String value) {
    try {
      byte[] text = (tenantId + "\0" + name + "\0" + value).getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return "sha256:" + HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
