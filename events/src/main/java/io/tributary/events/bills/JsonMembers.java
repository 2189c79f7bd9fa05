package io.tributary.events.bills;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object as cells: members of members under names with dots between, {@link
 * MapColumns maps} and lists as JSON text, numbers in plain notation with all their digits.
 */
final class JsonMembers {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  static {
    // A line has a limit of its own.
    JSON.getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxStringLength(JsonLines.MAX_LINE)
                .maxNestingDepth(200)
                .build());
  }

  /** Takes the cells of an object, in its order. */
  interface Cells {

    /** A cell; null where the member is. */
    void cell(String name, @Nullable String value) throws IOException;
  }

  /** Names of structures met before, to whether they are maps. */
  private final Map<String, Boolean> maps = new HashMap<>();

  /**
   * Hands out the members of the object in {@code text}, and no more than one object.
   *
   * @param prefix stands before every name
   * @return whether the text is an object; blank text is none
   * @throws com.fasterxml.jackson.core.JsonProcessingException where it is no JSON
   */
  boolean read(String text, String prefix, Cells cells) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      members(parser, prefix, cells);
      return parser.nextToken() == null;
    }
  }

  private void members(JsonParser parser, String prefix, Cells cells) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = prefix.isEmpty() ? parser.currentName() : prefix + parser.currentName();
      switch (parser.nextToken()) {
        case START_OBJECT -> {
          if (maps.computeIfAbsent(name, MapColumns::has)) {
            cells.cell(name, JsonText.of(parser.readValueAsTree()));
          } else {
            members(parser, name + ".", cells);
          }
        }
        case START_ARRAY -> cells.cell(name, JsonText.of(parser.readValueAsTree()));
        case VALUE_NULL -> cells.cell(name, null);
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
            cells.cell(name, PlainNumber.of(parser.getText()));
        default -> cells.cell(name, parser.getText());
      }
    }
  }
}
