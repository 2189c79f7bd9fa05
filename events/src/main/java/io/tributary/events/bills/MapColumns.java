package io.tributary.events.bills;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;

/**
 * Columns that bills define as maps of free names: each is one cell, a JSON object, whether its
 * container has it as a map, as a structure or as a list of keys and values. Other structures are
 * as many columns as they have members.
 */
final class MapColumns {

  /** In lower case, without what is neither letter nor digit. */
  private static final Set<String> NAMES =
      Set.of(
          // FOCUS 1.0 to 1.3
          "tags",
          "allocatedmethoddetails",
          "allocatedtags",
          "contractapplied",
          "skupricedetails",
          // AWS CUR 2.0
          "costcategory",
          "discount",
          "product",
          "resourcetags",
          // Azure
          "additionalinfo",
          // Google Cloud
          "labels",
          "projectlabels",
          "systemlabels");

  private MapColumns() {}

  /** Whether the column with this name, dotted where it is a member of a structure, is a map. */
  static boolean has(String name) {
    return NAMES.contains(key(name));
  }

  /** A list of keys and values as the object that it stands for; anything else as it is. */
  static JsonNode asObject(JsonNode node) {
    if (!node.isArray() || node.isEmpty()) {
      return node;
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (JsonNode entry : node) {
      JsonNode key = entry.get("key");
      boolean isPair =
          key != null
              && key.isValueNode()
              && !key.isNull()
              && entry.size() <= (entry.has("value") ? 2 : 1);
      if (!isPair) {
        return node;
      }
      // A value that is null says nothing, of a key that is there twice neither.
      if (entry.hasNonNull("value")) {
        object.set(JsonText.value(key), entry.get("value"));
      }
    }
    return object;
  }

  private static String key(String name) {
    StringBuilder key = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isLetterOrDigit(c)) {
        key.append(c);
      }
    }
    return key.toString().toLowerCase(Locale.ROOT);
  }
}
