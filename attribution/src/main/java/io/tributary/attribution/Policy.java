package io.tributary.attribution;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  /** Whether it says something of a label of this name. */
  boolean restricts(String label) {
    return drops(label) || hashes(label);
  }

  /** Blanks around a name do not count, in the policy nor in a record. */
  private boolean drops(String label) {
    return drop.contains(label.strip());
  }

  private boolean hashes(String label) {
    return hash.contains(label.strip());
  }

  /** Whether it says something of an extra column of this name, or of labels that it may hold. */
  boolean concerns(String extra) {
    LabelColumn column = LabelColumn.of(extra);
    return restricts(extra)
        || (column != null && (column.label() == null || restricts(column.label())));
  }

  /**
   * What of {@code labels} may be kept; the same object where that is all of them.
   *
   * @param at the own time of the record they are of
   */
  Map<String, String> allowed(
      String tenantId, Map<String, String> labels, Instant at, LabelHashes hashes) {
    if (labels.isEmpty()) {
      return labels;
    }
    if (isOver(at)) {
      return Map.of();
    }
    return kept(labels, (name, value) -> label(tenantId, name, value, hashes));
  }

  /**
   * What of the extra columns of a charge may be kept; the same object where that is all of them.
   * One whose labels cannot be told apart is left out as a whole.
   *
   * @param at the own time of the charge
   */
  Map<String, String> allowedExtras(
      String tenantId, Map<String, String> extras, Instant at, LabelHashes hashes) {
    boolean allowsAll = drop.isEmpty() && hash.isEmpty() && !isOver(at);
    return allowsAll
        ? extras
        : kept(extras, (name, value) -> extra(tenantId, name, value, isOver(at), hashes));
  }

  private boolean isOver(Instant at) {
    return allowedUntil != null && !at.isBefore(allowedUntil);
  }

  private static Map<String, String> kept(Map<String, String> values, NestedLabels.Rule rule) {
    Map<String, String> kept = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          String allowed = rule.allowed(name, value);
          if (allowed != null) {
            kept.put(name, allowed);
          }
        });
    return kept.equals(values) ? values : kept;
  }

  /** A value may hold labels in turn. One that was cut short cannot be read, but searched. */
  private @Nullable String label(String tenantId, String name, String value, LabelHashes hashes) {
    String named = named(tenantId, name, value, hashes);
    if (named == null || !named.equals(value) || !NestedLabels.begins(value)) {
      return named;
    }
    JsonNode json = NestedLabels.parse(value);
    if (json != null) {
      return nested(tenantId, value, json, hashes);
    }
    boolean mentions = Stream.concat(drop.stream(), hash.stream()).anyMatch(value::contains);
    return mentions ? null : value;
  }

  private @Nullable String extra(
      String tenantId, String name, String value, boolean over, LabelHashes hashes) {
    LabelColumn column = LabelColumn.of(name);
    if (over && (column != null || NestedLabels.begins(value))) {
      return null;
    }
    String label = column == null || column.label() == null ? name : column.label();
    if (drops(name) || drops(label)) {
      return null;
    } else if (hashes(name)) {
      return hashes.of(tenantId, name, value);
    } else if (hashes(label)) {
      return hashes.of(tenantId, label, value);
    }
    boolean holdsAll = column != null && column.label() == null;
    if (!holdsAll && !NestedLabels.begins(value)) {
      return value;
    }
    JsonNode json = NestedLabels.parse(value);
    return json == null ? null : nested(tenantId, value, json, hashes);
  }

  private @Nullable String nested(String tenantId, String text, JsonNode json, LabelHashes hashes) {
    return NestedLabels.allowed(text, json, (name, value) -> named(tenantId, name, value, hashes));
  }

  private @Nullable String named(String tenantId, String name, String value, LabelHashes hashes) {
    if (drops(name)) {
      return null;
    }
    return hashes(name) ? hashes.of(tenantId, name, value) : value;
  }
}
