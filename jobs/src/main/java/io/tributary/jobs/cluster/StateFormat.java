package io.tributary.jobs.cluster;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tributary.sinks.catalog.StoredFormat;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What stands beside checkpoints of them.
 *
 * @param format the number of their format, null where it is not told
 * @param location where they were made, as a URI: Flink names files in them by absolute paths
 */
record StateFormat(
    @JsonProperty(StoredFormat.NAME) @Nullable String format,
    @JsonProperty("location") @Nullable String location) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** That of this version. */
  static StateFormat at(String location) {
    return new StateFormat(Integer.toString(StoredFormat.NUMBER), location);
  }

  static StateFormat parse(String json) throws IOException {
    return MAPPER.readValue(json, StateFormat.class);
  }

  String json() throws IOException {
    return MAPPER.writeValueAsString(this);
  }
}
