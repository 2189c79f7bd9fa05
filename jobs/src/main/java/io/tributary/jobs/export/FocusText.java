package io.tributary.jobs.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

/** Values of FOCUS that are JSON within a cell. */
final class FocusText {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private FocusText() {}

  static String json(Map<?, ?> tags) {
    try {
      return JSON.writeValueAsString(tags);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts have a JSON form", e);
    }
  }
}
