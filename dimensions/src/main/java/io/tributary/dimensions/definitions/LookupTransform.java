package io.tributary.dimensions.definitions;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The text under a key of a value that is a JSON object. No value where the key is absent, holds
 * anything but non-empty text, or the value is not one well-formed JSON object.
 */
record LookupTransform(String key) implements Transform {

  private static final JsonFactory JSON = new JsonFactory();

  @Override
  public @Nullable String apply(String value) {
    // Streams through the text, so that deep nesting costs no stack.
    try (JsonParser json = JSON.createParser(value)) {
      String found = json.nextToken() == JsonToken.START_OBJECT ? member(json) : null;
      boolean wellFormed = json.nextToken() == null;
      return wellFormed && found != null && !found.isEmpty() ? found : null;
    } catch (JsonProcessingException e) {
      return null; // a tag that is not JSON is the normal case, not an error
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /** The last member of that name wins, as in most JSON readers. */
  private @Nullable String member(JsonParser json) throws IOException {
    String found = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = json.currentName().equals(key);
      JsonToken token = json.nextToken();
      if (wanted) {
        found = token == JsonToken.VALUE_STRING ? json.getText() : null;
      }
      json.skipChildren();
    }
    return found;
  }
}
