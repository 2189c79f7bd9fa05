package io.tributary.attribution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Labels within a text that is a JSON object or list: members under their names, and elements that
 * have a {@code key} or {@code name} and a {@code value}, however deep, and in texts of it that are
 * JSON themselves.
 */
final class NestedLabels {

  /** What may be kept of the value of a label. */
  interface Rule {

    /** The same object where that is all of it, null where it is nothing. */
    @Nullable String allowed(String name, String value);
  }

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final List<String> NAMES = List.of("key", "name");
  private static final String VALUE = "value";

  private final Rule rule;
  private boolean changed;

  private NestedLabels(Rule rule) {
    this.rule = rule;
  }

  /** Whether {@code text} begins like an object or a list. */
  static boolean begins(String text) {
    String stripped = text.stripLeading();
    return stripped.startsWith("{") || stripped.startsWith("[");
  }

  /** The JSON in {@code text}; null where it is none, or neither object nor list. */
  static @Nullable JsonNode parse(String text) {
    try {
      JsonNode json = begins(text) ? JSON.readTree(text) : null;
      return json != null && json.isContainerNode() ? json : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /**
   * What of {@code text} may be kept; the same object where that is all of it, null where it is
   * nothing.
   *
   * @param json the text, parsed; changed by this
   */
  static @Nullable String allowed(String text, JsonNode json, Rule rule) {
    NestedLabels labels = new NestedLabels(rule);
    JsonNode kept = labels.kept(json);
    if (kept == null) {
      return null;
    }
    return labels.changed ? kept.toString() : text;
  }

  private @Nullable JsonNode kept(JsonNode node) {
    if (node instanceof ObjectNode object) {
      return object(object);
    } else if (node instanceof ArrayNode array) {
      return array(array);
    }
    JsonNode json = node.isTextual() ? parse(node.textValue()) : null;
    if (json == null) {
      return node;
    }
    String allowed = allowed(node.textValue(), json, rule);
    changed |= !node.textValue().equals(allowed);
    return allowed == null ? null : TextNode.valueOf(allowed);
  }

  private @Nullable JsonNode object(ObjectNode object) {
    String label = name(object);
    String field = label == null ? null : field(object, VALUE);
    if (label != null && field != null) {
      JsonNode value = kept(label, object.get(field));
      if (value == null) {
        return null;
      }
      object.set(field, value);
    }
    for (Iterator<Map.Entry<String, JsonNode>> it = object.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> member = it.next();
      JsonNode value = kept(member.getKey(), member.getValue());
      if (value == null) {
        it.remove();
      } else {
        member.setValue(value);
      }
    }
    return object;
  }

  private JsonNode array(ArrayNode array) {
    for (int i = 0; i < array.size(); ) {
      JsonNode element = kept(array.get(i));
      if (element == null) {
        changed = true;
        array.remove(i);
      } else {
        array.set(i++, element);
      }
    }
    return array;
  }

  /** What may be kept of the value of a label. */
  private @Nullable JsonNode kept(String label, JsonNode value) {
    String text = value.isTextual() ? value.textValue() : value.toString();
    String allowed = rule.allowed(label, text);
    if (allowed == null || !allowed.equals(text)) {
      changed = true;
      return allowed == null ? null : TextNode.valueOf(allowed);
    }
    return kept(value);
  }

  private static @Nullable String name(ObjectNode object) {
    for (String name : NAMES) {
      String field = field(object, name);
      if (field != null && object.get(field).isTextual()) {
        return object.get(field).textValue();
      }
    }
    return null;
  }

  /** The name of a field as the object spells it. */
  private static @Nullable String field(ObjectNode object, String name) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String field = names.next();
      if (field.equalsIgnoreCase(name)) {
        return field;
      }
    }
    return null;
  }
}
