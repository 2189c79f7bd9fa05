package io.tributary.dimensions.definitions;

import org.jspecify.annotations.Nullable;

/**
 * The line whose element is asked for: text by source. Null is no value; the empty string is one.
 */
public interface SourceRow {

  /**
   * The value of a source.
   *
   * @param source a canonical identifier: {@code Service}, {@code SubAccountId}, {@code Tag:team},
   *     {@code K8s:Namespace}, {@code CZ:Defined:Category}. Also asked of every dimension ({@code
   *     User:Defined:Team}) and entity attribute ({@code Entity:team:owner}) before it is
   *     evaluated: a value given here is used instead, which is how the result of an allocation
   *     comes in
   * @return null where the line has none
   */
  @Nullable String value(String source);

  /**
   * An attribute of an entity, as valid at the line's instant.
   *
   * @param kind of the entity, such as {@code team}
   * @param key which entity of that kind
   * @param attribute its name
   * @return null where there is no such entity or attribute
   */
  @Nullable String entityAttribute(String kind, String key, String attribute);

  /**
   * The version of the entity behind {@link #entityAttribute}, for explanations.
   *
   * @return null where there is no such entity, or where versions are not known
   */
  default @Nullable EntityVersion entityVersion(String kind, String key) {
    return null;
  }
}
