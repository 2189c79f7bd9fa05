package io.tributary.jobs.cluster;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The topics that the offsets in a stream's checkpoints are of. An offset means nothing in a topic
 * that was made anew under the same name.
 *
 * @param ids as the broker gives them, by name
 * @param renewals how often the stream has gone on with topics that were made anew
 */
public record ReadTopics(
    @JsonProperty("ids") SortedMap<String, String> ids, @JsonProperty("renewals") int renewals) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  public ReadTopics {
    ids = new TreeMap<>(ids);
  }

  static ReadTopics parse(String json) throws IOException {
    return MAPPER.readValue(json, ReadTopics.class);
  }

  String json() throws IOException {
    return MAPPER.writeValueAsString(this);
  }

  /** Those of {@code now} that are not what was read under their name. */
  public SortedSet<String> madeAnew(Map<String, String> now) {
    SortedSet<String> anew = new TreeSet<>();
    now.forEach(
        (topic, id) -> {
          if (!id.equals(ids.getOrDefault(topic, id))) {
            anew.add(topic);
          }
        });
    return anew;
  }
}
