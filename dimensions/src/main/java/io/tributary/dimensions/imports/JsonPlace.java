package io.tributary.dimensions.imports;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value in a JSON file and where it stands. Readers return null where a member is absent or null,
 * and where it is wrong, which has then been told; {@link #has} distinguishes.
 *
 * @param file what problems call the file
 * @param path from the root, {@code $}
 * @param node the value; missing for a member that is not there
 * @param problems where everything wrong is told
 */
record JsonPlace(String file, String path, JsonNode node, List<ImportProblem> problems) {

  void refuse(String what, String remedy) {
    problems.add(new ImportProblem(file, path, what, remedy));
  }

  /** What it is, for messages. */
  String shape() {
    if (node.isMissingNode()) {
      return "nothing";
    }
    if (node.isTextual()) {
      return ImportProblem.quote(node.textValue());
    }
    return node.isObject() ? "an object" : node.isArray() ? "a list" : node.asText();
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  JsonPlace member(String key) {
    return new JsonPlace(file, path + "." + key, node.path(key), problems);
  }

  List<JsonPlace> items() {
    List<JsonPlace> items = new ArrayList<>();
    for (JsonNode item : node) {
      items.add(new JsonPlace(file, path + "[" + items.size() + "]", item, problems));
    }
    return items;
  }

  /** Whether it is an object; tells where it is none, and every member that is not known. */
  boolean isObjectOf(Collection<String> known) {
    if (!node.isObject()) {
      refuse("expected an object, found " + shape(), "write it as the API does");
      return false;
    }
    List<String> unknown = new ArrayList<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(known);
    for (String key : unknown) {
      refuse(
          "unknown member " + ImportProblem.quote(key),
          "remove it, or use " + String.join(", ", known));
    }
    return unknown.isEmpty();
  }

  /** A member that is text. */
  @Nullable String text(String key) {
    return has(key) ? member(key).text() : null;
  }

  /** A member that is text with at least one character, and must be there. */
  @Nullable String name(String key) {
    if (!has(key)) {
      refuse("no " + key, "give it");
      return null;
    }
    String text = text(key);
    if (text != null && text.isEmpty()) {
      member(key).refuse(key + " is empty", "give at least one character");
      return null;
    }
    return text;
  }

  /** The items of a member that is a list of at least one. */
  List<JsonPlace> list(String key) {
    JsonPlace list = member(key);
    if (!list.node.isArray() || list.node.isEmpty()) {
      list.refuse(
          list.node.isArray() ? key + " is empty" : "expected a list, found " + list.shape(),
          "list one or more");
      return List.of();
    }
    return list.items();
  }

  /** The items of a member that may be left out, or empty. */
  List<JsonPlace> listOrNone(String key) {
    return !has(key) || (node.get(key).isArray() && node.get(key).isEmpty())
        ? List.of()
        : list(key);
  }

  /** Itself as text. */
  @Nullable String text() {
    if (node.isTextual()) {
      return node.textValue();
    }
    refuse("expected text, found " + shape(), "write it in quotes");
    return null;
  }
}
