package io.tributary.jobs.inputs;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a run decided from the archives before it began, so that it decides the same when it goes on
 * after a failure.
 *
 * @param sequences sequence of the delivery of each scope, by scope id
 * @param definitionsVersion version of the definitions file; 0 where there is none, or where the
 *     archive holds the same text already
 * @param recordedFiles SHA-256 of the usage files that were recorded before and add nothing
 * @param adopted planned files of the archive that the run reads into its state
 */
public record InputPlan(
    @JsonProperty("sequences") SortedMap<String, Long> sequences,
    @JsonProperty("definitionsVersion") long definitionsVersion,
    @JsonProperty("recordedFiles") List<String> recordedFiles,
    @JsonProperty("adopted") SortedMap<String, List<String>> adopted) {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  public InputPlan {
    sequences = new TreeMap<>(sequences);
    recordedFiles = List.copyOf(recordedFiles);
    adopted = new TreeMap<>(adopted);
  }

  /** The plan in {@code file}. */
  public static InputPlan read(Path file) throws IOException {
    return MAPPER.readValue(file.toFile(), InputPlan.class);
  }

  /** Writes the plan; the file is there whole or not at all. */
  public void write(Path file) throws IOException {
    WholeFile.write(file, MAPPER.writeValueAsString(this));
  }

  /** The sequence of the delivery of a scope; every scope of the run has one. */
  public long sequence(String scopeId) {
    Long sequence = sequences.get(scopeId);
    if (sequence == null) {
      throw new IllegalStateException(
          "no sequence for scope " + scopeId + " in " + Map.copyOf(sequences));
    }
    return sequence;
  }
}
