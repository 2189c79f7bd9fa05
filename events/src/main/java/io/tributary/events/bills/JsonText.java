package io.tributary.events.bills;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Structures in the one text that they have from whatever container: JSON without blanks, members
 * in the order of their names, numbers in plain notation with all their digits. A member without a
 * value is left out, since some containers write null for it and others nothing; null elements of
 * lists stay.
 */
final class JsonText {

  private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

  private JsonText() {}

  static String of(JsonNode node) {
    StringBuilder text = new StringBuilder();
    write(node, text);
    return text.toString();
  }

  private static void write(JsonNode node, StringBuilder text) {
    if (node.isObject()) {
      writeMembers(node, text);
    } else if (node.isArray()) {
      text.append('[');
      for (int i = 0; i < node.size(); i++) {
        write(node.get(i), text.append(i == 0 ? "" : ","));
      }
      text.append(']');
    } else if (node.isTextual() || isNotFinite(node)) {
      text.append('"');
      ENCODER.quoteAsString(node.asText(), text);
      text.append('"');
    } else {
      text.append(scalar(node));
    }
  }

  private static void writeMembers(JsonNode node, StringBuilder text) {
    Map<String, JsonNode> members = new TreeMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> it = node.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> member = it.next();
      if (!member.getValue().isNull()) {
        members.put(member.getKey(), member.getValue());
      }
    }
    text.append('{');
    String separator = "";
    for (Map.Entry<String, JsonNode> member : members.entrySet()) {
      text.append(separator).append('"');
      ENCODER.quoteAsString(member.getKey(), text);
      write(member.getValue(), text.append("\":"));
      separator = ",";
    }
    text.append('}');
  }

  /** What a value says: text as it is, a number in plain notation, a structure as JSON. */
  static String value(JsonNode node) {
    return node.isTextual() ? node.textValue() : node.isContainerNode() ? of(node) : scalar(node);
  }

  private static String scalar(JsonNode node) {
    return node.isNumber() && !isNotFinite(node)
        ? PlainNumber.of(node.decimalValue(), node.asText())
        : node.asText();
  }

  /** NaN and infinity, which JSON has no number for and some writers write all the same. */
  private static boolean isNotFinite(JsonNode node) {
    return node.isDouble() && !Double.isFinite(node.doubleValue());
  }
}
