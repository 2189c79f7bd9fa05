package io.tributary.events.bills;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The spellings in which bills put structured values into one cell: JSON, JSON without its braces
 * (Azure), a list of keys and values (GCP), the same as Python prints it, and {@code k:v|k:v}.
 */
final class BillTags {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private BillTags() {}

  /** The tags in the cell; null where it is malformed. A key without a value (null) is left out. */
  static @Nullable Map<String, String> parse(String cell) {
    String text = cell.trim();
    if (text.isEmpty()) {
      return null;
    }
    char first = text.charAt(0);
    if (first == '{' || first == '[') {
      return tags(json(text));
    }
    return first == '"' ? tags(json("{" + text + "}")) : pairs(text);
  }

  /** The JSON, or Python literal, in {@code text}; null where it is neither. */
  static @Nullable JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return python(text);
    }
  }

  private static @Nullable JsonNode python(String text) {
    try {
      return JSON.readTree(PythonLiteral.toJson(text));
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static @Nullable Map<String, String> tags(@Nullable JsonNode json) {
    Map<String, String> tags = new LinkedHashMap<>();
    if (json == null) {
      return null;
    }
    if (json.isArray()) {
      for (JsonNode element : json) {
        JsonNode key = element.path("key");
        if (!key.isValueNode() || key.isNull()) {
          return null;
        }
        put(tags, JsonText.value(key), element.path("value"));
      }
      return tags;
    }
    for (Iterator<Map.Entry<String, JsonNode>> it = json.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> member = it.next();
      put(tags, member.getKey(), member.getValue());
    }
    return tags;
  }

  private static void put(Map<String, String> tags, String key, JsonNode value) {
    if (!value.isNull() && !value.isMissingNode()) {
      tags.put(key, JsonText.value(value));
    }
  }

  private static @Nullable Map<String, String> pairs(String text) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (String pair : text.split("\\|")) {
      int colon = pair.indexOf(':');
      if (colon <= 0) {
        return null;
      }
      tags.put(pair.substring(0, colon), pair.substring(colon + 1));
    }
    return tags;
  }
}
