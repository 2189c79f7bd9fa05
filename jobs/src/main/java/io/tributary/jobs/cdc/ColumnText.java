package io.tributary.jobs.cdc;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.jspecify.annotations.Nullable;

/** Values of columns as text: what has no plain text (arrays, points) is JSON. Not thread-safe. */
final class ColumnText {

  private final JsonConverter json = new JsonConverter();

  ColumnText() {
    json.configure(Map.of(JsonConverterConfig.SCHEMAS_ENABLE_CONFIG, false), false);
  }

  /** The text of a value, null for none. */
  @Nullable String of(Schema schema, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof CharSequence || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    return new String(json.fromConnectData("", schema, value), StandardCharsets.UTF_8);
  }
}
