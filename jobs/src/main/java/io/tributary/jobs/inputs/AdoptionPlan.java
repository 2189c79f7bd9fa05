package io.tributary.jobs.inputs;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whose ledgers a new stream takes over.
 *
 * @param refused tenants that have a ledger which is not this stream's
 * @param adopted planned archive files of the tenants that become its own, by tenant and table
 */
public record AdoptionPlan(
    @JsonProperty("refused") SortedSet<String> refused,
    @JsonProperty("adopted") SortedMap<String, SortedMap<String, List<String>>> adopted) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  public AdoptionPlan {
    refused = new TreeSet<>(refused);
    adopted = new TreeMap<>(adopted);
  }

  /** The plan that {@link #json} wrote. */
  public static AdoptionPlan parse(String json) throws IOException {
    return MAPPER.readValue(json, AdoptionPlan.class);
  }

  /** The plan as text. */
  public String json() throws IOException {
    return MAPPER.writeValueAsString(this);
  }

  /** Writes the plan; the file is there whole or not at all. */
  public void write(Path file) throws IOException {
    WholeFile.write(file, json());
  }
}
